package detector

import (
	"firstsign/signals"
	"math/bits"
	"slices"
)

// series is one signal of one account, or of one contact of it.
//
// Eight of them must fit into 2 KiB with all they hold: at 88 bytes they fill
// one of the allocator's sizes.
type series struct {
	key    seriesKey
	source uint16 // the feed that was seen last
	other  uint16 // the one before it; the same when there is none
	active uint64 // ring days on which anything came
	days   ring   // what was counted each day; of a score the sum of its steps
	level  *level // what was learned of a score
	first  signals.Day
	pace   pace // what was learned of the others
}

// seriesKey tells an account's series apart.
type seriesKey struct {
	signal  uint16
	contact uint8 // 1 + index in people; 0 is the account's own series
	ours    bool
}

// people are few: 255 key contacts and 200 series bound what one account can
// be made to hold.
const (
	maxPeople = 255
	maxSeries = 200
)

// set is all series of one account.
type set struct {
	first  signals.Day // of its first interaction
	guest  bool        // judged, but no part of the portfolio
	series []series
	keys   []seriesKey // of the series: looked through for each interaction
}

// find returns the series of a key, nil when there is none.
func (a *set) find(k seriesKey) *series {
	if i := slices.Index(a.keys, k); i >= 0 {
		return &a.series[i]
	}
	return nil
}

// take returns the series of a key, a new one when there is none, and nil
// when the account holds too many.
func (a *set) take(k seriesKey, kind Kind, day signals.Day) *series {
	if s := a.find(k); s != nil {
		return s
	}
	if len(a.series) >= maxSeries {
		return nil
	}
	s := series{key: k, first: day}
	if kind == Score {
		s.level = new(level)
	}
	// Grown by one: an account has few series and they are nearly all there
	// after the first week, so memory matters more than the copies.
	grown := make([]series, len(a.series)+1)
	copy(grown, a.series)
	grown[len(a.series)] = s
	a.series = grown
	a.keys = append(slices.Clip(a.keys), k)
	return &a.series[len(grown)-1]
}

// prune drops the series of changed signals.
func (a *set) prune(changed []uint16) bool {
	before := len(a.series)
	a.series = slices.DeleteFunc(a.series, func(s series) bool { return slices.Contains(changed, s.key.signal) })
	a.keys = slices.DeleteFunc(a.keys, func(k seriesKey) bool { return slices.Contains(changed, k.signal) })
	return len(a.series) < before
}

// lively tells whether there is any contact in the days from lo on.
func (a *set) lively(lo signals.Day) bool {
	for i := range a.series {
		if s := &a.series[i]; !s.key.ours && since(s.active, lo)&(1<<viewDays-1) != 0 {
			return true
		}
	}
	return false
}

// existed are the days of a view since an account's first.
func (a *set) existed(lo signals.Day) uint64 {
	return (1<<viewDays - 1) &^ (1<<max(0, min(viewDays, a.first-lo)) - 1)
}

// add counts steps into a day.
func (s *series) add(d signals.Day, steps int64) {
	i := slot(d)
	s.first = min(s.first, d)
	s.days.set(i, s.days.at(i)+steps)
	if s.level != nil {
		s.level.seen.set(i, s.level.seen.at(i)+1)
		s.active |= 1 << i
	} else if steps != 0 {
		s.active |= 1 << i
	}
}

// drop empties a day that left the ring.
func (s *series) drop(d signals.Day) {
	i := slot(d)
	if s.active>>i&1 == 0 {
		return
	}
	s.active &^= 1 << i
	s.days.set(i, 0)
	if s.level != nil {
		s.level.seen.set(i, 0)
	}
}

// lastDay is the last day of the ring on which anything came, noDay when none.
func (s *series) lastDay(closed signals.Day) signals.Day {
	if s.active == 0 {
		return noDay
	}
	lo := closed - judgedDays + 1
	return lo + signals.Day(bits.Len64(since(s.active, lo))-1)
}

// since returns the ring days from lo on as bits: bit i is day lo+i.
func since(active uint64, lo signals.Day) uint64 {
	return bits.RotateLeft64(active, -slot(lo))
}

// openCount is what was counted on days that are not closed.
func (s *series) openCount(closed signals.Day) (n float64) {
	for d := closed + 1; d <= closed+forwardDays; d++ {
		n += float64(s.days.at(slot(d)))
	}
	return n
}

// counted is the sum of the ring's days lo+from to lo+to.
func (s *series) counted(lo signals.Day, from, to int) (n int) {
	for m := since(s.active, lo) & (1<<(to+1) - 1) &^ (1<<from - 1); m != 0; m &= m - 1 {
		n += int(s.days.at(slot(lo + signals.Day(bits.TrailingZeros64(m)))))
	}
	return n
}

// tally is on how many of some days there was contact, and how many in all.
func (s *series) tally(lo signals.Day, among uint64) (days, counts int64) {
	for m := since(s.active, lo) & among; m != 0; m &= m - 1 {
		days++
		counts += s.days.at(slot(lo + signals.Day(bits.TrailingZeros64(m))))
	}
	return days, counts
}

// known is what cover says of the days of a series: what one of its two sources
// lacks is missing in it. A source of which nothing is known any more is given
// up: then the series is the other's alone.
func (s *series) known(cover []uint64) uint64 {
	known := coverOf(cover, s.source)
	if other := coverOf(cover, s.other); other != 0 {
		known &= other
	}
	return known
}
