package lookback

import (
	"slices"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/signals"
)

// phrases are the words of a Report in one language.
type phrases struct {
	title    string
	subtitle func(b *Report) string
	answer   func(b *Report) string // one sentence that answers the question
	whyNot   func(reasons []missCount, late int) string
	short    func(days int) string // of a history that is too short

	sign, alert, loss, silent string // legend of the pictures
	more, moreAlerts          string // with a number

	lostTitle, lostIntroduction     string
	silentTitle, silentIntroduction string
	alertsTitle, alertsIntroduction string
	noAlerts                        string
	alertHeads, labels              []string
	blindTitle, blindIntroduction   string
	noBlind                         string
	blindHeads                      []string

	graded      func(name string, grade accounts.Grade) string
	lostOn      func(d signals.Day) string
	silentSince func(d *Departure) string
	notThere    string
	lastContact func(d *Departure) string
	firstSign   func(d *Departure, lost bool) string
	told        func(d *Departure, lost bool) string
	why         func(d *Departure) string
	closed      func(e *backtest.Episode) string
	late        func(d *Departure) string
	rare        func(risk float64, history int) string
	after       func(a *PastAlert) string
	delay       func(days int) string
}

// lead is how many days before the loss people would have been told. For a silent
// account it is how many days after its last contact.
func (d *Departure) lead(lost bool) int {
	if lost {
		return int(d.Day - d.Alert.Told)
	}
	return int(d.Alert.Told - d.Last)
}

// warnedLosses is how many of the known losses had an alert, and the median days
// before the loss.
func (b *Report) warnedLosses() (seen, median int) {
	var leads []int
	for i := range b.Lost {
		if d := &b.Lost[i]; d.Alert != nil {
			leads = append(leads, d.lead(true))
		}
	}
	return len(leads), medianOf(leads)
}

// missCount is how many losses had no alert for one reason.
type missCount struct {
	reason MissReason
	losses int
}

// missReasons are the reasons why losses had no alert, the most frequent first.
// late is how many of these losses had one too late.
func (b *Report) missReasons() (reasons []missCount, late int) {
	for i := range b.Lost {
		d := &b.Lost[i]
		if d.Unseen == Seen {
			continue
		}
		if d.Late != nil {
			late++
		}
		at := slices.IndexFunc(reasons, func(u missCount) bool { return u.reason == d.Unseen })
		if at < 0 {
			at, reasons = len(reasons), append(reasons, missCount{reason: d.Unseen})
		}
		reasons[at].losses++
	}
	slices.SortStableFunc(reasons, func(a, b missCount) int { return b.losses - a.losses })
	return reasons, late
}

// why is what a reader must know beside the answer; empty when there is nothing.
func (b *Report) why(w *phrases) (lines []string) {
	if days := int(b.To-b.From) + 1; days < backtest.SettlingDays {
		lines = append(lines, w.short(days))
	}
	if reasons, late := b.missReasons(); len(b.Lost) > 1 && len(reasons) > 0 {
		lines = append(lines, w.whyNot(reasons, late))
	}
	return lines
}

// warnedSilent is how many of the silent accounts had an alert, and the median days
// after their last contact.
func (b *Report) warnedSilent() (seen, median int) {
	var delays []int
	for i := range b.Silent {
		if d := &b.Silent[i]; d.Alert != nil {
			delays = append(delays, d.lead(false))
		}
	}
	return len(delays), medianOf(delays)
}

// aftermath is what contact did after an alert.
type aftermath int

const (
	wentOn      aftermath = iota // contact did not stop
	cameBack                     // contact came back after a while
	stillSilent                  // no contact until the history ended
	tooSoon                      // too few days to say
)

// tooSoonDays is how many days of history an alert needs before anything can be
// said about it.
const tooSoonDays = 14

func (a *PastAlert) aftermath() aftermath {
	switch {
	case a.Back > 7:
		return cameBack
	case a.Waited < tooSoonDays:
		return tooSoon
	case a.Back < 0:
		return stillSilent
	}
	return wentOn
}
