package assessment

import (
	"cmp"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/episodes"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Yardstick is what every account of a partition is judged by: the rules in force, the
// numbers of signals and sources, and the day that was closed last.
type Yardstick struct {
	account.Numbering // of signals, of sources and of the patterns in force

	Directory  *accounts.Directory // nil: no file lists the accounts
	Host       func([]byte) []byte // of a guest, which is judged as its host; nil: there are no guests
	Thresholds map[accounts.Grade]episodes.Threshold
	Exceedance stats.Exceedance
	Care       *relations.Care
	Calendar   *series.Calendar

	Today *DayContext // of the last close; nil before the first
}

// Listed returns what the directory says of an account. A guest is judged as its host.
func (y *Yardstick) Listed(id []byte) *accounts.Account {
	if a := y.Directory.GetBytes(id); a != nil || y.Host == nil {
		return a
	}
	return y.Directory.GetBytes(y.Host(id))
}

// IsGuest tells whether an account is no part of the portfolio, see Host.
func (y *Yardstick) IsGuest(id []byte) bool { return y.Host != nil && y.Host(id) != nil }

// Given returns the grade that the directory gives an account, empty without one.
func (y *Yardstick) Given(a *account.Account) accounts.Grade {
	if l := y.Listed([]byte(a.ID)); l != nil {
		return l.Grade
	}
	return ""
}

// GradeOf returns the grade that an account is judged by: ordinary, unless the directory
// gives one.
func (y *Yardstick) GradeOf(a *account.Account) accounts.Grade {
	return cmp.Or(y.Given(a), accounts.Ordinary)
}

// Threshold returns an account's threshold: that of its grade, made rarer by false
// alarms. closed is the last closed day.
func (y *Yardstick) Threshold(a *account.Account, closed signals.Day) episodes.Threshold {
	grade := y.GradeOf(a)
	t, ok := y.Thresholds[grade]
	if !ok {
		t = defaultThresholds[grade]
	}
	eased := a.Opinion().EasedOn(closed)
	return episodes.Threshold{Raise: t.Raise * eased, Clear: t.Clear * eased}
}

var defaultThresholds = episodes.DefaultThresholds()

// CompareFiles marks on an account's timeline what the files in force say otherwise
// than at the close before.
func (y *Yardstick) CompareFiles(a *account.Account, d signals.Day) {
	if y.Directory == nil {
		return
	}
	if a.Listed == nil {
		a.Listed = y.Listed([]byte(a.ID))
	}
	if a.Listed != nil {
		a.CompareFiles(a.Listed, d)
	}
}
