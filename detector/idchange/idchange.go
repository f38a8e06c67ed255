package idchange

import (
	"iter"
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Change is a day around which many ids ended and as many began. The zero Change is none.
type Change struct {
	Day signals.Day // on which most of the new ids began
	// Ended is how many ids more fell silent than chance explains. Began is how many came,
	// and Unlisted how many of these no accounts file lists.
	Ended, Began, Unlisted int
	// Held is how many accounts were silent by it when it was found and had no open alert.
	Held int
	Over bool // it is long ago
}

// Found tells whether there is a change.
func (c *Change) Found() bool { return c.Began > 0 }

// Account is what Judge asks of one account.
type Account struct {
	*series.Set
	Former bool // its id is a former id of another account by now
	Alert  bool // it has an open alert
	Held   bool // it is silent because of the change, see Change.Concerns
}

// Close is what a judgement at the close of a day rests on.
type Close struct {
	Day      signals.Day // the closed day
	Blind    uint64      // bit i: nothing is known of day lo+i, where lo is Day - series.JudgedDays
	Calendar *series.Calendar
	Signals  *series.Table
	Accounts iter.Seq[Account] // without guests; gone through more than once
	Unlisted int               // ids that no file lists, new in the last one to two weeks
	Before   Change            // of the close before
}

// The days that a change is found by, counted back from the closed day.
const (
	// quietDays without contact make an id one that ended. A week has every weekday.
	quietDays = 7
	// activeDays before them tell how often there was contact.
	activeDays = 28
	// newDays up to the closed day are those on which a new id may have begun: the two
	// ids may be in use together for a week while systems change (as in package identity).
	newDays = 14
	overlap = newDays - quietDays
	// heldDays after the change an id may still end because of it.
	heldDays = newDays
	// overDays after the change it is over, with or without former ids.
	overDays = 84
)

// What makes it a change. New accounts come a few at a time, and accounts fall silent by
// chance or together, as in a holiday; only a change has both at once, and as much contact
// as before.
const (
	fewestIDs = 10
	// leastShare of the accounts that should have been in touch must have ended, and as
	// many must have begun.
	leastShare = 0.15
	// beyondChance is how many standard deviations more must have ended than chance ends.
	beyondChance = 5
	// usualContact is the least part of the usual contact that goes on under the new ids.
	usualContact = 0.7
	// alike is the least that the smaller of the two numbers is of the larger.
	alike = 0.5
	// suddenly many ids begin: so many times as many as in two of the weeks before.
	suddenly = 4
	// settled is the part of the held accounts that must be left for a change to go on.
	settled = 0.5
)

// Judge tells which change the partition is in at the close of a day.
func Judge(c *Close) Change {
	if c.Before.Found() && !c.Before.Over {
		return c.goOn()
	}
	if now := c.find(); now.Found() {
		return now
	}
	return c.Before
}

// goOn follows a change: it ends when most of the accounts are in touch again or have
// former ids, and is over when it is long ago.
func (c *Close) goOn() Change {
	held := 0
	for a := range c.Accounts {
		if a.Held && !a.Former {
			held++
		}
	}
	now := c.Before
	switch {
	case float64(held) < settled*float64(now.Held):
		return Change{}
	case c.Day >= now.Day+overDays:
		now.Over = true
	}
	return now
}

// find looks for a change that shows since the closed day.
func (c *Close) find() Change {
	if c.Blind>>(series.ViewDays-newDays) != 0 {
		return Change{} // silence says nothing
	}
	began := 0
	for a := range c.Accounts {
		if a.First > c.Day-newDays {
			began++
		}
	}
	if began+c.Unlisted < fewestIDs {
		return Change{} // as on nearly every day
	}
	n := c.count()
	x := n.chances(c)
	all := n.began + c.Unlisted
	now := Change{Day: n.busiest(c), Ended: int(math.Round(x.ended)), Began: all, Unlisted: c.Unlisted}
	smaller, larger := min(x.ended, float64(all)), max(x.ended, float64(all))
	switch {
	case smaller < fewestIDs, smaller < leastShare*x.seen, smaller < alike*larger, x.ended < beyondChance*x.deviation,
		2*all < suddenly*n.before, n.began >= c.Unlisted && x.contact < usualContact:
		return Change{}
	}
	for a := range c.Accounts {
		if !a.Former && !a.Alert && now.Concerns(a.Set, c.Signals, c.Day) {
			now.Held++
		}
	}
	return now
}

// counts are whole numbers, so that they do not depend on the order of the accounts.
type counts struct {
	active, silent [activeDays + 1]int // accounts by their days with contact; those of them that ended
	began          int                 // accounts whose id is new
	firsts         [newDays]int        // by the day on which they began
	before         int                 // accounts that began in the four weeks before
	// quietContact and activeContact are the days with contact of all accounts in the quiet
	// and in the active days.
	quietContact, activeContact int
}

func (c *Close) count() (n counts) {
	lo := c.Day - series.JudgedDays
	for a := range c.Accounts {
		if a.Former {
			continue
		}
		seen := contacts(a.Set, c.Signals, lo)
		quiet := bits.OnesCount64(seen >> (series.ViewDays - quietDays))
		days := bits.OnesCount64(seen >> (series.ViewDays - quietDays - activeDays) & (1<<activeDays - 1))
		n.quietContact, n.activeContact = n.quietContact+quiet, n.activeContact+days
		switch age := c.Day - a.First; {
		case age < 0:
			continue
		case age < newDays:
			n.began++
			n.firsts[newDays-1-age]++
			continue
		case age < newDays+activeDays:
			n.before++
		}
		n.active[days]++
		if quiet == 0 {
			n.silent[days]++
		}
	}
	return n
}

// chances is what was to be expected of the quiet days.
type chances struct {
	seen      float64 // active accounts that should have been in touch
	ended     float64 // silent ones beyond those that chance explains
	deviation float64 // standard deviation of those
	contact   float64 // days with contact of all accounts, as a part of the usual
}

// chances of an account with contact on n of the active days to be silent on the quiet ones
// are exp(-n q/a), where q and a are the working days of both.
func (n *counts) chances(c *Close) (x chances) {
	worked := func(from, to signals.Day) (days float64) {
		for d := from; d < to; d++ {
			days += c.Calendar.Worked(d)
		}
		return days
	}
	quiet := c.Day - quietDays + 1
	part := worked(quiet, c.Day+1) / max(1, worked(quiet-activeDays, quiet))
	for days := 1; days <= activeDays; days++ {
		chance := math.Exp(-float64(days) * part)
		active := float64(n.active[days])
		x.seen += active * (1 - chance)
		x.ended += float64(n.silent[days]) - active*chance
		x.deviation += active * chance * (1 - chance)
	}
	x.deviation = math.Sqrt(x.deviation)
	x.contact = float64(n.quietContact) / max(1, float64(n.activeContact)*part)
	return x
}

// busiest is the day on which most new ids began, the first of several. Ids that no file
// lists are not known by day: then it is the first quiet day.
func (n *counts) busiest(c *Close) signals.Day {
	if n.began < c.Unlisted {
		return c.Day - quietDays + 1
	}
	best := 0
	for i, k := range n.firsts {
		if k > n.firsts[best] {
			best = i
		}
	}
	return c.Day - newDays + 1 + signals.Day(best)
}

// Concerns tells whether an account looks silent because of the change: it was in touch
// in the four weeks before, and not for a week up to the closed day.
func (c *Change) Concerns(a *series.Set, t *series.Table, closed signals.Day) bool {
	if !c.Found() || c.Over || closed > c.Day+heldDays || a.First > c.Day-overlap {
		return false
	}
	lo := closed - series.JudgedDays
	last := lo + signals.Day(bits.Len64(contacts(a, t, lo))) - 1 // below lo: none is kept
	return last >= max(lo, c.Day-activeDays) && last < c.Day+overlap && last <= closed-quietDays
}

// contacts are the days with contact of an account: bit i is day lo+i of the view.
func contacts(a *series.Set, t *series.Table, lo signals.Day) (seen uint64) {
	for i := range a.Series {
		if s := &a.Series[i]; t.IsContact(s.Key) {
			seen |= s.Active
		}
	}
	return series.Since(seen, lo) & (1<<series.ViewDays - 1)
}

// Encode writes the change into the state.
func (c *Change) Encode(w *series.Writer) {
	w.Bool(c.Found())
	if c.Found() {
		w.Day(c.Day)
		for _, n := range []int{c.Ended, c.Began, c.Unlisted, c.Held} {
			w.Uint(uint64(n))
		}
		w.Bool(c.Over)
	}
}

// Decode reads what Encode wrote.
func Decode(r *series.Reader) Change {
	if !r.Bool() {
		return Change{}
	}
	c := Change{Day: r.Day()}
	for _, n := range []*int{&c.Ended, &c.Began, &c.Unlisted, &c.Held} {
		*n = int(min(r.Uint(), math.MaxInt32))
	}
	c.Over = r.Bool()
	if c.Began == 0 {
		r.Fail("a change of ids without ids")
	}
	return c
}
