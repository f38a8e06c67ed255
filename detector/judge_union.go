package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
)

// judgeUnion adds the evidence of contact of any kind.
func (e *Engine) judgeUnion(j *judgement, p *series.Baseline) {
	t, _ := evidence.Fall(p, &e.union.View, 1, false, &e.look)
	j.Union = t.Worth
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{series.Key{Signal: series.AnyContactID}, t, e.union.View.Lo, t.Worth})
	}
}
