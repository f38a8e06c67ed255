package lookback

import (
	"fmt"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/signals"
)

// phrases are the words of a Report in one language.
type phrases struct {
	title    string
	subtitle func(b *Report) string
	// alertsAnswer and lossAnswer are the sentences that answer the question.
	alertsAnswer func(b *Report) string
	lossAnswer   func(b *Report) string
	whyNot       func(reasons []missCount, late int) string
	short        func(days int) string // of a history that is too short

	meaningTitle string
	meanings     []layout.Meaning

	sign, alert, loss, silent string // legend of the pictures
	weeks                     string // caption of a picture: from, to
	timeTitle, timeCaption    string // of the alerts over time: from, to
	more, others              string // with a number: in the text, on the page

	lostTitle                       string
	lostIntroduction                string
	silentTitle, silentIntroduction string
	alertsTitle, alertsIntroduction string
	noAlerts                        string
	alertHeads, labels              []string
	labelHead                       string
	verdicts                        [Undecided + 1]string
	blindTitle, blindIntroduction   string
	noBlind                         string
	blindHeads                      []string
	alertMeans, blindMeans          []string // what these columns mean
	lostHeads, silentHeads          []string // of the accounts without a card
	noAlert                         string

	graded      func(name string, grade accounts.Grade) string
	lostOn      func(d signals.Day) string
	silentSince func(d *Departure) string
	days        func(n int) string
	notThere    string
	lastContact func(d *Departure) string
	dateIsLast  func(d *Departure) string
	contactWent func(last signals.Day) string
	firstSign   func(d *Departure, lost bool) string
	told        func(d *Departure, lost bool) string
	when        func(d *Departure, lost bool) string // the alert, from the loss or the last contact
	why         func(d *Departure) string
	closed      func(e *backtest.Episode) string
	late        func(d *Departure, lost bool) string
	// after says what came after an alert; what names what is counted, empty for the
	// contact of the whole account.
	after func(a *PastAlert, what string) string
	delay func(days int) string
}

// sinceLast tells whether days are counted from the last contact: of a silent account, and
// where the date of a loss is the last contact.
func (d *Departure) sinceLast(lost bool) bool { return !lost || d.DateIsLast }

// lead is how many days before the loss people would have been told or, with sinceLast,
// before the last contact. Below 0 it is after it.
func (d *Departure) lead(lost bool) int {
	if d.sinceLast(lost) {
		return int(d.Last - d.Alert.Told)
	}
	return int(d.Day - d.Alert.Told)
}

// warnings sums up which of some accounts had an alert.
type warnings struct {
	accounts, seen int
	median         int // of lead, in days, of those seen
}

// warned sums up the lost or the silent accounts. Losses whose date is the last contact
// are summed up on their own.
func warned(list []Departure, lost, dateIsLast bool) (w warnings) {
	var leads []int
	for i := range list {
		if d := &list[i]; d.DateIsLast == dateIsLast {
			w.accounts++
			if d.Alert != nil {
				leads = append(leads, d.lead(lost))
			}
		}
	}
	w.seen, w.median = len(leads), medianOf(leads)
	return w
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

// pastYear tells whether the history covers the year of alerts that is summed up.
func (b *Report) pastYear() bool { return b.To-b.From >= 364 }

// strongest are the alerts that are summed up first.
func (b *Report) strongest() []PastAlert { return b.Alerts[:min(alertsShown, len(b.Alerts))] }

// medianOf is the upper median of a list; 0 of an empty one.
func medianOf(list []int) int {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// join puts the texts that are not empty together.
func join(between string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), between)
}

// rate is how much there was a week, as people write it.
func rate(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}
