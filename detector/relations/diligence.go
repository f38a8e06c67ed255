package relations

import (
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Whether we neglect an account can be said only where what we do is written
// down. So what we do for all accounts together decides on which days it is known.

const (
	// loggedShare is the part of what is owed to all accounts that must be in the
	// log: where it is less, it is the log that is not kept.
	loggedShare = 0.25
	// darkDeeds are how many of a duty must be missing on days without any, to say
	// that they were not written down: chance alone leaves out seven once in a
	// thousand times.
	darkDeeds = 7
)

// Diligence sums up over all accounts what we owe and what was written down of it
// on the days of a view.
type Diligence struct {
	day   *CareDay
	lo    signals.Day
	known uint64
	cover []uint64
	of    [Duties]struct {
		deeds    [series.ViewDays]int
		owedDays int64
		covered  uint64
	}
}

// NewDiligence begins the sums of the known days of a view from lo on. cover says
// of which days something is known, by source.
func NewDiligence(day *CareDay, lo signals.Day, known uint64, cover []uint64) *Diligence {
	g := &Diligence{day: day, lo: lo, known: known, cover: cover}
	for d := range g.of {
		g.of[d].covered = known
	}
	return g
}

// Add takes in an account and what it is owed.
func (g *Diligence) Add(a *series.Set, owed Owed) {
	for d := range Duties {
		of := &g.of[d]
		if owed := owed.of(d); owed > 0 {
			of.owedDays += int64(owed) * int64(bits.OnesCount64(g.known&a.Existed(g.lo)))
		}
		for i := range a.Series {
			s := &a.Series[i]
			if !g.day.fulfils(s, d) {
				continue
			}
			m := series.Since(s.Active, g.lo) & g.known
			if m != 0 {
				of.covered &= s.Known(g.cover)
			}
			for ; m != 0; m &= m - 1 {
				k := bits.TrailingZeros64(m)
				of.deeds[k] += int(s.At(series.Slot(g.lo + signals.Day(k))))
			}
		}
	}
}

// Known are the days on which what we did of each duty is known.
func (g *Diligence) Known() (known [Duties]uint64) {
	for d := range g.of {
		of := &g.of[d]
		var done int64
		for _, n := range of.deeds {
			done += int64(n)
		}
		if of.owedDays > 0 && float64(done)*CareDays >= loggedShare*float64(of.owedDays) {
			known[d] = of.covered &^ dark(g.day.Calendar, &of.deeds, of.covered, g.lo)
		}
	}
	return known
}

// dark are the days of stretches without any deed, where as many were to be
// expected by the same weekdays that it cannot be chance.
func dark(calendar *series.Calendar, deeds *[series.ViewDays]int, known uint64, lo signals.Day) (dark uint64) {
	var usual, days [7]float64
	for m := known; m != 0; m &= m - 1 {
		d := lo + signals.Day(bits.TrailingZeros64(m))
		usual[d.Weekday()] += float64(deeds[d-lo])
		days[d.Weekday()] += calendar.Worked(d)
	}
	run, missing := uint64(0), 0.0
	for i := range series.ViewDays + 1 {
		if i < series.ViewDays && (known>>i&1 == 0 || deeds[i] == 0) {
			d := lo + signals.Day(i)
			run |= 1 << i
			if known>>i&1 == 1 && days[d.Weekday()] > 0 {
				missing += usual[d.Weekday()] / days[d.Weekday()] * calendar.Worked(d)
			}
			continue
		}
		if missing >= darkDeeds {
			dark |= run
		}
		run, missing = 0, 0
	}
	return dark
}

// Windows are the first days of the windows of CareDays that end with the
// closed day and some days before, as indexes; 0 where not so many are known.
func Windows(known [Duties]uint64, lo signals.Day, calendar *series.Calendar) (from [Duties][CaredDays]uint8) {
	for d := range Duties {
		for k := range CaredDays {
			left := CareDays - 0.5 // halves of holidays need not add up
			for i := series.ViewDays - 1 - k; i > 0 && left > 0; i-- {
				if known[d]>>i&1 == 1 {
					left -= calendar.Worked(lo + signals.Day(i))
				}
				if left <= 0 {
					from[d][k] = uint8(i)
				}
			}
		}
	}
	return from
}

// FirstAnswer is the first day of an answer to a complaint of an account, 0 when
// none was written down.
func FirstAnswer(a *series.Set, t *series.Table) (since signals.Day) {
	id, ok := t.Index[resolvedName]
	if !ok || !t.Rules[id].On {
		return 0
	}
	for i, k := range a.Keys {
		if k.Signal == id && (since == 0 || a.Series[i].First < since) {
			since = a.Series[i].First
		}
	}
	return since
}
