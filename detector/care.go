package detector

import (
	"fmt"
	"math"
	"math/bits"

	"firstsign/accounts"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Care is what our side owes the accounts. What is left out is not owed.
type Care struct {
	// Visits are the signals of ours that are visits; one of several is enough.
	// Default visit.
	Visits []string `yaml:"visits"`
	// Owed by grade in CareDays. A grade that is left out is owed nothing.
	Owed map[accounts.Grade]Owed `yaml:"owed"`
	// ComplaintDays is how long a complaint may wait for its complaint_resolved,
	// in days of care. 0 is no limit.
	ComplaintDays int `yaml:"complaint_days"`
}

// Owed is what an account of a grade is owed in CareDays. 0 is nothing.
type Owed struct {
	Visits int `yaml:"visits"`
	// Contacts of ours of any kind, visits among them.
	Contacts int `yaml:"contacts"`
}

const (
	// CareDays is the time in which care is owed. They are plain days, without
	// holidays and without those of which nothing is known.
	CareDays = 28
	// LongestComplaint is what fits into the days that are kept.
	LongestComplaint = 42
	// caredDays of doing all that is owed end a neglect.
	caredDays = 7
)

// Signals whose names have a meaning for care.
const (
	complaintName = "complaint"
	resolvedName  = "complaint_resolved"
	invitedName   = "event_invited"
	attendedName  = "event_attended"
)

// duty is a kind of care that is counted.
type duty uint8

const (
	visiting   duty = iota
	contacting      // of any kind
	duties
)

// owed of a duty to an account of a grade.
func (c *Care) owed(d duty, grade accounts.Grade) int {
	o := c.Owed[grade]
	if d == visiting {
		return o.Visits
	}
	return o.Contacts
}

// owed of a duty to an account; nothing to one that the directory has no more.
func (y *yardstick) owed(a *account, d duty, grade accounts.Grade) int {
	if y.rules.Accounts != nil && y.listed([]byte(a.id)) == nil {
		return 0
	}
	return y.rules.Care.owed(d, grade)
}

// tended is what is kept of our care for an account. All else is in the ring.
type tended struct {
	neglected signals.Day // the day on which a neglect was found; 0 while there is none
	waiting   signals.Day // of the oldest complaint without an answer that left the ring; 0 is none
}

// fulfils tells whether a series of ours counts for a duty.
func (y *yardstick) fulfils(s *series.Series, d duty) bool {
	r := &y.signals.Rules[s.Key.Signal]
	return s.Key.Ours && s.Key.Contact == 0 && r.On && r.Kind == series.Count && (d == contacting || r.Visit)
}

// tend finds out at a day's close whether we do what we owe an account. It says
// nothing about the account itself: its risk is what it was.
func (e *Engine) tend(a *account, day signals.Day) {
	if a.tended.neglected == 0 && len(e.rules.Care.Owed) == 0 && e.rules.Care.ComplaintDays == 0 {
		return
	}
	grade := e.gradeOf(a)
	behind, even := e.behind(a, grade)
	switch {
	case behind && a.tended.neglected == 0:
		a.tended.neglected = day
		e.tellCare(a, Neglected, day)
	case even && a.tended.neglected != 0:
		e.tellCare(a, CaredFor, day)
		a.tended.neglected = 0
	}
}

// behind tells whether we did at most half of what we owe in some way, or
// let a complaint wait for too long; even, that we did all of it for caredDays.
func (y *yardstick) behind(a *account, grade accounts.Grade) (behind, even bool) {
	even = true
	for d := range duties {
		owed := y.owed(a, d, grade)
		if owed == 0 {
			continue
		}
		done, ok := y.done(a, d, 0)
		behind = behind || ok && 2*done <= owed
		for k := range caredDays {
			done, ok := y.done(a, d, k)
			even = even && ok && done >= owed
		}
	}
	if c, ok := y.openComplaint(a); ok && c.overdue(y.rules.Care.ComplaintDays) {
		behind, even = true, false
	}
	return behind, even
}

// done is what was done of a duty in the window that ended some days before
// the closed one; false when the window is not known, or began before the account.
func (y *yardstick) done(a *account, d duty, ago int) (n int, ok bool) {
	from, to := int(y.today.windows[d][ago]), series.ViewDays-1-ago
	if from == 0 || a.First > y.today.Lo+signals.Day(from) {
		return 0, false
	}
	for i := range a.Series {
		if s := &a.Series[i]; y.fulfils(s, d) {
			n += s.Counted(y.today.Lo, from, to)
		}
	}
	return n, true
}

// tellCare hands out that a neglect was found, or is over.
func (e *Engine) tellCare(a *account, kind FindingKind, day signals.Day) {
	e.news[a] = append(e.news[a], &Finding{
		ID:   fmt.Sprintf("%s-%s-care", a.id, a.tended.neglected),
		Kind: kind, Time: e.zone.Start(day + 1), Account: a.id, Grade: e.given(a),
		Since: a.tended.neglected, Reasons: e.dues(a, false), Rules: e.rules.Hash,
	})
	e.stats.Findings[kind]++
}

// careOf an account: its dues, and key events that it did not come to.
func (y *yardstick) careOf(a *account, all bool) []Reason {
	if y.today == nil {
		return nil
	}
	facts := y.dues(a, all)
	if x, ok := y.attendance(a, all); ok {
		facts = append(facts, x)
	}
	return facts
}

// dues are what is owed to an account and not done, or with all of it what is
// done as well, and the complaint that waits.
func (y *yardstick) dues(a *account, all bool) (facts []Reason) {
	grade := y.gradeOf(a)
	for d := range duties {
		owed := y.owed(a, d, grade)
		if owed == 0 {
			continue
		}
		if done, ok := y.done(a, d, 0); ok && (all || done < owed) {
			from := int(y.today.windows[d][0])
			facts = append(facts, Reason{
				Signal: y.dutyName(d), Side: series.Ours, Term: evidence.Norm, Window: series.ViewDays - from,
				From: float64(owed), To: float64(done), Since: y.today.Lo + signals.Day(from),
			})
		}
	}
	if c, ok := y.openComplaint(a); ok {
		facts = append(facts, Reason{
			Signal: complaintName, Side: series.Ours, Term: evidence.Norm, Window: c.days,
			From: float64(y.rules.Care.ComplaintDays), To: float64(c.days), Since: c.since, Without: resolvedName,
		})
	}
	return facts
}

// dutyName is the signal that a duty is told by.
func (y *yardstick) dutyName(d duty) string {
	if d == visiting && len(y.rules.Care.Visits) > 0 {
		return y.rules.Care.Visits[0]
	}
	return series.AnyContact
}

// complaint is one that nobody has answered.
type complaint struct {
	since signals.Day
	days  int // of care since then
}

func (c complaint) overdue(limit int) bool { return limit > 0 && c.days > limit }

// complaints are the days of a view with a complaint and with an answer, since
// answers are written down.
func (y *yardstick) complaints(a *account, lo signals.Day) (asked, answered uint64, source uint16) {
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != 0 {
			continue
		}
		switch days := series.Since(s.Active, lo) & (1<<series.ViewDays - 1); y.signals.Name(s.Key.Signal) {
		case resolvedName:
			answered |= days
		case complaintName:
			asked |= days
			source = s.Source
		}
	}
	from := y.today.answered
	if from == 0 {
		return 0, answered, source
	}
	return asked &^ (1<<max(0, min(series.ViewDays, from-lo)) - 1), answered, source
}

