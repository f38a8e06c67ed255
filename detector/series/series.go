package series

import (
	"firstsign/signals"
	"math/bits"
	"slices"
)

// Series is one signal of one account, or of one contact of it.
//
// Eight of them must fit into 1,750 bytes with all they hold.
type Series struct {
	Key      Key
	Source   uint16 // the feed that was seen last
	Other    uint16 // the one before it; the same when there is none
	Active   uint64 // ring days on which anything came
	days     days   // see At: one less, so that most visits need none
	First    signals.Day
	Baseline Baseline // what was learned, but of a score: see Level
}

// Key tells an account's series apart.
type Key struct {
	Signal  uint16
	Contact uint8 // 1 + index in people; 0 is the account's own series
	Ours    bool
}

// people are few: 255 key contacts and 200 series bound what one account can
// be made to hold.
const (
	MaxPeople = 255
	MaxSeries = 200
)

// Set is all series of one account.
type Set struct {
	First  signals.Day // of its first interaction
	Guest  bool        // judged, but no part of the portfolio
	Series []Series
	Keys   []Key // of the series: looked through for each interaction
}

// Find returns the series of a key, nil when there is none.
func (a *Set) Find(k Key) *Series {
	if i := slices.Index(a.Keys, k); i >= 0 {
		return &a.Series[i]
	}
	return nil
}

// TakeAt is Take of a series that is likely to be at a place.
func (a *Set) TakeAt(place int, k Key, kind Kind, day signals.Day) *Series {
	if uint(place) < uint(len(a.Keys)) && a.Keys[place] == k {
		return &a.Series[place]
	}
	return a.Take(k, kind, day)
}

// Take returns the series of a key, a new one when there is none, and nil
// when the account holds too many.
func (a *Set) Take(k Key, kind Kind, day signals.Day) *Series {
	if s := a.Find(k); s != nil {
		return s
	}
	if len(a.Series) >= MaxSeries {
		return nil
	}
	s := Series{Key: k, First: day}
	if kind == Score {
		s.SetLevel(new(Level))
	}
	// Grown by one: an account has few series and they are nearly all there
	// after the first week, so memory matters more than the copies.
	grown := make([]Series, len(a.Series)+1)
	copy(grown, a.Series)
	grown[len(a.Series)] = s
	a.Series = grown
	keys := make([]Key, len(grown))
	copy(keys, a.Keys)
	keys[len(a.Keys)] = k
	a.Keys = keys
	return &a.Series[len(grown)-1]
}

// TouchKeys reads the keys, so that they are in the cache when they are looked through.
// The sums of this and the following mean nothing.
func (a *Set) TouchKeys() int {
	if len(a.Keys) == 0 {
		return 0
	}
	return int(a.Keys[0].Signal) + int(a.Keys[len(a.Keys)-1].Signal)
}

// Nowhere is the place of a series that is not there.
const Nowhere = -1

// Places are where the series of a signal are: the account's own and a contact's, or ours.
func (a *Set) Places(signal uint16, contact uint8) (own, other int) {
	own, other = Nowhere, Nowhere
	for i := range a.Keys {
		if k := &a.Keys[i]; k.Signal == signal {
			if k.Contact == 0 && own == Nowhere {
				own = i
			} else if k.Contact == contact {
				other = i
			}
		}
	}
	return own, other
}

// Place returns the series at a place, one that has nothing for Nowhere.
func (a *Set) Place(i int) *Series {
	if i == Nowhere {
		return &nothing
	}
	return &a.Series[i]
}

// nothing is read in place of a series that is not there. It is never written.
var nothing Series

// Touch reads what adding to a series reads.
func (s *Series) Touch() int { return int(s.Source) + int(s.First) }

// TouchDay reads a day.
func (s *Series) TouchDay(d signals.Day) int {
	if s.days.few != nil {
		return int(s.days.few[Slot(d)/2])
	}
	return s.days.more.touch()
}

// Remove drops some series.
func (a *Set) Remove(some func(Key) bool) {
	a.Series = slices.DeleteFunc(a.Series, func(s Series) bool { return some(s.Key) })
	a.Keys = slices.DeleteFunc(a.Keys, some)
}

// Lively tells whether there is any contact in the days from lo on.
func (a *Set) Lively(lo signals.Day) bool {
	for i := range a.Series {
		if s := &a.Series[i]; !s.Key.Ours && Since(s.Active, lo)&(1<<ViewDays-1) != 0 {
			return true
		}
	}
	return false
}

