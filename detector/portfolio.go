package detector

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"firstsign/detector/feeds"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// portfolio is what all accounts of the partition say together about the days
// up to a closed one. It is computed once at the close and kept with the
// state, because in a replay after a crash some accounts are ahead of it.
//
// Everything in it is summed up in whole numbers: floats would depend on the
// order of the accounts.
type portfolio struct {
	day      signals.Day // the closed day
	blind    uint64      // bit i: nothing is known of day lo+i
	shapes   []shape     // by signal name
	sources  feeds.Judgement
	peers    []peer                   // by signal and grade
	began    signals.Day              // first day of anybody
	tended   [relations.Duties]uint64 // bit i: what we did on day lo+i is known
	answered signals.Day              // first day of any answer to a complaint; 0 before
}

// shape is how much of a normal day each day was for a signal.
type shape struct {
	signal   string
	exposure [series.ViewDays]uint8 // in exposureSteps
	learned  [learnedDays]uint8     // the same of the oldest days, as they are learned
	rate     float32                // of an event signal: occurrences per account and day
}

// learnedDays are the oldest of a view, by which the leaving day is learned.
// What came since does not touch it, so that a feed that was dead leaves nothing
// behind when its records come within four weeks.
const learnedDays = 28

// exposureSteps make 1: exposures are kept to 2 %, up to 5.1.
const exposureSteps = 50

// shapePrior is how many expected active accounts outweigh the broader shape: the
// weekdays', or that of all signals together.
const shapePrior = 10

// tally counts active accounts day by day, beside how many were to be
// expected from each account's own share of active days.
type tally struct {
	active, expected [series.ViewDays]int64
	members          int
	volume           series.Volume
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
	for m := could; m != 0; m &= m - 1 {
		t.expected[bits.TrailingZeros64(m)] += share
	}
}

// ratio of active to expected on day i, shrunk to prior.
func (t *tally) ratio(i int, prior float64) float64 {
	return (float64(t.active[i]) + shapePrior*prior) / (float64(t.expected[i])/series.Whole + shapePrior)
}

// summarise computes the portfolio at the close of a day.
func (e *Engine) summarise(day signals.Day) *portfolio {
	lo := day - series.JudgedDays
	p := &portfolio{day: day, blind: e.blindness(lo)}
	p.sources = feeds.Judge(&feeds.Close{
		Day: day, Blind: p.blind, Calendar: &e.rules.Calendar, Signals: &e.signals, Sources: &e.sources,
		Accounts: e.members, Before: e.sourcesBefore(),
	})
	cover := p.sources.Cover(&e.sources)
	now := e.takeCensus(lo, (1<<series.ViewDays-1)&^p.blind, cover)
	then := e.takeCensus(lo, (1<<learnedDays-1)&^p.blind, cover)
	for id, rule := range e.signals.Rules {
		if !rule.On {
			continue
		}
		s := shape{signal: rule.Name}
		for i := range series.ViewDays {
			if p.blind>>i&1 == 1 {
				continue
			}
			s.exposure[i] = quantise(e.exposure(now, id, lo, i))
			if i < learnedDays {
				s.learned[i] = quantise(e.exposure(then, id, lo, i))
			}
		}
		if rule.Kind == series.Event {
			// Half an event in a year of an account is what is assumed of a
			// portfolio that has shown none.
			s.rate = float32((float64(now.events[id])/series.Whole + 0.5) / (float64(now.accountDays) + 365))
		}
		p.shapes = append(p.shapes, s)
	}
	slices.SortFunc(p.shapes, func(a, b shape) int { return strings.Compare(a.signal, b.signal) })
	p.peers = e.peers(p, cover)
	p.tended = e.attention(p, cover)
	p.answered = e.answered()
	return p
}

func quantise(x float64) uint8 { return uint8(min(255, math.Round(x*exposureSteps))) }

// census is what the accounts did, theirs only: what we do ourselves says
// nothing of a normal day of theirs.
type census struct {
	all      tally
	each     []tally // by signal
	weekdays [7]float64
	events   []int64 // by signal, in series.Whole
	// accountDays are those that the accounts existed for, up to about a year
	// back: that is how far what was learned of events reaches.
	accountDays int64
}

