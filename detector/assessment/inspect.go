package assessment

import (
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// InspectedSeries is one series: what was counted on each day, how much of a
// normal day each was, and what is usual.
type InspectedSeries struct {
	Signal  string        `json:"signal"`
	Kind    series.Kind   `json:"kind"`
	Contact string        `json:"contact,omitempty"`
	Side    series.Side   `json:"side"`
	Source  string        `json:"source"`
	Before  string        `json:"source_before,omitempty"` // the other one that it came from
	First   string        `json:"first_day"`
	Last    string        `json:"last_day,omitempty"` // of contact, when it is still kept
	Usual   float64       `json:"usual"`              // per week; of a score its mean
	Term    evidence.Kind `json:"term,omitempty"`     // the strongest evidence
	Nats    float64       `json:"evidence"`
	Days    []float64     `json:"days"`     // the last closed days, oldest first
	Normal  []float64     `json:"exposure"` // beside them
	// The same days by weeks, beside what was usual, and the weeks before them.
	finding.HalfYear
}

// InspectSeries tells of the series that was judged last.
func (j *Assessment) InspectSeries(s *series.Series) InspectedSeries {
	v := &j.view
	r := &j.by.Signals.Rules[s.Key.Signal]
	x := InspectedSeries{
		Signal: r.Name, Kind: r.Kind, Side: series.Theirs, Source: j.by.Sources.Name(s.Source), First: s.First.String(),
		Days: make([]float64, 0, series.JudgedDays), Normal: make([]float64, 0, series.JudgedDays),
	}
	if s.Key.Ours {
		x.Side = series.Ours
	}
	if s.Other != s.Source {
		x.Before = j.by.Sources.Name(s.Other)
	}
	x.Contact = j.account.KeyContact(s.Key.Contact)
	if last := v.Last(); last > 0 {
		x.Last = (v.Lo + signals.Day(last)).String()
	}
	for i := 1; i < series.ViewDays; i++ {
		n := v.N[i]
		if s.Level() != nil && v.Seen>>i&1 == 1 {
			n /= float64(max(1, s.Seen(series.Slot(v.Lo+signals.Day(i)))))
		}
		x.Days = append(x.Days, n*r.Resolution)
		x.Normal = append(x.Normal, v.X[i])
	}
	if s.Level() != nil {
		x.Usual = float64(s.Level().Mean) * r.Resolution
	} else {
		total, exposure := float64(s.Baseline.Total)+v.Counted(1, series.ViewDays), float64(s.Baseline.Exposure)+float64(s.Baseline.Silent)+v.Exposure(1, series.ViewDays)
		x.Usual = evidence.PerWeek(total*r.Resolution, exposure)
	}
	window := 0
	if t, ok := j.strongest(s, r, v, evidence.Arrived{}); ok && t.Evidence > 0 && !s.Key.Ours {
		x.Term, x.Nats = t.Kind, t.Evidence
		if t.Evidence >= evidence.LeastEvidence { // less is chance
			window, x.ChangedOn = t.Window, changedOn(v, &t)
		}
	}
	x.Weeks, x.Habit = j.inspectWeeks(s, r, min(window, series.JudgedDays))
	x.Past = j.inspectPast(s, r)
	known := j.by.Today.KnownOf(s)
	for i := 1; i < series.ViewDays; i++ {
		if day := v.Lo + signals.Day(i); known>>i&1 == 0 && day >= s.First {
			x.Blind = append(x.Blind, day)
		}
	}
	return x
}

// changedOn is the first day of what a term shows. A silence begins after its last
// contact; nil when that was before the view, and of bad news, whose bars say it
// themselves.
func changedOn(v *series.View, t *evidence.Term) *signals.Day {
	if t.Kind == evidence.Incident {
		return nil
	}
	at := t.Last
	if t.Kind.NothingCame(t.To) {
		at = v.Last() + 1
	}
	if at < 1 || at >= series.ViewDays {
		return nil
	}
	day := v.Lo + signals.Day(at)
	return &day
}
