package lookback

import (
	"cmp"
	"html/template"
	"slices"

	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/signals"
)

// Report answers: would we have known? It uses past records only. Every day is
// judged by what was known on it.
type Report struct {
	Read         template.HTML // what was read, as a block of the page
	From, To     signals.Day
	Interactions int64
	Accounts     int
	Lost         []Departure // known losses, by date
	// Silent are all accounts that are silent at the end of the history and that nobody
	// called lost, the most valuable first.
	Silent []Departure
	// Alerts are all alerts of the past year about accounts, the highest risk that was
	// told first.
	Alerts     []PastAlert
	BlindSpots []calibrate.BlindSpot
}

// Departure is an account that left or fell silent, and what was known of it.
type Departure struct {
	Account string
	// Day of the loss. For a silent account it is the first day without contact.
	Day signals.Day
	// LossWindow holds the last contact, and the days on which an alert counts.
	backtest.LossWindow
	// After is the last contact after the day of a loss; 0 when there was none.
	After signals.Day
	Pause int // longest pause before the last contact, in days
	// PerWeek is how much contact there was a week in the last four weeks before
	// Last, Usual in the twelve before those.
	PerWeek, Usual float64
	Days           int // days with contact in the 84 days up to Last
	Known          int // days from the first contact to the last

	// FirstSign is the day on which the risk rose and stayed up until the loss; 0
	// when it did not.
	FirstSign signals.Day
	Alert     *backtest.Episode // the first alert that counts for the loss; nil when there was none
	// Closed is the last alert that ended before the window. Late is the first that
	// came after it.
	Closed, Late *backtest.Episode
	Unseen       MissReason // reason for no alert
	Ends         int        // days from the last contact to the end of the history
	// Highest is the highest risk in the window. Raise is the risk at which an alert is
	// told.
	Highest, Raise float64
	Feed           *backtest.Episode // feed that was down at the time, of FeedBlind
	Weeks          []float64
	WeeksFrom      signals.Day
}

// MissReason is why an account left without an alert.
type MissReason string

// The reasons for no alert.
const (
	Seen      MissReason = ""
	NotThere  MissReason = "not in the history"
	TooYoung  MissReason = "known for too short a time"
	NoHabit   MissReason = "too few interactions"
	FeedBlind MissReason = "feed was down"
	AsUsual   MissReason = "contact went on as usual"
	TooEarly  MissReason = "too early to say"
	TooWeak   MissReason = "signs below the threshold"
)

const (
	alertsShown = 10 // the strongest, which are summed up first of all
	weeksShown  = 30
	// A feed that goes down up to so many days after the last contact hides the
	// silence. Later, the silence should have been seen already.
	blindAfter = 14
)

// NewReport looks back at a replay with Scores. contacts recorded the same history, with
// its Parts.
func NewReport(j backtest.Judged, contacts *backtest.ContactLog, losses []backtest.Loss) *Report {
	b := &Report{From: contacts.First, To: contacts.Last, Interactions: j.Counted, Accounts: contacts.Len()}
	h := &replayedHistory{Judged: j, log: contacts, scores: backtest.ScoresByAccount(j.Outcome), byAccount: map[string][]backtest.Episode{}}
	episodes := j.Episodes(signals.NewZone(j.Rules.Location))
	for _, e := range episodes {
		h.byAccount[e.Account] = append(h.byAccount[e.Account], e)
	}
	h.losses = backtest.ByAccount(losses)
	for _, l := range losses {
		b.Lost = append(b.Lost, h.loss(l))
	}
	slices.SortStableFunc(b.Lost, func(a, b Departure) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Account, b.Account))
	})
	for _, account := range h.silent() {
		b.Silent = append(b.Silent, h.silence(account))
	}
	b.Alerts = h.alerts(episodes)
	return b
}

// replayedHistory holds the replay of a history: contacts, scores and alerts.
type replayedHistory struct {
	backtest.Judged
	log       *backtest.ContactLog
	scores    map[string][]backtest.Score
	byAccount map[string][]backtest.Episode // alerts about feeds under ""
	losses    map[string][]backtest.Loss
}

// silent are the accounts that are silent at the end of the history and not named as
// lost. They are sorted by grade and then by contact.
func (p *replayedHistory) silent() (list []*backtest.AccountLog) {
	for _, a := range p.log.Accounts() {
		if p.losses[a.Account] == nil && a.SilentOn(p.log.Last) {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b *backtest.AccountLog) int {
		x, _ := p.log.GradeAndOwner(a.Account)
		y, _ := p.log.GradeAndOwner(b.Account)
		return cmp.Or(backtest.CompareGrades(x, y), cmp.Compare(len(b.Days), len(a.Days)))
	})
	return list
}