// takeCensus counts what the accounts did on some of the days.
func (e *Engine) takeCensus(lo signals.Day, days uint64, cover []uint64) *census {
	c := &census{each: make([]tally, len(e.signals.Rules)), events: make([]int64, len(e.signals.Rules))}
	active, could := make([]uint64, len(c.each)), make([]uint64, len(c.each))
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		// The first day is left out: it is there because it was active.
		existed := days
		if skip := int(a.First - lo + 1); skip >= series.ViewDays {
			continue
		} else if skip > 0 {
			existed &^= 1<<skip - 1
		}
		c.accountDays += int64(bits.OnesCount64(existed)) + int64(min(max(0, lo-a.First), 365))
		clear(active)
		clear(could)
		var any, anyCould uint64
		for i := range a.Series {
			s := &a.Series[i]
			rule := &e.signals.Rules[s.Key.Signal]
			if s.Key.Contact != 0 || s.Key.Ours || !rule.On {
				continue
			}
			m := series.Since(s.Active, lo) & (1<<series.ViewDays - 1)
			if rule.Kind == series.Event {
				c.events[s.Key.Signal] += int64(math.Round(float64(s.Baseline.Total) * series.Whole))
				for k := m; k != 0; k &= k - 1 {
					c.events[s.Key.Signal] += series.Whole * s.Days.At(series.Slot(lo+signals.Day(bits.TrailingZeros64(k))))
				}
				continue
			}
			seen := existed & s.Known(cover)
			if rule.Kind != series.Score {
				c.each[s.Key.Signal].volume.Add(s, rule.Kind, lo, seen)
			}
			active[s.Key.Signal] |= m
			could[s.Key.Signal] |= seen
			any |= m
			anyCould |= seen
		}
		c.all.add(any, anyCould)
		for id := range c.each {
			c.each[id].add(active[id], could[id])
		}
	}
	c.weekdays = e.weekdayShape(&c.all, lo)
	return c
}

// weekdayShape is what each weekday is of a normal day for the accounts
// together, without holidays and made-up days.
func (e *Engine) weekdayShape(all *tally, lo signals.Day) (w [7]float64) {
	var active, expected [7]int64
	for i := range series.ViewDays {
		d := lo + signals.Day(i)
		if !e.rules.Plain(d) {
			continue
		}
		active[d.Weekday()] += all.active[i]
		expected[d.Weekday()] += all.expected[i]
	}
	for i := range w {
		w[i] = (float64(active[i]) + shapePrior) / (float64(expected[i])/series.Whole + shapePrior)
	}
	return w
}

// exposure of day i for a signal: the weekday and the calendar, then what all
// accounts did that day, then what those with this signal did. The
// portfolio's own activity is the best clock there is: it knows the holidays
// that no calendar lists.
func (e *Engine) exposure(c *census, signal int, lo signals.Day, i int) float64 {
	kind, own := e.signals.Rules[signal].Kind, &c.each[signal]
	if kind == series.Event {
		return 1 // bad news keeps no office hours
	}
	x := e.rules.Expected(lo+signals.Day(i), &c.weekdays)
	if c.all.members >= series.FewestAccounts {
		x = c.all.ratio(i, x)
	}
	x *= e.rules.Season(e.signals.Rules[signal].Name, lo+signals.Day(i))
	if own.members >= series.FewestAccounts {
		x = own.ratio(i, x)
		if kind != series.Score {
			x = follow(&own.volume, i, x)
		}
	}
	return x
}

// daylight is a portfolio unpacked for judging: by the engine's numbers of
// signals and sources instead of names.
type daylight struct {
	*portfolio
	series.Exposure
	halves [series.ViewDays]uint8 // which half month of the year each day is in; not of the past
	before uint8                  // the same of the day before
	// retired sources; nil when there are none, and as short.
	retired []bool
	peers   []byGrade
	care    relations.CareDay
	windows [relations.Duties][relations.CaredDays]uint8
	// past is the same of the oldest days alone; nil in itself.
	past *daylight
}

// unpack makes a portfolio ready for judging, and for learning.
func (e *Engine) unpack(p *portfolio) *daylight {
	d := e.light(p, 1<<series.ViewDays-1, func(s *shape) []uint8 { return s.exposure[:] })
	d.before = series.HalfMonth(d.Lo - 1)
	for i := range d.halves {
		d.halves[i] = series.HalfMonth(d.Lo + signals.Day(i))
	}
	d.peers = e.unpackPeers(p.peers)
	d.windows = relations.Windows(p.tended, d.Lo, &e.rules.Calendar)
	d.care = relations.CareDay{Care: &e.rules.Care, Table: &e.signals, Exposure: &d.Exposure, Calendar: &e.rules.Calendar, Windows: &d.windows, Answered: p.answered}
	d.retired = p.sources.Retired(&e.sources)
	d.past = e.light(p, 1<<learnedDays-1, func(s *shape) []uint8 { return s.learned[:] })
	return d
}

// light unpacks some of a portfolio's days.
func (e *Engine) light(p *portfolio, days uint64, exposures func(*shape) []uint8) *daylight {
	d := &daylight{portfolio: p, Exposure: series.Exposure{Lo: p.day - series.JudgedDays, Known: days &^ p.blind}}
	d.BySignal = make([]series.Shape, len(e.signals.Rules))
	for i := range p.shapes {
		id, ok := e.signals.Index[p.shapes[i].signal]
		if !ok {
			continue
		}
		l := &d.BySignal[id]
		l.Rate = float64(p.shapes[i].rate)
		for k, x := range exposures(&p.shapes[i]) {
			l.X[k] = float64(x) / exposureSteps
			if k > 0 {
				l.Weekdays[d.Weekday(k)] += l.X[k]
				l.Total += l.X[k]
			}
		}
	}
	d.Cover = p.sources.Cover(&e.sources)
	return d
}
