package calibrate

import (
	"slices"

	"firstsign/backtest"
	"firstsign/signals"
)

// judgedDays are the days [from, to) on which the account's alerts are certainly
// false. They begin SettlingDays after its first contact and end with its last,
// because it came back after each of them. The days on which an alert counts for a
// known loss are left out, and all after them.
func (l *AccountActivity) judgedDays(losses backtest.Losses) (from, to signals.Day) {
	from = l.First + backtest.SettlingDays
	return from, max(l.healthyUntil(losses), from)
}

// healthyUntil is the first day after the days on which an account was certainly
// healthy: its last contact, or where the window of its loss begins.
func (l *AccountActivity) healthyUntil(losses backtest.Losses) signals.Day {
	if lost, ok := losses[l.Account]; ok {
		if w, ok := backtest.WindowOfLoss(l, lost); ok {
			return min(l.Last, w.From)
		}
	}
	return l.Last
}

// LastBefore, NextFrom and LongestPause implement backtest.ContactDays.

// LastBefore is the last day with contact before d.
func (l *AccountActivity) LastBefore(d signals.Day) (signals.Day, bool) {
	for d = min(d-1, l.Last); d >= l.First; d-- {
		if l.activeDays(d, d+1) > 0 {
			return d, true
		}
	}
	return 0, false
}

// NextFrom is the first day with contact on d or later.
func (l *AccountActivity) NextFrom(d signals.Day) (signals.Day, bool) {
	for d = max(d, l.First); d <= l.Last; d++ {
		if l.activeDays(d, d+1) > 0 {
			return d, true
		}
	}
	return 0, false
}

// LongestPause is the longest time between two contacts up to day d, in days.
func (l *AccountActivity) LongestPause(d signals.Day) (pause signals.Day) {
	for last, next := l.First, l.First+1; next <= min(d, l.Last); next++ {
		if l.activeDays(next, next+1) > 0 {
			pause, last = max(pause, next-last), next
		}
	}
	return pause
}

// noteSaved records when accounts were about to leave and were kept. Accounts that
// the history does not know are ignored.
func (c *ActivityIndex) noteSaved(saved []backtest.Saved) {
	for _, s := range saved {
		if l := c.byAccount[s.Account]; l != nil {
			l.saved = append(l.saved, s)
			slices.SortFunc(l.saved, func(a, b backtest.Saved) int { return int(a.From - b.From) })
		}
	}
}

// withoutSaved are the parts of [from, to) in which the account was not about to
// leave.
func (l *AccountActivity) withoutSaved(from, to signals.Day) func(yield func(from, to signals.Day) bool) {
	return func(yield func(from, to signals.Day) bool) {
		for _, s := range l.saved {
			if s.From > from && !yield(from, min(s.From, to)) {
				return
			}
			if from = max(from, s.To+1); from >= to {
				return
			}
		}
		if from < to {
			yield(from, to)
		}
	}
}

// wasSaved tells whether the account was about to leave on any day of [from, to].
func (l *AccountActivity) wasSaved(from, to signals.Day) bool {
	return slices.ContainsFunc(l.saved, func(s backtest.Saved) bool { return s.From <= to && s.To >= from })
}
