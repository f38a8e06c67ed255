package assessment

import (
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/series"
	"firstsign/signals"
)

// PastWeek is a week of a series before those that it is judged by: from Monday to Sunday,
// or less where the series began in it or a judged week follows. What was usual then is not
// kept.
type PastWeek struct {
	First signals.Day `json:"first_day"`
	Last  signals.Day `json:"last_day"`
	Known bool        `json:"known"` // something is known of it; otherwise actual means nothing
	Whole bool        `json:"whole"` // no day of it was blind
	// Actual is what was counted; of a score the mean. Up to 255 steps of the signal's
	// resolution it is exact. With greater ones in the half year it is rounded, by less than
	// a hundredth of the greatest.
	Actual float64 `json:"actual"`
}

// inspectPast returns the weeks of a series that are kept beside its judged days.
func (j *Assessment) inspectPast(s *series.Series, r *series.Rule) []PastWeek {
	a := j.account
	weeks := a.Weeks.Of(slices.Index(a.Keys, s.Key), s, a.Closed)
	past := make([]PastWeek, len(weeks))
	for i, w := range weeks {
		past[i] = PastWeek{First: w.First, Last: w.Last, Known: w.Known, Whole: w.Known && !w.Partly}
		if w.Known {
			past[i].Actual = float64(w.Steps) * r.Resolution
		}
	}
	return past
}

// RiskWeek is an account's risk in a calendar week, in account-years.
type RiskWeek struct {
	First   signals.Day `json:"first_day"`
	Last    signals.Day `json:"last_day"` // the last closed day in the week that goes on
	Risk    float64     `json:"risk"`     // at the end
	Highest float64     `json:"highest"`  // at the end of any day of it
}

// RiskWeeks returns the risk of an account over half a year, the oldest week first.
func (y *Yardstick) RiskWeeks(a *account.Account) []RiskWeek {
	weeks := a.Weeks.Risk(a.Closed, a.Evidence)
	past := make([]RiskWeek, len(weeks))
	for i, w := range weeks {
		past[i] = RiskWeek{First: w.First, Last: w.Last, Risk: y.Exceedance.Years(w.End), Highest: y.Exceedance.Years(w.Highest)}
	}
	return past
}
