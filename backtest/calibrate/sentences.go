package calibrate

import (
	"fmt"

	"firstsign/backtest"
)

// sentences are the first ones of the page. Both languages say the same in the same order, and
// differ in words; a function stands where a word depends on a number.
type sentences struct {
	alerts func(n int) string // "3 alerts"

	none          string // no alert
	unnamed       string // no loss is named; with the alerts
	known, partly string // with the alerts, right and false ones; partly with unknown ones as well
	budget        string // with false alerts a month, from, to, and the budget

	wrong           string // false ones where no loss is named
	tried           string // with accounts, their change, how many had an alert, and days
	triedOn         map[Scenario]string
	blind, managers func(n, of int) string
}

// What the sentences say of changes that were tried: how many of these are seen within so many
// days.
const triedDays = 60

var triedScenarios = []Scenario{Silent, Drop50, Unchanged}

// answers are how many alerts were right, and what false ones cost.
func (s *sentences) answers(r *Report) []string {
	m := &r.OutOfSample.PerManagerMonth
	return []string{s.answer(r), fmt.Sprintf(s.budget, m.Value, m.Low, m.High, r.Budget)}
}

func (s *sentences) answer(r *Report) string {
	n, alerts := backtest.CountResults(r.Alerts), s.alerts(len(r.Alerts))
	right, wrong := n[backtest.RightResult], n[backtest.FalseResult]
	unknown := len(r.Alerts) - right - wrong
	switch {
	case len(r.Alerts) == 0:
		return s.none
	case len(r.Losses) == 0:
		return fmt.Sprintf(s.unnamed, alerts)
	case unknown == 0:
		return fmt.Sprintf(s.known, alerts, right, wrong)
	}
	return fmt.Sprintf(s.partly, alerts, right, wrong, unknown)
}

// notes are the sentences below the answers.
func (s *sentences) notes(r *Report) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if wrong := backtest.CountResults(r.Alerts)[backtest.FalseResult]; wrong > 0 && len(r.Losses) == 0 {
		say(s.wrong, wrong)
	}
	for _, scenario := range triedScenarios {
		if seen, of, ok := r.seenWithin(scenario, triedDays); ok {
			say(s.tried, of, s.triedOn[scenario], seen, triedDays)
		}
	}
	if n := len(r.BlindSpots); n > 0 {
		list = append(list, s.blind(n, r.Portfolio.size()))
	}
	if n := r.Portfolio.Assumed; n > 0 {
		list = append(list, s.managers(n, r.Portfolio.Managers))
	}
	return list
}

// seenWithin is how many of the accounts with a change were seen within so many days; ok is
// false when none was tried.
func (r *Report) seenWithin(s Scenario, days int) (seen, of int, ok bool) {
	for i := range r.Detection {
		d := &r.Detection[i]
		if d.Scenario != s || d.Grade != "" {
			continue
		}
		for _, w := range d.Within {
			if w.Days == days {
				return int(w.Share.Value*float64(d.Accounts) + 0.5), d.Accounts, true
			}
		}
	}
	return 0, 0, false
}
