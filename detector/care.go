package detector

import (
	"fmt"

	"firstsign/detector/account"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

type (
	// Care is what our side owes the accounts.
	Care = relations.Care
	// Owed is what an account of a grade is owed.
	Owed = relations.Owed
)

// The lengths of care in days.
const (
	CareDays         = relations.CareDays
	LongestComplaint = relations.LongestComplaint
)

// tend finds out at a day's close whether we do what we owe an account. It says
// nothing about the account itself: its risk is what it was.
func (g *judge) tend(a *account.Account, day signals.Day) {
	kept := a.Tended()
	if kept.Neglected == 0 && len(g.engine.rules.Care.Owed) == 0 && g.engine.rules.Care.ComplaintDays == 0 {
		return
	}
	behind, even := g.engine.yardstick.Today.Care.Behind(&a.Set, &kept, g.engine.yardstick.OwedTo(a))
	switch {
	case behind && kept.Neglected == 0:
		kept.Neglected = day
		a.SetTended(kept)
		g.tellCare(a, finding.Neglected, day)
	case even && kept.Neglected != 0:
		g.tellCare(a, finding.CaredFor, day)
		kept.Neglected = 0
		a.SetTended(kept)
	}
}

// tellCare hands out that a neglect was found, or is over.
func (g *judge) tellCare(a *account.Account, kind finding.Kind, day signals.Day) {
	g.say(a, &finding.Finding{
		ID:   fmt.Sprintf("%s-%s-care", a.ID, a.Tended().Neglected),
		Kind: kind, Time: g.zone.Start(day + 1), Account: a.ID, Grade: g.engine.yardstick.Given(a),
		Since: a.Tended().Neglected, Reasons: g.engine.yardstick.Dues(a, day+1, false), Rules: g.engine.rules.Hash,
	})
}

// attention are the days of the view on which what we did of each duty is known.
func (e *Engine) attention(d signals.Day, blind uint64, cover []uint64) (known [relations.Duties]uint64) {
	if len(e.rules.Care.Owed) == 0 {
		return known
	}
	day := relations.CareDay{Table: &e.signals, Calendar: &e.rules.Calendar}
	g := relations.NewDiligence(&day, d-series.JudgedDays, (1<<series.ViewDays-1)&^blind, cover)
	for _, a := range e.accounts {
		if !a.Guest {
			g.Add(&a.Set, e.yardstick.OwedTo(a))
		}
	}
	return g.Known()
}

// answered is the day since which answers to complaints are written down, 0
// when none ever was: nobody could tell which of those before were answered.
func (e *Engine) answered() (since signals.Day) {
	for _, a := range e.accounts {
		if first := relations.FirstAnswer(&a.Set, &e.signals); !a.Guest && first != 0 && (since == 0 || first < since) {
			since = first
		}
	}
	return since
}
