package main

import (
	"fmt"
	"slices"
	"time"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/history"
)

// warnLosses warns of known losses that the history cannot show: of accounts that are not in
// it, often because they are spelt in another way there, and of days that it does not
// reach. Several losses of one account are told as well, for they may be a mistake. where is
// the file or flag that names them.
func warnLosses(where string, losses []backtest.Loss, survey *history.Reading) {
	warn := func(list []backtest.Loss, what string) {
		if len(list) > 0 {
			fmt.Fprintf(console.Err, "%s: of %d known losses, %d %s\n", where, len(losses), len(list), what)
		}
	}
	unknown, hint := strangers(losses, survey)
	if len(unknown) > 0 {
		warn(unknown, fmt.Sprintf("of accounts that the history does not have, such as %q%s", unknown[0].Account, hint))
	}
	var late, early, again []backtest.Loss
	first, last := dayOf(survey.First), dayOf(survey.Last)
	for i, l := range losses {
		switch {
		case l.Day > last+1: // a day of another time zone
			late = append(late, l)
		case l.Day < first-1:
			early = append(early, l)
		}
		if slices.ContainsFunc(losses[:i], func(o backtest.Loss) bool { return o.Account == l.Account && o.Day != l.Day }) {
			again = append(again, l)
		}
	}
	such := func(list []backtest.Loss) string {
		if len(list) == 0 {
			return ""
		}
		return fmt.Sprintf("%s on %s", list[0].Account, list[0].Day)
	}
	warn(late, fmt.Sprintf("after the last day of the history (%s), such as %s: of the days between, nothing is known", last, such(late)))
	warn(early, fmt.Sprintf("before the first day of the history (%s), such as %s: it cannot show them", first, such(early)))
	warn(again, fmt.Sprintf("of an account that was lost before, such as %s: is it another loss?", such(again)))
}

// dayOf is the day of a time in UTC.
func dayOf(at int64) signals.Day { return signals.NewZone(time.UTC).Day(at) }

// strangers returns the losses whose accounts are not in the history, with a hint at the
// name of the first.
func strangers(losses []backtest.Loss, survey *history.Reading) (list []backtest.Loss, hint string) {
	var names []string
	there := map[string]bool{}
	for _, a := range survey.Accounts() {
		names = append(names, a.Name)
		there[a.Name] = true
	}
	for _, l := range losses {
		if !there[l.Account] {
			list = append(list, l)
		}
	}
	if len(list) > 0 {
		hint = identity.NewIndex(names).DidYouMean(list[0].Account)
	}
	return list, hint
}
