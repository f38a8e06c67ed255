package series

import (
	"math"
	"math/bits"
)

// Encode appends a series by the names of its signal and sources: numbers mean
// nothing under other rules.
func (s *Series) Encode(w *Writer, r *Rule, source, other string) {
	w.Text(r.Name)
	w.Text(string(r.Kind))
	w.Bits(math.Float64bits(r.Resolution))
	w.Byte(s.Key.Contact)
	w.Bool(s.Key.Ours)
	w.Text(source)
	w.Text(other)
	w.Day(s.First)
	w.Bits(s.Active)
	for m := s.Active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		w.Int(s.At(i))
		if s.Level != nil {
			w.Int(s.Level.Seen(i))
		}
	}
	if l := s.Level; l != nil {
		for _, x := range []float32{l.Mean, l.Weight, l.Spread, l.Days} {
			w.Float(x)
		}
		return
	}
	s.Baseline.Encode(w, r.Kind)
}

// DecodeSeries reads what Encode wrote. It is not known when its signal is gone from
// the table, or is judged in another way. intern numbers the name of a source.
func DecodeSeries(r *Reader, t *Table, intern func(string) uint16) (s Series, known bool) {
	name, kind := r.Text(), Kind(r.Text())
	resolution := math.Float64frombits(r.Bits())
	s.Key.Contact = r.Byte()
	s.Key.Ours = r.Bool()
	s.Source = intern(r.Text())
	s.Other = intern(r.Text())
	s.First = r.Day()
	s.Active = r.Bits()
	if kind == Score {
		s.Level = new(Level)
	}
	for m := s.Active; m != 0 && r.Err == nil; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		steps := r.Int()
		if steps < 0 && kind != Score {
			r.Fail("a negative count")
		}
		s.days.Set(i, steps-1)
		if s.Level != nil {
			n := r.Int()
			if n <= 0 && r.Err == nil {
				r.Fail("a mean of nothing")
			}
			s.Level.seen.Set(i, n-1)
		}
	}
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
