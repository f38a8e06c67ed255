package assessment

import (
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// inspectPast returns the weeks of a series that are kept beside its judged days.
func (j *Assessment) inspectPast(s *series.Series, r *series.Rule) []finding.PastWeek {
	a := j.account
	weeks := a.Weeks.Of(slices.Index(a.Keys, s.Key), s, a.Closed)
	past := make([]finding.PastWeek, len(weeks))
	for i, w := range weeks {
		past[i] = finding.PastWeek{First: w.First, Last: w.Last, Known: w.Known, Whole: w.Known && !w.Partly}
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
