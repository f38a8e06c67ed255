package lookback

import (
	"slices"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/signals"
)

// phrases are what a Lookback says in one language.
type phrases struct {
	title    string
	subtitle func(b *Report) string
	answer   func(b *Report) string // one sentence: would we have known?
	whyNot   func(reasons []missCount, late int) string
	short    func(days int) string // of a history

	sign, alert, loss, silent string // what the marks of the pictures are
	more, moreAlerts          string // of a number

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
	rare        func(risk float64) string
	after       func(a *PastAlert) string
	delay       func(days int) string
}

// lead is how many days before the loss people would have heard of it; of a
// silent account, how many days after its last contact.
func (d *Departure) lead(lost bool) int {
	if lost {
		return int(d.Day - d.Alert.Told)
	}
	return int(d.Alert.Told - d.Last)
}

// answer of the known losses: how many had an alert, and its median lead.
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

// missReasons are the reasons why losses had no alert, the most frequent first, and
// how many of these had one too late.
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

// why is what is to be known beside the answer; empty when there is nothing.
func (b *Report) why(w *phrases) (lines []string) {
	if days := int(b.To-b.From) + 1; days < backtest.SettlingDays {
		lines = append(lines, w.short(days))
	}
	if reasons, late := b.missReasons(); len(b.Lost) > 1 && len(reasons) > 0 {
		lines = append(lines, w.whyNot(reasons, late))
	}
	return lines
}

// warnedSilent is how many of the silent accounts had an alert, and how long after
// their last contact on the median.
func (b *Report) warnedSilent() (seen, median int) {
	var delays []int
	for i := range b.Silent {
		if d := &b.Silent[i]; d.Alert != nil {
			delays = append(delays, d.lead(false))
		}
	}
	return len(delays), medianOf(delays)
}

// course of contact after an alert.
type aftermath int

const (
	wentOn      aftermath = iota // contact had not stopped
	cameBack                     // after a while
	stillSilent                  // when the history ended
	tooSoon                      // to say
)

// tooSoonDays after an alert nothing can be said of what came of it.
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
