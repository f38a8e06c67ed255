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
func (e *Engine) tend(a *account.Account, day signals.Day) {
	kept := a.Tended()
	if kept.Neglected == 0 && len(e.rules.Care.Owed) == 0 && e.rules.Care.ComplaintDays == 0 {
		return
	}
	behind, even := e.yardstick.Today.Care.Behind(&a.Set, &kept, e.yardstick.OwedTo(a))
	switch {
	case behind && kept.Neglected == 0:
		kept.Neglected = day
		a.SetTended(kept)
		e.tellCare(a, finding.Neglected, day)
	case even && kept.Neglected != 0:
		e.tellCare(a, finding.CaredFor, day)
		kept.Neglected = 0
		a.SetTended(kept)
	}
}

// tellCare hands out that a neglect was found, or is over.
func (e *Engine) tellCare(a *account.Account, kind finding.Kind, day signals.Day) {
	e.news[a] = append(e.news[a], &finding.Finding{
		ID:   fmt.Sprintf("%s-%s-care", a.ID, a.Tended().Neglected),
		Kind: kind, Time: e.zone.Start(day + 1), Account: a.ID, Grade: e.yardstick.Given(a),
		Since: a.Tended().Neglected, Reasons: e.yardstick.Dues(a, day+1, false), Rules: e.rules.Hash,
	})
	e.stats.Findings[kind]++
}

// attention are the days of the view on which what we did of each duty is known.
func (e *Engine) attention(s *summary, cover []uint64) (known [relations.Duties]uint64) {
	if len(e.rules.Care.Owed) == 0 {
		return known
	}
	day := relations.CareDay{Table: &e.signals, Calendar: &e.rules.Calendar}
	g := relations.NewDiligence(&day, s.Day-series.JudgedDays, (1<<series.ViewDays-1)&^s.Blind, cover)
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
