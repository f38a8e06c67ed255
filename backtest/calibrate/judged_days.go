package calibrate

import (
	"slices"

	"firstsign/backtest"
	"firstsign/signals"
)

// judgedDays are the days [from, to) on which the account's alerts are certainly
// false. They begin SettlingDays after its first contact and end with its last,
// because it came back after each of them. The time before a known loss is left
// out.
func (l *AccountActivity) judgedDays(losses backtest.Losses) (from, to signals.Day) {
	from, to = l.First+backtest.SettlingDays, l.Last
	if lost, ok := losses[l.Account]; ok {
		to = min(to, lost-backtest.NeutralDays)
	}
	return from, max(to, from)
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
