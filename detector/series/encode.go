package series

import (
	"math"
	"math/bits"
	"slices"

	"firstsign/signals"
)

// kinds are the kinds by the number that the state has for them.
var kinds = []Kind{Count, Score, Event, Amount}

// The flags of a series in the state, above two bits for its kind: what is true of most
// series is not spelled out.
const (
	kindBits  = 3
	sameFeeds = 1 << 2 // both sources are the first one of the series before it
	oneSource = 1 << 3 // the source before is the same
	usual     = 1 << 4 // the resolution is the default of the kind
	singly    = 1 << 5 // each active day counted one; of a score, one observation
	nibbles   = 1 << 6 // each active day counted up to 16, of which four bits are kept
	isOurs    = 1 << 7
	isContact = 1 << 8

	seriesFlags = isContact<<1 - 1
)

// Neighbour is what a series in the state is told beside: the account, and the series
// before it.
type Neighbour struct {
	First  signals.Day // of the account
	source uint16      // of the series before it; 0, which has no name, for the first
}

// Encode appends a series by the names of its signal and sources: numbers mean
// nothing under other rules.
func (s *Series) Encode(w *Writer, r *Rule, source, other string, beside *Neighbour) {
	flags := s.flags(r, beside)
	w.Text(r.Name)
	w.Uint(uint64(flags))
	if flags&usual == 0 {
		w.Bits(math.Float64bits(r.Resolution))
	}
	if flags&isContact != 0 {
		w.Byte(s.Key.Contact)
	}
	if flags&sameFeeds == 0 {
		w.Text(source)
		if flags&oneSource == 0 {
			w.Text(other)
		}
	}
	beside.source = s.Source
	w.Int(int64(s.First) - int64(beside.First))
	w.Bits(s.Active)
	s.encodeDays(w, flags)
	if l := s.Level(); l != nil {
		for _, x := range []float32{l.Mean, l.Weight, l.Spread, l.Days} {
			w.Float(x)
		}
		return
	}
	s.Baseline.Encode(w, r.Kind)
}

func (s *Series) flags(r *Rule, beside *Neighbour) uint {
	flags := uint(slices.Index(kinds, r.Kind))
	set := func(flag uint, on bool) {
		if on {
			flags |= flag
		}
	}
	one := s.Source == s.Other
	set(oneSource, one)
	set(sameFeeds, one && s.Source == beside.source)
	set(usual, r.Resolution == usualResolution(r.Kind))
	set(isOurs, s.Key.Ours)
	set(isContact, s.Key.Contact != 0)
	switch {
	case s.Level() != nil:
		set(singly, s.Level().seen.zero())
	case s.days.zero(s.Active):
		flags |= singly
	default:
		set(nibbles, s.fitNibbles())
	}
	return flags
}

// fitNibbles tells whether each active day counted 1 to 16. Where there is more than half a
// byte for a day it looks: what is read back may be narrower.
func (s *Series) fitNibbles() bool {
	if s.days.many() == nil {
		return true
	}
	for m := s.Active; m != 0; m &= m - 1 {
		if n := s.days.at(s.Active, bits.TrailingZeros64(m)); n < 0 || n > 15 {
			return false
		}
	}
	return true
}

// encodeDays appends what was counted on the active days.
func (s *Series) encodeDays(w *Writer, flags uint) {
	if flags&nibbles != 0 {
		s.encodeNibbles(w)
		return
	}
	for m := s.Active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if s.Level() != nil || flags&singly == 0 {
			w.Int(s.At(i))
		}
		if s.Level() != nil && flags&singly == 0 {
			w.Int(s.Seen(i))
		}
	}
}

// encodeNibbles appends one less than was counted on the active days, two days a byte, the
// first one low.
func (s *Series) encodeNibbles(w *Writer) {
	var half byte
	n := 0
	for m := s.Active; m != 0; m &= m - 1 {
		v := byte(s.days.at(s.Active, bits.TrailingZeros64(m)))
		if n++; n%2 == 1 {
			half = v
		} else {
			w.Byte(half | v<<4)
		}
	}
	if n%2 == 1 {
		w.Byte(half)
	}
}

