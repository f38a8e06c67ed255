package backtest

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
)

// RaiseThreshold a grade; an account without one is judged as an ordinary one.
func RaiseThreshold(rules *detector.Rules, grade accounts.Grade) float64 {
	grade = cmp.Or(grade, accounts.Ordinary)
	if t, ok := rules.Thresholds[grade]; ok {
		return t.Raise
	}
	return detector.DefaultThresholds()[grade].Raise
}

// CompareGrades orders grades, most valuable first. An account without one is among
// the ordinary ones.
func CompareGrades(a, b accounts.Grade) int {
	rank := func(g accounts.Grade) int { return slices.Index(accounts.Grades, cmp.Or(g, accounts.Ordinary)) }
	return cmp.Compare(rank(a), rank(b))
}
