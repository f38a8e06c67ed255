package assessment

import (
	"firstsign/detector/evidence"
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
		if s.Level != nil && v.Seen>>i&1 == 1 {
			n /= float64(max(1, s.Level.Seen.At(series.Slot(v.Lo+signals.Day(i)))))
		}
		x.Days = append(x.Days, n*r.Resolution)
		x.Normal = append(x.Normal, v.X[i])
	}
	if s.Level != nil {
		x.Usual = float64(s.Level.Mean) * r.Resolution
	} else {
		total, exposure := float64(s.Baseline.Total)+v.Counted(1, series.ViewDays), float64(s.Baseline.Exposure)+float64(s.Baseline.Silent)+v.Exposure(1, series.ViewDays)
		x.Usual = evidence.PerWeek(total*r.Resolution, exposure)
	}
	if t, ok := j.strongest(s, r, v, 0); ok && t.Evidence > 0 && !s.Key.Ours {
		x.Term, x.Nats = t.Kind, t.Evidence
	}
	return x
}
