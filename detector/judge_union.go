package detector

import "firstsign/detector/series"

// judgeUnion adds the evidence of contact of any kind.
func (e *Engine) judgeUnion(j *judgement, p *series.Baseline) {
	t, _ := fall(p, &e.union.view, 1, false, &e.look)
	j.union = t.worth
	if t.evidence > 0 {
		j.reasons = append(j.reasons, weighed{series.Key{Signal: series.AnyContactID}, t, e.union.view.Lo, t.worth})
	}
}