// Existed are the days of a view since an account's first.
func (a *Set) Existed(lo signals.Day) uint64 {
	return (1<<ViewDays - 1) &^ (1<<max(0, min(ViewDays, a.First-lo)) - 1)
}

// At is what was counted on a day of the ring; of a score the sum of its steps.
func (s *Series) At(i int) int64 {
	if s.Active>>i&1 == 0 {
		return 0
	}
	return s.days.at(s.Active, i) + 1
}

// read writes what was counted on some days of the view from lo on, all of them active ones.
func (s *Series) read(counts *[ViewDays]float64, lo signals.Day, days uint64) {
	first, half, many := Slot(lo), s.days.few, s.days.many()
	switch {
	case half != nil:
		for ; days != 0; days &= days - 1 {
			i := bits.TrailingZeros64(days)
			counts[i] = float64(half.counted((first + i) & (RingDays - 1)))
		}
	case many == nil:
		for ; days != 0; days &= days - 1 {
			counts[bits.TrailingZeros64(days)] = 1
		}
	default:
		for ; days != 0; days &= days - 1 {
			i := bits.TrailingZeros64(days)
			counts[i] = float64(many.at(rank(s.Active, (first+i)&(RingDays-1))) + 1)
		}
	}
}

// set makes a day of the ring an active one.
func (s *Series) set(i int, steps int64) {
	s.days.set(s.Active, i, steps-1)
	s.Active |= 1 << i
}

// Add counts steps into a day.
func (s *Series) Add(d signals.Day, steps int64) {
	i := Slot(d)
	s.First = min(s.First, d)
	level := s.Level()
	if level != nil {
		level.see(s.Active, i)
	}
	if steps != 0 || level != nil {
		s.set(i, s.At(i)+steps)
	}
}

// Drop empties a day that left the ring.
func (s *Series) Drop(d signals.Day) {
	i := Slot(d)
	if s.Active>>i&1 == 0 {
		return
	}
	s.days.drop(s.Active, i)
	if s.Level() != nil {
		s.Level().drop(s.Active, i)
	}
	s.Active &^= 1 << i
}

// LastDay is the last day of the ring on which anything came, noDay when none.
func (s *Series) LastDay(closed signals.Day) signals.Day {
	if s.Active == 0 {
		return NoDay
	}
	lo := closed - JudgedDays + 1
	return lo + signals.Day(bits.Len64(Since(s.Active, lo))-1)
}

// Since returns the ring days from lo on as bits: bit i is day lo+i.
func Since(active uint64, lo signals.Day) uint64 {
	return bits.RotateLeft64(active, -Slot(lo))
}

// OpenCount is what was counted on days that are not closed, and how many days after the
// closed one that began.
func (s *Series) OpenCount(closed signals.Day) (n float64, first int) {
	for i := ForwardDays; i > 0; i-- {
		if c := s.At(Slot(closed + signals.Day(i))); c > 0 {
			n, first = n+float64(c), i
		}
	}
	return n, first
}

// Counted is the sum of the ring's days lo+from to lo+to.
func (s *Series) Counted(lo signals.Day, from, to int) (n int) {
	for m := Since(s.Active, lo) & (1<<(to+1) - 1) &^ (1<<from - 1); m != 0; m &= m - 1 {
		n += int(s.At(Slot(lo + signals.Day(bits.TrailingZeros64(m)))))
	}
	return n
}

// Tally is on how many of some days there was contact, and how many in all.
func (s *Series) Tally(lo signals.Day, among uint64) (days, counts int64) {
	m := Since(s.Active, lo) & among
	days = int64(bits.OnesCount64(m))
	switch first, half := Slot(lo), s.days.few; {
	case half != nil:
		counts = days + half.sum()
		for rest := Since(s.Active, lo) &^ among; rest != 0; rest &= rest - 1 { // mostly few
			counts -= half.counted((first+bits.TrailingZeros64(rest))&(RingDays-1)) - 1
		}
	case s.days.many() == nil:
		counts = days // one on each
	default:
		for ; m != 0; m &= m - 1 {
			counts += s.At((first + bits.TrailingZeros64(m)) & (RingDays - 1))
		}
	}
	return days, counts
}

// Known is what cover says of the days of a series: what one of its two sources
// lacks is missing in it. A source of which nothing is known any more is given
// up: then the series is the other's alone.
func (s *Series) Known(cover []uint64) uint64 {
	known := coverOf(cover, s.Source)
	if other := coverOf(cover, s.Other); other != 0 {
		known &= other
	}
	return known
}
