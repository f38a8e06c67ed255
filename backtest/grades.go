package backtest

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
)

// RaiseThreshold is the risk at which an account of a grade alerts. An account
// without a grade is judged as an ordinary one.
func RaiseThreshold(rules *detector.Rules, grade accounts.Grade) float64 {
	grade = cmp.Or(grade, accounts.Ordinary)
	if t, ok := rules.Thresholds[grade]; ok {
		return t.Raise
	}
	return detector.DefaultThresholds()[grade].Raise
}

// CompareGrades orders grades by value, highest first. No grade counts as ordinary.
func CompareGrades(a, b accounts.Grade) int {
	rank := func(g accounts.Grade) int { return slices.Index(accounts.Grades, cmp.Or(g, accounts.Ordinary)) }
	return cmp.Compare(rank(a), rank(b))
}
