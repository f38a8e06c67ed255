package calibrate

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/signals"
)

// pastAlerts are the alerts that levels of evidence would have raised in the history, by day.
// False ones are those that the fit counts. One in the window of a known loss is right. One
// about a silence that lasts to the end of the history is unsettled. All others are not judged:
// the account was too new, lost already, or about to leave and was kept.
func (c *ActivityIndex) pastAlerts(traces map[string]evidenceTrace, levelOf map[accounts.Grade]float64, losses backtest.Losses) (list []backtest.AlertResult) {
	for _, l := range c.Accounts {
		traces[l.Account].episodes(levelOf[l.Grade], c.Last, func(d signals.Day) {
			list = append(list, backtest.AlertResult{Account: l.Account, Told: d, Result: l.resultOn(d, losses)})
		})
	}
	slices.SortStableFunc(list, func(a, b backtest.AlertResult) int {
		return cmp.Or(cmp.Compare(a.Told, b.Told), cmp.Compare(a.Account, b.Account))
	})
	return list
}

// resultOn is the result of an alert on a day.
func (l *AccountActivity) resultOn(d signals.Day, losses backtest.Losses) backtest.Result {
	lost, known := losses[l.Account]
	if known {
		if w, ok := backtest.WindowOfLoss(l, lost); ok && w.From <= d && d <= w.To {
			return backtest.RightResult
		}
	}
	if l.wasSaved(d, d) {
		return backtest.UnjudgedResult
	}
	switch from, to := l.judgedDays(losses); {
	case from <= d && d < to:
		return backtest.FalseResult
	case !known && d >= l.Last && d >= from:
		return backtest.UnsettledResult
	}
	return backtest.UnjudgedResult
}
