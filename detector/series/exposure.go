package series

import (
	"firstsign/signals"
	"math/bits"
)

// Exposure is how much of a normal day each day of a view was, by signal, and of
// which days something is known, by source.
type Exposure struct {
	Lo       signals.Day
	Known    uint64 // days that count and are not blind
	BySignal []Shape
	Cover    []uint64 // by source; shorter than the sources that are known
}

// Shape is a shape with its sums.
type Shape struct {
	X        [ViewDays]float64
	Weekdays [7]float64 // exposure of each weekday over the judged days
	Total    float64
	Rate     float64
}

// Weekday of day i of the view, Sunday is 0.
func (d *Exposure) Weekday(i int) int { return (int(d.Lo.Weekday()) + i) % 7 }

// Open tells the days of which something is known of a source.
func (d *Exposure) Open(source uint16) uint64 { return d.Known & coverOf(d.Cover, source) }

// coverOf a source: all days of one that is newer than what is known.
func coverOf(cover []uint64, source uint16) uint64 {
	if int(source) < len(cover) {
		return cover[source]
	}
	return 1<<ViewDays - 1
}

// KnownOf tells the days of which something is known of a series.
func (d *Exposure) KnownOf(s *Series) uint64 { return d.Known & s.Known(d.Cover) }

// Normal is the exposure of a series after one index, on the days in alive.
func (d *Exposure) Normal(s *Series, after int, alive uint64) (sum float64) {
	sh := &d.BySignal[s.Key.Signal]
	for m := d.KnownOf(s) & alive &^ (1<<(after+1) - 1); m != 0; m &= m - 1 {
		sum += sh.X[bits.TrailingZeros64(m)]
	}
	return sum
}

// weekdayPrior is how many own days of contact on a weekday outweigh the
// portfolio's shape.
const weekdayPrior = 4

// weekdayBits has bit i set when day i of a view is the weekday of day 0.
const weekdayBits = 1<<0 | 1<<7 | 1<<14 | 1<<21 | 1<<28 | 1<<35 | 1<<42 | 1<<49 | 1<<56

// ownWeekdays is what each weekday is for a series beside the portfolio: who
// always calls on Mondays is not silent on a Thursday.
// w is the weekday of day 0.
func (l *Shape) ownWeekdays(active uint64, w int) (own [7]float64) {
	active &^= 1
	for i := range own {
		own[w] = l.ownWeekday(active, i, w)
		if w++; w == 7 {
			w = 0
		}
	}
	return own
}

// ownWeekday is that of day i of the view and those that are whole weeks later; w is its
// weekday.
func (l *Shape) ownWeekday(active uint64, i, w int) float64 {
	share := float64(bits.OnesCount64(active)) / max(l.Total, 1)
	n := float64(bits.OnesCount64(active & (weekdayBits << i)))
	return (n + weekdayPrior) / (share*l.Weekdays[w] + weekdayPrior)
}

// Business is how much of normal days the days after one index were to an
// account: the mean over the ways it makes contact, or that of s when it has none.
// A dead feed takes away its part, so that nobody is blamed for it.
func (d *Exposure) Business(t *Table, of *Set, s *Series, after int, alive uint64) (sum float64) {
	ways := 0.0
	for i := range of.Series {
		if o := &of.Series[i]; t.IsContact(o.Key) {
			sum += d.Normal(o, after, alive)
			ways++
		}
	}
	if ways == 0 {
		return d.Normal(s, after, alive)
	}
	return sum / ways
}

// Closed is the closed day, the last of the view.
func (d *Exposure) Closed() signals.Day { return d.Lo + JudgedDays }