// loss describes an account that somebody named as lost.
func (p *replayedHistory) loss(l backtest.Loss) Departure {
	d := Departure{Account: l.Account, Day: l.Day, Unseen: NotThere}
	if log := p.log.Account(l.Account); log != nil {
		if w, ok := backtest.WindowOfLoss(log, l.Day); ok {
			d.LossWindow, d.Unseen = w, Seen
			if last := log.Last(); last > max(w.Last, l.Day) {
				d.After = last
			}
			p.describe(&d, log)
		}
	}
	return d
}

// silence describes an account that is silent at the end of the history.
func (p *replayedHistory) silence(log *backtest.AccountLog) Departure {
	d := Departure{Account: log.Account, Day: log.Last() + 1, LossWindow: backtest.WindowOfSilence(log, log.Last())}
	p.describe(&d, log)
	return d
}

// describe fills in what was known of an account whose window is known.
func (p *replayedHistory) describe(d *Departure, log *backtest.AccountLog) {
	grade, _ := p.log.GradeAndOwner(d.Account)
	d.Raise = backtest.RaiseThreshold(p.Rules, grade)
	last := d.Last
	d.Pause, d.Known = int(log.LongestPause(last)), int(last-log.First())
	_, d.Days = log.Between(last+1-backtest.SettlingDays, last+1)
	d.PerWeek = log.PerWeek(last-27, last+1)
	d.Usual = log.PerWeek(last-27-84, last-27)
	d.Ends = int(p.log.Last - last)
	p.fillAlerts(d)
	until := min(p.log.Last, max(d.Day, d.alertDay())+27)
	d.WeeksFrom = until + 1 - 7*weeksShown
	for from := d.WeeksFrom; from <= until; from += 7 {
		n, _ := log.Between(from, from+7)
		d.Weeks = append(d.Weeks, n)
	}
	if d.Alert == nil {
		d.Unseen = p.reason(d, log)
	}
}

// alertDay is the day of the alert; 0 without one.
func (d *Departure) alertDay() signals.Day {
	if d.Alert == nil {
		return 0
	}
	return d.Alert.Told
}

// fillAlerts fills in the alerts and the risk of the account in its window.
func (p *replayedHistory) fillAlerts(d *Departure) {
	list := p.byAccount[d.Account]
	for i := range list {
		e := &list[i]
		switch {
		case d.Alert == nil && e.OpenOn(d.From, d.To):
			d.Alert = e
		case e.Ended != 0 && e.Ended < d.From:
			d.Closed = e
		case d.Late == nil && e.Told > d.To:
			d.Late = e
		}
	}
	trace := p.scores[d.Account]
	for day := d.From; day < d.To; day++ {
		d.Highest = max(d.Highest, backtest.ScoreOn(trace, day))
	}
	d.FirstSign = firstSign(trace, signLevel(d.Raise), max(d.Day, d.alertDay()))
	if d.Alert != nil && (d.FirstSign == 0 || d.FirstSign > d.Alert.Told) {
		d.FirstSign = d.Alert.Since // the risk has fallen again since
	}
}

// signYears is the lowest risk that counts as a sign, in account-years. On the
// benchmark, a healthy account reaches it twice a year and is above it on a quarter
// of its days, seldom for long.
const signYears = 0.5

// signLevel is the risk of a first sign: a tenth of the alert's threshold, but at
// least signYears and at most the threshold.
func signLevel(raise float64) float64 {
	return max(raise/10, min(signYears, raise))
}

// firstSign is the day on which the risk rose above a level and stayed there until
// a day; 0 when it is not above it.
func firstSign(trace []backtest.Score, level float64, until signals.Day) (first signals.Day) {
	for _, s := range trace {
		switch {
		case s.Day > until:
			return first
		case s.Score < level:
			first = 0
		case first == 0:
			first = s.Day
		}
	}
	return first
}

// reason is why there was no alert.
func (p *replayedHistory) reason(d *Departure, log *backtest.AccountLog) MissReason {
	switch {
	case d.Known < backtest.SettlingDays:
		return TooYoung
	case d.Days < backtest.HabitDays:
		return NoHabit
	}
	next, back := log.NextFrom(d.Last + 1)
	feeds := p.byAccount[""]
	for i := range feeds {
		if back && next <= d.Last+blindAfter {
			break // there was no silence that a feed could hide
		}
		f := &feeds[i]
		if f.OpenOn(d.Last, d.Last+blindAfter) && slices.Contains(log.Sources, f.Source) {
			d.Feed = f
			return FeedBlind
		}
	}
	if d.To > p.log.Last && d.Day-d.Last <= backtest.SameDay {
		return TooEarly
	}
	if !d.DateIsLast && d.Day-d.Last <= 14 && d.Highest < signLevel(d.Raise) {
		return AsUsual
	}
	return TooWeak
}
