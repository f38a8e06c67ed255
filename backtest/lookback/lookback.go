package lookback

import (
	"cmp"
	"html/template"
	"slices"

	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/detector"
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
	// Silent are accounts that are silent at the end of the history and that nobody
	// called lost, the most valuable first. MoreSilent is how many are not shown.
	Silent     []Departure
	MoreSilent int
	// Alerts are alerts of the past year about other accounts, the highest risk
	// first, so that somebody can say what they were. OtherAlerts is how many more
	// there were.
	Alerts      []PastAlert
	OtherAlerts int
	BlindSpots  []calibrate.BlindSpot
}

// Departure is an account that left or fell silent, and what was known of it.
type Departure struct {
	Account string
	// Day of the loss. For a silent account it is the first day without contact.
	Day signals.Day
	// Last is the last day of contact before it. Pause is the longest pause before
	// that, in days.
	Last  signals.Day
	Pause int
	// PerWeek is how much contact there was a week in the last four weeks before
	// Last, Usual in the twelve before those.
	PerWeek, Usual float64
	Days           int // days with contact in the 84 days up to Last
	Known          int // days from the first contact to the last

	// FirstSign is the day on which the risk rose and stayed up until the loss; 0
	// when it did not.
	FirstSign signals.Day
	Alert     *backtest.Episode // the first alert that counts for the loss; nil when there was none
	// Closed is the last alert that ended before the loss. Late is the first that
	// came too long after it.
	Closed, Late *backtest.Episode
	Unseen       MissReason // reason for no alert
	// Highest is the highest risk from 60 days before the last contact until an
	// alert would no longer have counted. Raise is the risk at which one is told.
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
	TooWeak   MissReason = "signs below the threshold"
)

// PastAlert is an alert and what happened after it.
type PastAlert struct {
	backtest.Episode
	// Back is how many days after the alert there was contact again, -1 when there
	// was none. Waited is how many days of history followed.
	Back, Waited int
	// Before and After are contacts a week: in the twelve weeks before it began,
	// and in the eight weeks after it was told or, after a silence, after contact
	// came back.
	Before, After float64
}

const (
	silentShown = 12
	alertsShown = 10
	weeksShown  = 30
	// A feed that goes down up to so many days after the last contact hides the
	// silence. Later, the silence should have been seen already.
	blindAfter = 14
	// A habit needs contact on so many days within SettlingDays.
	fewestDays = 8
)

// NewReport looks back at a replay with Scores. contacts recorded the same history.
func NewReport(j backtest.Judged, contacts *backtest.ContactLog, losses []backtest.Loss) *Report {
	b := &Report{From: contacts.First, To: contacts.Last, Interactions: j.Lines, Accounts: contacts.Len()}
	h := &replayedHistory{Judged: j, log: contacts, scores: backtest.ScoresByAccount(j.Outcome), byAccount: map[string][]backtest.Episode{}}
	episodes := j.Episodes(signals.NewZone(j.Rules.Location))
	for _, e := range episodes {
		h.byAccount[e.Account] = append(h.byAccount[e.Account], e)
	}
	told := map[string]bool{}
	for _, l := range losses {
		told[l.Account] = true
		b.Lost = append(b.Lost, h.departure(l.Account, l.Day, l.Day+backtest.LossAfter))
	}
	slices.SortStableFunc(b.Lost, func(a, b Departure) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Account, b.Account))
	})
	for _, p := range h.silent(told) {
		if len(b.Silent) < silentShown {
			told[p.Account] = true
			b.Silent = append(b.Silent, h.departure(p.Account, p.Last()+1, contacts.Last+1))
		} else {
			b.MoreSilent++
		}
	}
	b.Alerts, b.OtherAlerts = h.alerts(episodes, told)
	return b
}

// replayedHistory holds the replay of a history: contacts, scores and alerts.
type replayedHistory struct {
	backtest.Judged
	log       *backtest.ContactLog
	scores    map[string][]backtest.Score
	byAccount map[string][]backtest.Episode // alerts about feeds under ""
}

