package detector

import (
	"firstsign/signals"
	"math/bits"
)

// exposure is how much of a normal day each day of a view was, by signal, and of
// which days something is known, by source.
type exposure struct {
	lo       signals.Day
	known    uint64 // days that count and are not blind
	bySignal []light
	cover    []uint64 // by source; shorter than the sources that are known
}

// light is a shape with its sums.
type light struct {
	x        [viewDays]float64
	weekdays [7]float64 // exposure of each weekday over the judged days
	total    float64
	rate     float64
}

func (d *exposure) weekday(i int) int { return (int(d.lo.Weekday()) + i) % 7 }

// open tells the days of which something is known of a source.
func (d *exposure) open(source uint16) uint64 { return d.known & coverOf(d.cover, source) }

// coverOf a source: all days of one that is newer than what is known.
func coverOf(cover []uint64, source uint16) uint64 {
	if int(source) < len(cover) {
		return cover[source]
	}
	return 1<<viewDays - 1
}

// knownOf tells the days of which something is known of a series.
func (d *exposure) knownOf(s *series) uint64 { return d.known & s.known(d.cover) }

// normal is the exposure of a series after one index, on the days in alive.
func (d *exposure) normal(s *series, after int, alive uint64) (sum float64) {
	sh := &d.bySignal[s.key.signal]
	for m := d.knownOf(s) & alive &^ (1<<(after+1) - 1); m != 0; m &= m - 1 {
		sum += sh.x[bits.TrailingZeros64(m)]
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
func (l *light) ownWeekdays(active uint64, d *exposure) (own [7]float64) {
	active &^= 1
	share := float64(bits.OnesCount64(active)) / max(l.total, 1)
	for i := range own {
		w := d.weekday(i)
		n := float64(bits.OnesCount64(active & (weekdayBits << i)))
		own[w] = (n + weekdayPrior) / (share*l.weekdays[w] + weekdayPrior)
	}
	return own
}
