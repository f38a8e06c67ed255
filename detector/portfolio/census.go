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

// add takes in one account: the days it was active, of those on which it
// could have been.
func (t *tally) add(active, could uint64) {
	active &= could
	existed := bits.OnesCount64(could)
	if active == 0 || existed == 0 {
		return
	}
	t.members++
	share := int64(bits.OnesCount64(active)) * series.Whole / int64(existed)
	for m := active; m != 0; m &= m - 1 {
		t.active[bits.TrailingZeros64(m)]++
	}
	t.expected.Add(could, share)
}

// ratio of active to expected on day i, shrunk to prior.
func (t *tally) ratio(i int, prior float64) float64 {
	return (float64(t.active[i]) + shapePrior*prior) / (float64(t.expected.At(i))/series.Whole + shapePrior)
}

// census is what the accounts did. What our side did is left out: it says nothing of
// a normal day of theirs.
type census struct {
	*Close
	days     uint64 // that count
	all      tally
	each     []tally // by signal
	weekdays [7]float64
	events   []int64 // by signal, in series.Whole
	// accountDays are those that the accounts existed for, up to about a year
	// back: that is how far what was learned of events reaches.
	accountDays int64

	active, could []uint64 // by signal, of the account that is being added
}

// takeCensus counts what the accounts did on some of the days.
func (c *Close) takeCensus(days uint64) *census {
	n := len(c.Signals.Rules)
	t := &census{Close: c, days: days, each: make([]tally, n), events: make([]int64, n), active: make([]uint64, n), could: make([]uint64, n)}
	for _, a := range c.Accounts {
		t.add(a)
	}
	t.weekdays = t.weekdayShape()
	return t
}

// add takes in one account.
func (c *census) add(a *series.Set) {
	lo := c.lo()
	// The first day is left out: it is there because the account was active.
	existed := c.days
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
		rule := &c.Signals.Rules[s.Key.Signal]
		if s.Key.Contact != 0 || s.Key.Ours || !rule.On {
			continue
		}
		m := series.Since(s.Active, lo) & (1<<series.ViewDays - 1)
		if rule.Kind == series.Event {
			c.events[s.Key.Signal] += int64(math.Round(float64(s.Baseline.Total) * series.Whole))
			for k := m; k != 0; k &= k - 1 {
				c.events[s.Key.Signal] += series.Whole * s.At(series.Slot(lo+signals.Day(bits.TrailingZeros64(k))))
			}
			continue
		}
		seen := existed & s.Known(c.Cover)
		if rule.Kind != series.Score {
			c.each[s.Key.Signal].volume.Add(s, rule.Kind, lo, seen)
		}
		c.active[s.Key.Signal] |= m
		c.could[s.Key.Signal] |= seen
		acted |= m
		anyCould |= seen
	}
	c.all.add(acted, anyCould)
	for id := range c.each {
		c.each[id].add(c.active[id], c.could[id])
	}
}

// weekdayShape is the part of a normal day that each weekday is for all accounts
// together, without holidays and make-up days.
func (c *census) weekdayShape() (w [7]float64) {
	var active, expected [7]int64
	for i := range series.ViewDays {
		d := c.lo() + signals.Day(i)
		if !c.Calendar.Plain(d) {
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
