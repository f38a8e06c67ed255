package relations

import (
	"math"
	"math/bits"

	"firstsign/accounts"
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
	// CaredDays of doing all that is owed end a neglect.
	CaredDays = 7
)

// Signals whose names have a meaning for care.
const (
	complaintName = "complaint"
	resolvedName  = "complaint_resolved"
	// Invited is that we asked them to an event of ours.
	Invited = "event_invited"
	// Attended is that they came to an event of ours.
	Attended = "event_attended"
)

// Duty is a kind of care that is counted.
type Duty uint8

// The duties.
const (
	Visiting   Duty = iota
	Contacting      // of any kind
	Duties
)

// of a duty, how much is owed.
func (o Owed) of(d Duty) int {
	if d == Visiting {
		return o.Visits
	}
	return o.Contacts
}

// Tended is what is kept of our care for an account. All else is in the ring.
type Tended struct {
	Neglected signals.Day // the day on which a neglect was found; 0 while there is none
	Waiting   signals.Day // of the oldest complaint without an answer that left the ring; 0 is none
}

// Due is something that we owe an account, or that it owes us to come to, beside
// what was done of it.
type Due struct {
	Signal   string
	Window   int // days
	From, To float64
	Since    signals.Day
	Without  string // the signal that has not come since
}

// CareDay is what our care for every account is judged by at a close.
type CareDay struct {
	Care     *Care
	Table    *series.Table
	Exposure *series.Exposure
	Calendar *series.Calendar
	Windows  *[Duties][CaredDays]uint8 // see Windows
	Answered signals.Day               // first day of any answer to a complaint; 0 before
}

// fulfils tells whether a series of ours counts for a duty.
func (c *CareDay) fulfils(s *series.Series, d Duty) bool {
	r := &c.Table.Rules[s.Key.Signal]
	return s.Key.Ours && s.Key.Contact == 0 && r.On && r.Kind == series.Count && (d == Contacting || r.Visit)
}

// Behind tells whether we did at most half of what we owe in some way, or
// let a complaint wait for too long; even, that we did all of it for CaredDays.
func (c *CareDay) Behind(a *series.Set, kept *Tended, owed Owed) (behind, even bool) {
	even = true
	for d := range Duties {
		owed := owed.of(d)
		if owed == 0 {
			continue
		}
		done, ok := c.done(a, d, 0)
		behind = behind || ok && 2*done <= owed
		for k := range CaredDays {
			done, ok := c.done(a, d, k)
			even = even && ok && done >= owed
		}
	}
	if x, ok := c.openComplaint(a, kept); ok && x.overdue(c.Care.ComplaintDays) {
		behind, even = true, false
	}
	return behind, even
}

// done is what was done of a duty in the window that ended some days before
// the closed one; false when the window is not known, or began before the account.
func (c *CareDay) done(a *series.Set, d Duty, ago int) (n int, ok bool) {
	from, to := int(c.Windows[d][ago]), series.ViewDays-1-ago
	if from == 0 || a.First > c.Exposure.Lo+signals.Day(from) {
		return 0, false
	}
	for i := range a.Series {
		if s := &a.Series[i]; c.fulfils(s, d) {
			n += s.Counted(c.Exposure.Lo, from, to)
		}
	}
	return n, true
}

// Dues are what is owed to an account and not done, or with all of it what is
// done as well, and the complaint that waits.
func (c *CareDay) Dues(a *series.Set, kept *Tended, owed Owed, all bool) (facts []Due) {
	for d := range Duties {
		owed := owed.of(d)
		if owed == 0 {
			continue
		}
		if done, ok := c.done(a, d, 0); ok && (all || done < owed) {
			from := int(c.Windows[d][0])
			facts = append(facts, Due{
				Signal: c.dutyName(d), Window: series.ViewDays - from,
				From: float64(owed), To: float64(done), Since: c.Exposure.Lo + signals.Day(from),
			})
		}
	}
	if x, ok := c.openComplaint(a, kept); ok {
		facts = append(facts, Due{
			Signal: complaintName, Window: x.days,
			From: float64(c.Care.ComplaintDays), To: float64(x.days), Since: x.since, Without: resolvedName,
		})
	}
	return facts
}

// dutyName is the signal that a duty is told by.
func (c *CareDay) dutyName(d Duty) string {
	if d == Visiting && len(c.Care.Visits) > 0 {
		return c.Care.Visits[0]
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
func (c *CareDay) complaints(a *series.Set, lo signals.Day) (asked, answered uint64, source uint16) {
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != 0 {
			continue
		}
		switch days := series.Since(s.Active, lo) & (1<<series.ViewDays - 1); c.Table.Name(s.Key.Signal) {
		case resolvedName:
			answered |= days
		case complaintName:
			asked |= days
			source = s.Source
		}
	}
	from := c.Answered
	if from == 0 {
		return 0, answered, source
	}
	return asked &^ (1<<max(0, min(series.ViewDays, from-lo)) - 1), answered, source
}

// openComplaint is the oldest complaint of an account without an answer on its
// day or later.
func (c *CareDay) openComplaint(a *series.Set, kept *Tended) (x complaint, ok bool) {
	asked, answered, source := c.complaints(a, c.Exposure.Lo)
	asked, answered = asked&^1, answered&^1 // the first day has left
	asked &^= 1<<bits.Len64(answered) - 1
	switch {
	case kept.Waiting != 0 && answered == 0:
		x.since = kept.Waiting
	case asked != 0:
		x.since = c.Exposure.Lo + signals.Day(bits.TrailingZeros64(asked))
	default:
		return x, false
	}
	sum := max(0, float64(c.Exposure.Lo-x.since))
	for m := c.Exposure.Open(source) &^ 1; m != 0; m &= m - 1 {
		if d := c.Exposure.Lo + signals.Day(bits.TrailingZeros64(m)); d > x.since {
			sum += c.Calendar.Worked(d)
		}
	}
	x.days = int(sum)
	return x, true
}

// leave keeps a complaint that leaves the ring without an answer.
func (kept *Tended) leave(asked, answered uint64, leaving signals.Day) {
	switch {
	case answered&1 == 1:
		kept.Waiting = 0
	case asked&1 == 1 && kept.Waiting == 0:
		kept.Waiting = leaving
	}
}

// Attendance is how often an account was invited to a key event and how often
// it came, over about a year: what was learned and what is in the ring.
// Without all, only when it mostly did not come.
func (c *CareDay) Attendance(a *series.Set, all bool) (x Due, ok bool) {
	var invited, attended float64
	for i := range a.Series {
		s := &a.Series[i]
		if s.Level() != nil || s.Key.Contact != 0 {
			continue
		}
		n := float64(s.Baseline.Total) + float64(s.Counted(c.Exposure.Lo, 1, series.ViewDays-1))
		switch c.Table.Name(s.Key.Signal) {
		case Invited:
			invited += n
		case Attended:
			attended += n
		}
	}
	invited, attended = math.Round(invited), math.Round(attended)
	return Due{
		Signal: Invited, Window: 2 * series.HalfLife, From: invited, To: attended,
		Since: c.Exposure.Closed() - 2*series.HalfLife + 1, Without: Attended,
	}, all && invited > 0 || invited >= fewestInvitations && 2*attended <= invited
}

// fewestInvitations say something about who did not come.
const fewestInvitations = 2

// Leave returns what is kept of complaints when a day leaves the ring.
func (c *CareDay) Leave(a *series.Set, kept Tended, leaving signals.Day) Tended {
	asked, answered, _ := c.complaints(a, leaving)
	kept.leave(asked, answered, leaving)
	return kept
}
