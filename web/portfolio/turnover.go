package portfolio

import (
	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// turnoverDays are twelve weeks and half a year. The state keeps no grade of before.
var turnoverDays = [...]signals.Day{7 * 12, 7 * 26}

// Turnover is which accounts became key since a day, and which are key no more.
type Turnover struct {
	Since signals.Day `json:"since"`
	// Known is of how many accounts the grade of then is known, and Key how many of those
	// were key.
	Known  int `json:"accounts_known"`
	Key    int `json:"key_accounts"`
	Left   int `json:"left"`
	Joined int `json:"joined"`
	// WhoLeft and WhoJoined are the most valuable of them.
	WhoLeft   []Moved `json:"who_left"`
	WhoJoined []Moved `json:"who_joined"`
}

// Moved is an account whose grade is another one than it was.
type Moved struct {
	Listed
	// On is the day at whose close it first had the grade of now; absent where it is judged
	// by that from the next close on.
	On *signals.Day `json:"on,omitempty"`
	// Sales are what it buys from us in a year, and Before the same a year earlier; 0 is not
	// known.
	Sales  float64 `json:"sales,omitempty"`
	Before float64 `json:"sales_before,omitempty"`
}

// gradeHistory is what the state says of an account's grades in half a year.
type gradeHistory struct {
	known bool
	since signals.Day            // from when on; 0: for all of it
	key   bool                   // the first of them is
	later []detector.GradedSince // the others, the oldest first
}

func gradesOf(list []detector.GradedSince) (g gradeHistory) {
	if len(list) == 0 {
		return g
	}
	return gradeHistory{true, list[0].Day, list[0].Grade == accounts.Key, list[1:]}
}

// at says whether the account was key at the close of a day.
func (g *gradeHistory) at(d signals.Day) (key, known bool) {
	if !g.known || g.since > d {
		return false, false
	}
	key = g.key
	for _, x := range g.later {
		if x.Day <= d {
			key = x.Grade == accounts.Key
		}
	}
	return key, true
}

// on is the day from which on the account has a grade.
func (g *gradeHistory) on(grade accounts.Grade) *signals.Day {
	if n := len(g.later); n > 0 && g.later[n-1].Grade == grade {
		return &g.later[n-1].Day
	}
	return nil
}

// turnover compares the key accounts of now with those of before. It is absent where the
// filter takes accounts by their grade of now, and before the states were read.
func (b *builder) turnover() (list []Turnover) {
	list = []Turnover{}
	if b.filter.Grade != "" || b.files.Accounts == nil {
		return list
	}
	for _, days := range turnoverDays {
		t := Turnover{Since: b.reader.Today - days, WhoLeft: []Moved{}, WhoJoined: []Moved{}}
		for _, r := range b.rows { // the most valuable first
			t.add(r)
		}
		if t.Known > 0 {
			list = append(list, t)
		}
	}
	return list
}

func (t *Turnover) add(r *row) {
	was, known := r.state.grades.at(t.Since)
	if !known {
		return
	}
	t.Known++
	if was {
		t.Key++
	}
	switch is := r.Grade == accounts.Key; {
	case was && !is:
		if t.Left++; t.Left <= listedShown {
			t.WhoLeft = append(t.WhoLeft, r.moved())
		}
	case is && !was:
		if t.Joined++; t.Joined <= listedShown {
			t.WhoJoined = append(t.WhoJoined, r.moved())
		}
	}
}

func (r *row) moved() Moved {
	return Moved{Listed: r.listed(), On: r.state.grades.on(r.Grade), Sales: r.Sales, Before: r.SalesBefore}
}

// gradesSince is since when the grade of some account is known, where that is less than half
// a year.
func (b *builder) gradesSince() (since *signals.Day) {
	for _, r := range b.rows {
		g := &r.state.grades
		switch {
		case !g.known:
		case g.since == 0:
			return nil
		case since == nil || g.since < *since:
			since = new(g.since)
		}
	}
	return since
}
