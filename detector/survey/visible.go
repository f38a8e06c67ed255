package survey

import (
	"cmp"
	"slices"
)

// What firstsign calibrate and the page of tuning judge an account's visibility by.
// docs/data-team/calibrate.md gives the reasons.
const (
	// SettlingDays is for how many days an account must be known before it is judged:
	// twelve weeks, as in the benchmark.
	SettlingDays = 84
	// RareWeek is the contact a week below which half of it cannot be detected. In six
	// weeks nine are expected, and four or five are not unusual.
	RareWeek = 1.5
	// AccountsPerManager is how many accounts one manager is assumed to have, for accounts
	// without an owner.
	AccountsPerManager = 30
	// A signal is common when commonShare of the accounts have it, at least livelyWeek
	// times a week. A rarer one would not make an account visible.
	commonShare = 0.3
	livelyWeek  = 0.5
)

// Common is a signal that many accounts have.
type Common struct {
	Signal  string
	Share   float64 // of the accounts that have it
	PerWeek float64 // the median of theirs
}

// CommonSignals are those of the signals that many accounts have, busiest first. rates are how
// often a week the accounts that have a signal do it, and all is how many accounts there are.
// It sorts the rates.
func CommonSignals(rates map[string][]float64, all int) (list []Common) {
	for name, r := range rates {
		slices.Sort(r)
		c := Common{name, float64(len(r)) / float64(all), r[len(r)/2]}
		if c.Share >= commonShare && c.PerWeek >= livelyWeek {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b Common) int {
		return cmp.Or(cmp.Compare(b.PerWeek, a.PerWeek), cmp.Compare(a.Signal, b.Signal))
	})
	return list
}
