package series

import (
	"math"
	"math/bits"
	"slices"
)

// kinds are the kinds by the number that the state has for them.
var kinds = []Kind{Count, Score, Event, Amount}

// The flags of a series in the state, above two bits for its kind. Most series are what
// they say, so that a byte says it.
const (
	kindBits    = 3
	isOurs      = 1 << 2
	oneSource   = 1 << 3 // the source before is the same
	usualSteps  = 1 << 4 // the resolution is the default of the kind
	singly      = 1 << 5 // each active day counted one; of a score, one observation
	seriesFlags = kindBits | isOurs | oneSource | usualSteps | singly
)

// Encode appends a series by the names of its signal and sources: numbers mean
// nothing under other rules.
func (s *Series) Encode(w *Writer, r *Rule, source, other string) {
	w.Text(r.Name)
	flags := byte(slices.Index(kinds, r.Kind))
	if s.Key.Ours {
		flags |= isOurs
	}
	if source == other {
		flags |= oneSource
	}
	if r.Resolution == usualResolution(r.Kind) {
		flags |= usualSteps
	}
	if s.Level == nil && s.days.empty() || s.Level != nil && s.Level.seen.empty() {
		flags |= singly
	}
	w.Byte(flags)
	if flags&usualSteps == 0 {
		w.Bits(math.Float64bits(r.Resolution))
	}
	w.Byte(s.Key.Contact)
	w.Text(source)
	if source != other {
		w.Text(other)
	}
	w.Day(s.First)
	w.Bits(s.Active)
	s.encodeDays(w, flags&singly != 0)
	if l := s.Level; l != nil {
		for _, x := range []float32{l.Mean, l.Weight, l.Spread, l.Days} {
			w.Float(x)
		}
		return
	}
	s.Baseline.Encode(w, r.Kind)
}

// encodeDays appends what was counted on the active days.
func (s *Series) encodeDays(w *Writer, single bool) {
	for m := s.Active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if s.Level != nil || !single {
			w.Int(s.At(i))
		}
		if s.Level != nil && !single {
			w.Int(s.Level.Seen(i))
		}
	}
}

// decodeDays reads what encodeDays wrote.
func (s *Series) decodeDays(r *Reader, single bool) {
	for m := s.Active; m != 0 && r.Err == nil; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if s.Level != nil || !single {
			steps := r.Int()
			if steps < 0 && s.Level == nil {
				r.Fail("a negative count")
			}
			s.days.Set(i, steps-1)
		}
		if s.Level != nil && !single {
			n := r.Int()
			if n <= 0 && r.Err == nil {
				r.Fail("a mean of nothing")
			}
			s.Level.seen.Set(i, n-1)
		}
	}
}

// DecodeSeries reads what Encode wrote. It is not known when its signal is gone from
// the table, or is judged in another way. intern numbers the name of a source.
func DecodeSeries(r *Reader, version byte, t *Table, intern func(string) uint16) (s Series, known bool) {
	name := r.Text()
	kind, resolution, single := s.decodeHead(r, version, intern)
	s.First = r.Day()
	s.Active = r.Bits()
	if kind == Score {
		s.Level = new(Level)
	}
	s.decodeDays(r, single)
	if l := s.Level; l != nil {
		l.Mean, l.Weight, l.Spread, l.Days = r.Float(), r.Sum(), r.Sum(), r.Sum()
	} else {
		s.Baseline.Decode(r, kind)
	}
	id, ok := t.Index[name]
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
func (s *Series) decodeHead(r *Reader, version byte, intern func(string) uint16) (kind Kind, resolution float64, single bool) {
	if version < WeeksVersion {
		kind, resolution = Kind(r.Text()), math.Float64frombits(r.Bits())
		s.Key.Contact, s.Key.Ours = r.Byte(), r.Bool()
		s.Source, s.Other = intern(r.Text()), intern(r.Text())
		return kind, resolution, false
	}
	flags := r.Byte()
	if flags&^seriesFlags != 0 {
		r.Fail("no such series")
		return "", 0, false
	}
	kind = kinds[flags&kindBits]
	if resolution = usualResolution(kind); flags&usualSteps == 0 {
		resolution = math.Float64frombits(r.Bits())
	}
	s.Key.Contact, s.Key.Ours = r.Byte(), flags&isOurs != 0
	s.Source = intern(r.Text())
	if s.Other = s.Source; flags&oneSource == 0 {
		s.Other = intern(r.Text())
	}
	return kind, resolution, flags&singly != 0
}
