package lookback

import (
	"fmt"
	"strings"

	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/internal/plural"
)

// englishAlerts says how many of the strongest alerts were right.
func englishAlerts(b *Report) string {
	period := "in this history"
	if b.pastYear() {
		period = "in the past year"
	}
	n, strongest := len(b.Alerts), len(b.strongest())
	was := [...]string{Right: "it was right", Wrong: "it was wrong", TooLate: "it was too late", Undecided: "it cannot be said yet whether it was right"}
	switch counts := englishCounts(tally(b.strongest())); {
	case n == 0:
		return fmt.Sprintf("There was no alert %s.", period)
	case n == 1:
		return fmt.Sprintf("There was one alert %s; %s.", period, was[b.Alerts[0].Outcome.Verdict()])
	case n > strongest:
		return fmt.Sprintf("Of the %d strongest alerts %s, %s. Of all %d, %s.", strongest, period, counts, n, englishCounts(tally(b.Alerts)))
	default:
		return fmt.Sprintf("Of %s %s, %s.", plural.Count(n, "alert"), period, counts)
	}
}

// englishCounts says how many alerts were right: "7 were right, 1 was wrong".
func englishCounts(n [Undecided + 1]int) string {
	were := func(n int, what string) string {
		if n == 1 {
			return "1 was " + what
		}
		return fmt.Sprintf("%d were %s", n, what)
	}
	list := []string{were(n[Right], "right"), were(n[Wrong], "wrong")}
	if n[TooLate] > 0 {
		list = append(list, were(n[TooLate], "too late"))
	}
	if n[Undecided] > 0 {
		list = append(list, fmt.Sprintf("of %d it cannot be said yet", n[Undecided]))
	}
	return strings.Join(list, ", ")
}

// englishLost says how many of the lost accounts had an alert, and when.
func englishLost(b *Report) string {
	known, last := warned(b.Lost, true, false), warned(b.Lost, true, true)
	n, seen := len(b.Lost), known.seen+last.seen
	of := fmt.Sprintf("%d of %s", seen, plural.Count(n, "lost account"))
	lead := backtest.DaysAhead(known.median, "the loss")
	switch {
	case n == 0:
		return "No account is named as lost."
	case seen == 0 && n == 1:
		return "There would have been no alert about the lost account."
	case seen == 0:
		return fmt.Sprintf("There would have been no alert about any of %s.", plural.Count(n, "lost account"))
	case n == 1 && last.accounts == 1:
		return fmt.Sprintf("There would have been an alert about the lost account, %s.", backtest.DaysAhead(last.median, "the last contact"))
	case n == 1:
		return fmt.Sprintf("There would have been an alert about the lost account, %s.", lead)
	case last.accounts == 0:
		return fmt.Sprintf("There would have been an alert about %s, in the median %s.", of, lead)
	case known.seen == 0:
		return fmt.Sprintf("There would have been an alert about %s.", of)
	}
	return fmt.Sprintf("There would have been an alert about %s. Where the loss came after the last contact, it was told in the median %s.", of, lead)
}

// englishLastContact says of how many losses the date is the last contact.
func englishLastContact(b *Report) string {
	last := warned(b.Lost, true, true)
	s := fmt.Sprintf("For %s the date given is the last contact", plural.Count(last.accounts, "account"))
	switch lead := backtest.DaysAhead(last.median, "that day"); {
	case last.accounts == 0:
		return ""
	case len(b.Lost) == 1:
		return "The date given is that of the last contact."
	case last.accounts == len(b.Lost) && last.seen > 0:
		return fmt.Sprintf("Every date given is that of the last contact; the alerts came in the median %s.", lead)
	case last.accounts == len(b.Lost):
		return "Every date given is that of the last contact."
	case last.accounts == 1 && last.seen == 1:
		return fmt.Sprintf("%s; the alert came %s.", s, lead)
	case last.seen > 0:
		return fmt.Sprintf("%s; %d of them had an alert, in the median %s.", s, last.seen, lead)
	}
	return s + "."
}

// englishSilent says how many accounts are silent and had an alert.
func englishSilent(b *Report) string {
	w := warned(b.Silent, false, false)
	lead := backtest.DaysAhead(w.median, "the last contact")
	switch {
	case w.accounts == 0 && len(b.Lost) == 0:
		return "None is silent at the end of the history."
	case w.accounts == 0:
		return ""
	case w.accounts == 1 && w.seen == 0:
		return "1 account is silent at the end of the history, without an alert."
	case w.accounts == 1:
		return fmt.Sprintf("1 account is silent at the end of the history. There would have been an alert about it, %s.", lead)
	case w.seen == 0:
		return fmt.Sprintf("%d accounts are silent at the end of the history, none with an alert.", w.accounts)
	}
	return fmt.Sprintf("%d accounts are silent at the end of the history. There would have been an alert about %d of them, in the median %s.", w.accounts, w.seen, lead)
}

// englishAfter says what came after an alert.
func englishAfter(a *PastAlert, what string) string {
	quiet := int(a.Told - a.Loss.Last) // days without contact when it was told
	switch a.Outcome {
	case WasLost:
		return fmt.Sprintf("lost on %s", a.Day)
	case LateLost:
		return fmt.Sprintf("told %s", backtest.DaysAhead(int(a.Day-a.Told), "the loss"))
	case LateSilent:
		return fmt.Sprintf("told after %s of silence", plural.Count(quiet, "day"))
	case FellSilent:
		s := fmt.Sprintf("silent since %s", a.Loss.Last+1)
		if a.Back >= 0 {
			s += fmt.Sprintf(", came back after %s", plural.Count(quiet+a.Back, "day"))
		}
		return s
	}
	if what != "" {
		what += ": "
	}
	mean := a.Part != nil && a.Part.Term == detector.Shift
	switch {
	case a.Outcome == CannotSay && (mean || a.Back >= 0):
		return fmt.Sprintf("%stoo soon, only %s followed", what, plural.Count(a.Waited, "day"))
	case mean:
		return fmt.Sprintf("%s%.2g in the eight weeks after, %.2g before", what, a.After, a.Before)
	case a.Back < 0:
		return fmt.Sprintf("%snone in the last %s; %s a week before", what, plural.Count(a.Quiet, "day"), rate(a.Before))
	case a.Back > pauseDays:
		return fmt.Sprintf("%scame back after %s; %s a week since, %s before", what, plural.Count(a.Back, "day"), rate(a.After), rate(a.Before))
	}
	return fmt.Sprintf("%s%s a week in the eight weeks after, %s before", what, rate(a.After), rate(a.Before))
}