// silent are the accounts that have been silent for more than 60 days, and for more
// than twice their longest pause. They are sorted by grade and then by contact.
func (p *replayedHistory) silent(leaveOut map[string]bool) (list []*backtest.AccountLog) {
	for _, a := range p.log.Accounts() {
		days := p.log.Last - a.Last()
		if !leaveOut[a.Account] && len(a.Days) >= fewestDays && days > max(60, 2*a.LongestPause(p.log.Last)) {
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

// departure describes an account that left on a day. Alerts count until the day
// later.
func (p *replayedHistory) departure(account string, day, later signals.Day) Departure {
	d := Departure{Account: account, Day: day}
	grade, _ := p.log.GradeAndOwner(account)
	d.Raise = backtest.RaiseThreshold(p.Rules, grade)
	log := p.log.Account(account)
	if log == nil {
		d.Unseen = NotThere
		return d
	}
	last, ok := log.LastBefore(day + 1)
	if !ok {
		d.Unseen = NotThere
		return d
	}
	d.Last, d.Pause, d.Known = last, int(log.LongestPause(last)), int(last-log.First())
	_, d.Days = log.Between(last+1-backtest.SettlingDays, last+1)
	d.PerWeek = log.PerWeek(last-27, last+1)
	d.Usual = log.PerWeek(last-27-84, last-27)
	p.fillAlerts(&d, later)
	until := min(p.log.Last, max(day, d.alertDay())+27)
	d.WeeksFrom = until + 1 - 7*weeksShown
	for from := d.WeeksFrom; from <= until; from += 7 {
		n, _ := log.Between(from, from+7)
		d.Weeks = append(d.Weeks, n)
	}
	if d.Alert == nil {
		d.Unseen = p.reason(&d, log)
	}
	return d
}

// alertDay is the day of the alert; 0 without one.
func (d *Departure) alertDay() signals.Day {
	if d.Alert == nil {
		return 0
	}
	return d.Alert.Told
}

// fillAlerts fills in the alerts and the risk of the account until the day later.
func (p *replayedHistory) fillAlerts(d *Departure, later signals.Day) {
	from := d.Last - backtest.LossBefore
	list := p.byAccount[d.Account]
	for i := range list {
		e := &list[i]
		switch {
		case d.Alert == nil && e.OpenOn(from, later):
			d.Alert = e
		case e.Ended != 0 && e.Ended < from:
			d.Closed = e
		case d.Late == nil && e.Told > later:
			d.Late = e
		}
	}
	trace := p.scores[d.Account]
	for day := from; day < later; day++ {
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
	case d.Days < fewestDays:
		return NoHabit
	}
	feeds := p.byAccount[""]
	for i := range feeds {
		f := &feeds[i]
		if f.OpenOn(d.Last, d.Last+blindAfter) && slices.Contains(log.Sources, f.Source) {
			d.Feed = f
			return FeedBlind
		}
	}
	if d.Day-d.Last <= 14 && d.Highest < signLevel(d.Raise) {
		return AsUsual
	}
	return TooWeak
}

// alerts are those of the past year about accounts that are not left out. more is
// how many are not listed.
func (p *replayedHistory) alerts(episodes []backtest.Episode, leaveOut map[string]bool) (list []PastAlert, more int) {
	for i := range episodes {
		e := &episodes[i]
		log := p.log.Account(e.Account)
		if log == nil || leaveOut[e.Account] || e.Told <= p.log.Last-365 {
			continue
		}
		a := PastAlert{Episode: *e, Back: -1, Waited: int(p.log.Last - e.Told)}
		if next, ok := log.NextFrom(e.Told); ok {
			a.Back = int(next - e.Told)
		}
		began := sinceReason(e)
		if last, ok := log.LastBefore(e.Told); ok {
			began = min(began, last+1) // a reason's window may begin within the silence
		}
		a.Before = log.PerWeek(began-84, began)
		from := e.Told
		if a.aftermath() == cameBack {
			from += signals.Day(a.Back)
		}
		a.After = log.PerWeek(from, min(from+56, p.log.Last+1))
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b PastAlert) int {
		return cmp.Or(cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.Told, b.Told), cmp.Compare(a.Account, b.Account))
	})
	if len(list) > alertsShown {
		more = len(list) - alertsShown
		list = list[:alertsShown]
	}
	return list, more
}

// sinceReason is the first day of what the account did to raise an alert.
func sinceReason(e *backtest.Episode) signals.Day {
	since := e.Since
	for _, r := range e.Signs() {
		if r.Term != detector.Incident {
			since = min(since, r.Since)
		}
	}
	return since
}