// openComplaint is the oldest complaint of an account without an answer on its
// day or later.
func (y *yardstick) openComplaint(a *account) (c complaint, ok bool) {
	asked, answered, source := y.complaints(a, y.today.Lo)
	asked, answered = asked&^1, answered&^1 // the first day has left
	asked &^= 1<<bits.Len64(answered) - 1
	switch {
	case a.tended.waiting != 0 && answered == 0:
		c.since = a.tended.waiting
	case asked != 0:
		c.since = y.today.Lo + signals.Day(bits.TrailingZeros64(asked))
	default:
		return c, false
	}
	sum := max(0, float64(y.today.Lo-c.since))
	for m := y.today.Open(source) &^ 1; m != 0; m &= m - 1 {
		if d := y.today.Lo + signals.Day(bits.TrailingZeros64(m)); d > c.since {
			sum += y.holiday(d)
		}
	}
	c.days = int(sum)
	return c, true
}

// remember keeps a complaint that leaves the ring without an answer.
func (a *account) remember(asked, answered uint64, leaving signals.Day) {
	switch {
	case answered&1 == 1:
		a.tended.waiting = 0
	case asked&1 == 1 && a.tended.waiting == 0:
		a.tended.waiting = leaving
	}
}

// attendance is how often an account was invited to a key event and how often
// it came, over about a year: what was learned and what is in the ring.
// Without all, only when it mostly did not come.
func (y *yardstick) attendance(a *account, all bool) (x Reason, ok bool) {
	var invited, attended float64
	for i := range a.Series {
		s := &a.Series[i]
		if s.Level != nil || s.Key.Contact != 0 {
			continue
		}
		n := float64(s.Baseline.Total) + float64(s.Counted(y.today.Lo, 1, series.ViewDays-1))
		switch y.signals.Name(s.Key.Signal) {
		case invitedName:
			invited += n
		case attendedName:
			attended += n
		}
	}
	invited, attended = math.Round(invited), math.Round(attended)
	return Reason{
		Signal: invitedName, Side: series.Ours, Term: evidence.Norm, Window: 2 * series.HalfLife, From: invited, To: attended,
		Since: y.today.day - 2*series.HalfLife + 1, Without: attendedName,
	}, all && invited > 0 || invited >= fewestInvitations && 2*attended <= invited
}

// fewestInvitations say something about who did not come.
const fewestInvitations = 2
