package tuning

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/signals"
)

// basis is what an alert rests on.
type basis string

// The bases. Only statistics have a rarity, and count against the budget.
const (
	byStatistics basis = "statistics"
	byRule       basis = "rule"
	byNeglect    basis = "neglect"
)

var bases = []basis{byStatistics, byRule, byNeglect}

// told is what is counted of an alert.
type told struct {
	raised   time.Time // first
	owner    string
	basis    basis
	severity alerting.Severity
	label    signals.Label // empty without one
	peak     float64       // greatest risk that it was raised with, in account-years
}

// right and wrong, as people said.
func (a *told) right() bool { return a.label == signals.ActedSaved || a.label == signals.ActedLost }

// mostAlerts are read for a page: 0.3 s for small ones, with Redis on the same machine.
const mostAlerts = 20_000

// readAlerts reads the alerts about accounts that were first raised since a time. all is false
// when there are more than a page reads.
func readAlerts(ctx context.Context, store alerting.AlertStore, since time.Time) (list []told, all bool, err error) {
	n := 0
	for a, err := range alerting.All(ctx, store, alerting.Filter{}) {
		if err != nil {
			return nil, false, err
		}
		if n++; n > mostAlerts {
			return list, false, nil
		}
		if one, ok := toldOf(a); ok && !one.raised.Before(since) {
			list = append(list, one)
		}
	}
	return list, true, nil
}

func toldOf(a *alerting.Alert) (one told, ok bool) {
	if a.Account == "" {
		return one, false
	}
	one = told{owner: a.Owner, basis: byStatistics, severity: a.Severity, label: a.Label}
	for i := range a.History {
		e := &a.History[i]
		if !e.Kind.Raises() {
			continue
		}
		if !ok {
			one.raised, ok = e.Time, true
			if e.Kind.AboutCare() {
				one.basis = byNeglect
			}
		}
		one.peak = max(one.peak, e.Risk)
	}
	if one.basis == byStatistics && message.ByRule(a.Reasons) {
		one.basis = byRule
	}
	return one, ok
}

// verdicts are how many alerts people called what.
type verdicts struct{ Alerts, Labelled, Right, Expected, False int }

func (v *verdicts) add(a *told) {
	v.Alerts++
	switch {
	case a.right():
		v.Right++
	case a.label == signals.Expected:
		v.Expected++
	case a.label == signals.FalseAlarm:
		v.False++
	default:
		return
	}
	v.Labelled++
}

// group is a kind of alerts of one severity.
type group struct {
	Basis    basis
	Severity alerting.Severity
	verdicts
}

// groups are those that have alerts, and all of them together.
func groups(list []told) (each []group, all verdicts) {
	for _, b := range bases {
		for _, s := range slices.Backward(alerting.Severities) { // critical first
			g := group{Basis: b, Severity: s}
			for i := range list {
				if list[i].basis == b && list[i].severity == s {
					g.add(&list[i])
				}
			}
			if g.Alerts > 0 {
				each = append(each, g)
			}
		}
	}
	for i := range list {
		all.add(&list[i])
	}
	return each, all
}

// manager is how many alerts one manager got each month.
type manager struct {
	Name   string // empty: accounts without an owner
	Months []int  // oldest first
	Total  int
	False  int
}

// managers counts the alerts that statistics raised, those with most first. months are the
// beginnings of the months.
func managers(list []told, months []time.Time) []manager {
	of := map[string]*manager{}
	for i := range list {
		a := &list[i]
		at := -1
		for m, begins := range months {
			if !a.raised.Before(begins) {
				at = m
			}
		}
		if at < 0 || a.basis != byStatistics {
			continue
		}
		m := of[a.owner]
		if m == nil {
			m = &manager{Name: a.owner, Months: make([]int, len(months))}
			of[a.owner] = m
		}
		m.Months[at]++
		m.Total++
		if a.label == signals.FalseAlarm {
			m.False++
		}
	}
	all := make([]manager, 0, len(of))
	for _, name := range slices.Sorted(maps.Keys(of)) {
		all = append(all, *of[name])
	}
	slices.SortStableFunc(all, func(a, b manager) int { return cmp.Compare(b.Total, a.Total) })
	return all
}

// shownMonths are the months of the table, with the present one.
const shownMonths = 6

// monthsUntil are the beginnings of the months, oldest first.
func monthsUntil(now time.Time) []time.Time {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	months := make([]time.Time, shownMonths)
	for i := range months {
		months[i] = first.AddDate(0, i-shownMonths+1, 0)
	}
	return months
}
