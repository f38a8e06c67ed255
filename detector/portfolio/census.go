package portfolio

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// shapePrior is how many expected active accounts outweigh the broader shape: the
// weekdays', or that of all signals together.
const shapePrior = 10

// tally counts active accounts day by day, and how many were expected from each
// account's own share of active days.
type tally struct {
	active   [series.ViewDays]int64
	expected series.Runs
	members  int
	volume   series.Volume
}

// count takes in the days that one account was active.
func (t *tally) count(active uint64) {
	for ; active != 0; active &= active - 1 {
		t.active[bits.TrailingZeros64(active)]++
	}
}

// expect takes in how often one account is expected: the days it was active, of those on
// which it could have been.
func (t *tally) expect(active, could uint64) {
	if active == 0 {
		return
	}
	t.members++
	t.expected.Add(could, int64(bits.OnesCount64(active))*series.Whole/int64(bits.OnesCount64(could)))
}

// ratio of active to expected on day i, shrunk to prior.
func (t *tally) ratio(i int, prior float64) float64 {
	return (float64(t.active[i]) + shapePrior*prior) / (float64(t.expected.At(i))/series.Whole + shapePrior)
}

// census is what the accounts did on some of the days. What our side did is left out: it
// says nothing of a normal day of theirs.
type census struct {
	*Close
	days     uint64 // that count
	all      tally
	each     []tally // by signal
	weekdays [7]float64
}

// censuses are that of all days and that of the oldest alone, for which the accounts are
// gone through once.
type censuses struct {
	*Close
	now, then *census
	events    []int64 // by signal, in series.Whole
	// accountDays are those that the accounts existed for, up to about a year
	// back: that is how far what was learned of events reaches.
	accountDays int64

	active, could []uint64 // by signal, of the account that is being added
}

// newCensuses have counted nothing yet.
func (c *Close) newCensuses() *censuses {
	n := len(c.Signals.Rules)
	known := (1<<series.ViewDays - 1) &^ c.Blind
	return &censuses{
		Close: c, events: make([]int64, n), active: make([]uint64, n), could: make([]uint64, n),
		now:  &census{Close: c, days: known, each: make([]tally, n)},
		then: &census{Close: c, days: known & (1<<LearnedDays - 1), each: make([]tally, n)},
	}
}

// takeCensuses counts what the accounts did.
func (c *Close) takeCensuses() *censuses {
	all := series.SideBySide(c.Accounts, func(some series.Members) *censuses {
		t := c.newCensuses()
		for _, a := range some {
			t.add(a)
		}
		return t
	})
	t := all[0]
	for _, o := range all[1:] {
		t.join(o)
	}
	for id := range t.now.each {
		c.Volumes.OfSignal(id, t.isWhole, &t.now.each[id].volume, &t.then.each[id].volume)
	}
	// Who was active on one of the oldest days is the same in both.
	copy(t.then.all.active[:LearnedDays], t.now.all.active[:])
	for id := range t.now.each {
		copy(t.then.each[id].active[:LearnedDays], t.now.each[id].active[:])
	}
	t.now.weekdays, t.then.weekdays = t.now.weekdayShape(), t.then.weekdayShape()
	return t
}

// join adds what other accounts did.
func (c *censuses) join(o *censuses) {
	c.accountDays += o.accountDays
	for id, n := range o.events {
		c.events[id] += n
	}
	c.now.join(o.now)
	c.then.join(o.then)
}

func (c *census) join(o *census) {
	c.all.join(&o.all)
	for id := range c.each {
		c.each[id].join(&o.each[id])
	}
}

func (t *tally) join(o *tally) {
	for i, n := range o.active {
		t.active[i] += n
	}
	t.expected.Join(&o.expected)
	t.members += o.members
	t.volume.Join(&o.volume)
}

// add takes in one account.
func (c *censuses) add(a *series.Set) {
	lo := c.lo()
	// The first day is left out: it is there because the account was active.
	existed := c.now.days
	if skip := int(a.First - lo + 1); skip >= series.ViewDays {
		return
	} else if skip > 0 {
		existed &^= 1<<skip - 1
	}
	c.accountDays += int64(bits.OnesCount64(existed)) + int64(min(max(0, lo-a.First), 365))
	clear(c.active)
	clear(c.could)
	var acted, anyCould uint64
	for i := range a.Series {
		s := &a.Series[i]
		id := s.Key.Signal
		rule := &c.Signals.Rules[id]
		if s.Key.Contact != 0 || s.Key.Ours || !rule.On {
			continue
		}
		m := series.Since(s.Active, lo) & (1<<series.ViewDays - 1)
		if rule.Kind == series.Event {
			c.events[id] += int64(math.Round(float64(s.Baseline.Total) * series.Whole))
			for k := m; k != 0; k &= k - 1 {
				c.events[id] += series.Whole * s.At(series.Slot(lo+signals.Day(bits.TrailingZeros64(k))))
			}
			continue
		}
		seen := existed & s.Known(c.Cover)
		if rule.Kind != series.Score && (!c.Volumes.Holds(a, s) || !c.isWhole(s.Source)) {
			c.now.each[id].volume.Add(s, rule.Kind, lo, seen)
			c.then.each[id].volume.Add(s, rule.Kind, lo, seen&c.then.days)
		}
		c.active[id] |= m
		c.could[id] |= seen
		acted |= m
		anyCould |= seen
	}
	c.tally(&c.now.all, &c.then.all, acted&anyCould, anyCould)
	for id := range c.active {
		c.tally(&c.now.each[id], &c.then.each[id], c.active[id]&c.could[id], c.could[id])
	}
}

// isWhole tells whether all days of a source are known.
func (c *censuses) isWhole(source uint16) bool {
	const all = 1<<series.ViewDays - 1
	return c.now.days == all && (int(source) >= len(c.Cover) || c.Cover[source]&all == all)
}

// tally takes in the days that an account was active, of those on which it could have been.
func (c *censuses) tally(now, then *tally, active, could uint64) {
	now.count(active)
	now.expect(active, could)
	then.expect(active&c.then.days, could&c.then.days)
}

// weekdayShape is the part of a normal day that each weekday is for all accounts
// together, without holidays and make-up days.
func (c *census) weekdayShape() (w [7]float64) {
	var active, expected [7]int64
	for i := range series.ViewDays {
		d := c.lo() + signals.Day(i)
		if c.days>>i&1 == 0 || !c.Calendar.Plain(d) {
			continue
		}
		active[d.Weekday()] += c.all.active[i]
		expected[d.Weekday()] += c.all.expected.At(i)
	}
	for i := range w {
		w[i] = (float64(active[i]) + shapePrior) / (float64(expected[i])/series.Whole + shapePrior)
	}
	return w
}

// exposure of day i for a signal: by the weekday and the calendar, then by what all
// accounts did that day, then by what the accounts with this signal did. What the
// portfolio does is the best measure of a day: it shows the holidays that no
// calendar lists.
func (c *census) exposure(signal, i int) float64 {
	rule, own, d := &c.Signals.Rules[signal], &c.each[signal], c.lo()+signals.Day(i)
	if rule.Kind == series.Event {
		return 1 // bad news keeps no office hours
	}
	x := c.Calendar.Expected(d, &c.weekdays)
	if c.all.members >= series.FewestAccounts {
		x = c.all.ratio(i, x)
	}
	x *= c.Calendar.Season(rule.Name, d)
	if own.members >= series.FewestAccounts {
		x = own.ratio(i, x)
		if rule.Kind != series.Score {
			x = follow(&own.volume, i, x)
		}
	}
	return x
}