// decodeDays reads what encodeDays wrote.
func (s *Series) decodeDays(r *Reader, flags uint) {
	if flags&nibbles != 0 {
		s.decodeNibbles(r)
		return
	}
	var steps, seen [RingDays]int64
	for m := s.Active; m != 0 && r.Err == nil; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if s.Level() != nil || flags&singly == 0 {
			if steps[i] = r.Int() - 1; steps[i] < -1 && s.Level() == nil {
				r.Fail("a negative count")
			}
		}
		if s.Level() != nil && flags&singly == 0 {
			if seen[i] = r.Int() - 1; seen[i] < 0 {
				r.Fail("a mean of nothing")
			}
		}
	}
	level := s.Level()
	s.days = daysOf(s.Active, &steps)
	if s.SetLevel(level); level != nil && flags&singly == 0 {
		level.seen = packedOf(s.Active, &seen)
	}
}

// decodeNibbles reads what encodeNibbles wrote.
func (s *Series) decodeNibbles(r *Reader) {
	half := new(halfBytes)
	s.days.few = half
	var both byte
	n := 0
	for m := s.Active; m != 0 && r.Err == nil; m &= m - 1 {
		if n++; n%2 == 1 {
			both = r.Byte()
		} else {
			both >>= 4
		}
		half.set(bits.TrailingZeros64(m), int64(both&15))
	}
}

// DecodeSeries reads what Encode wrote. It is not known when its signal is gone from
// the table, or is judged in another way. intern numbers the name of a source.
func DecodeSeries(r *Reader, version byte, t *Table, intern func([]byte) uint16, beside *Neighbour) (s Series, known bool) {
	name := r.Bytes()
	kind, resolution, flags := s.decodeHead(r, version, intern, beside)
	if s.First = r.Day(); version >= WeeksVersion {
		s.First = r.Offset(beside.First, s.First)
	}
	s.Active = r.Bits()
	if kind == Score {
		s.SetLevel(new(Level))
	}
	s.decodeDays(r, flags)
	if l := s.Level(); l != nil {
		l.Mean, l.Weight, l.Spread, l.Days = r.Float(), r.Sum(), r.Sum(), r.Sum()
	} else {
		s.Baseline.Decode(r, version, kind)
	}
	id, ok := t.Index[string(name)]
	if r.Err != nil || !ok {
		return s, false
	}
	rule := &t.Rules[id]
	s.Key.Signal = id
	return s, rule.On && rule.Kind == kind && rule.Resolution == resolution
}

// WeeksVersion is the first version of the state that has weeks and says in a byte what a
// series is.
const WeeksVersion = 6

// decodeHead reads what a series is.
func (s *Series) decodeHead(r *Reader, version byte, intern func([]byte) uint16, beside *Neighbour) (kind Kind, resolution float64, flags uint) {
	if version < WeeksVersion {
		kind, resolution = Kind(r.Bytes()), math.Float64frombits(r.Bits())
		s.Key.Contact, s.Key.Ours = r.Byte(), r.Bool()
		s.Source, s.Other = intern(r.Bytes()), intern(r.Bytes())
		return kind, resolution, 0
	}
	x := r.Uint()
	if x > seriesFlags {
		r.Fail("no such series")
		return "", 0, 0
	}
	flags = uint(x)
	kind = kinds[flags&kindBits]
	if resolution = usualResolution(kind); flags&usual == 0 {
		resolution = math.Float64frombits(r.Bits())
	}
	if s.Key.Ours = flags&isOurs != 0; flags&isContact != 0 {
		s.Key.Contact = r.Byte()
	}
	s.Source = beside.source
	if flags&sameFeeds == 0 {
		s.Source = intern(r.Bytes())
	}
	if s.Other = s.Source; flags&(sameFeeds|oneSource) == 0 {
		s.Other = intern(r.Bytes())
	}
	beside.source = s.Source
	return kind, resolution, flags
}
