package relations

import (
	"cmp"
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Rivals are the competitors that an account told of by name: by praise, an offer or calls that
// go to one. A name is that of the configuration, never a word of a customer's. Nothing is
// judged by them.
type Rivals []NamedRival

// NamedRival is one of them.
type NamedRival struct {
	Name   string      `json:"name"`
	Last   signals.Day `json:"last_day"` // on which the account told of it
	Signal uint16      `json:"-"`        // of the newest such interaction, its number
}

// maxRivals bounds what an account that names many can make us hold.
const maxRivals = 8

// Note returns the rivals with one who was named on a day. Of too many the one who was named
// longest ago is forgotten. Of one day it is the first in the order of an encoded state, so
// that a state that is read back forgets the same one.
func (l Rivals) Note(name string, signal uint16, d signals.Day, of *series.Table) Rivals {
	for i := range l {
		if r := &l[i]; r.Name == name && r.Signal == signal {
			r.Last = max(r.Last, d)
			return l
		}
	}
	if l = append(l, NamedRival{name, d, signal}); len(l) <= maxRivals {
		return l
	}
	oldest := 0
	for i := range l {
		if cmp.Or(cmp.Compare(l[i].Last, l[oldest].Last), order(l[i], l[oldest], of)) < 0 {
			oldest = i
		}
	}
	return slices.Delete(l, oldest, oldest+1)
}

// order compares two rivals by what does not depend on when they came or on numbers.
func order(a, b NamedRival, of *series.Table) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(of.Rules[a.Signal].Name, of.Rules[b.Signal].Name))
}

// ByName has each of them once, in the order of names.
func (l Rivals) ByName() (list []NamedRival) {
	for _, r := range l {
		k, known := slices.BinarySearchFunc(list, r.Name, func(x NamedRival, name string) int { return strings.Compare(x.Name, name) })
		if !known {
			list = slices.Insert(list, k, NamedRival{Name: r.Name})
		}
		list[k].Last = max(list[k].Last, r.Last)
	}
	return list
}

// Pass forgets those who were named on a day that leaves the ring, or before.
func (l Rivals) Pass(leaving signals.Day) Rivals {
	return slices.DeleteFunc(l, func(r NamedRival) bool { return r.Last <= leaving })
}

// Without forgets what was said in some signals.
func (l Rivals) Without(gone []uint16) Rivals {
	return slices.DeleteFunc(l, func(r NamedRival) bool { return slices.Contains(gone, r.Signal) })
}

// Encode appends the rivals, in an order that does not depend on when they came or on numbers.
func (l Rivals) Encode(w *series.Writer, of *series.Table) {
	w.Uint(uint64(len(l)))
	for _, r := range slices.SortedFunc(slices.Values(l), func(a, b NamedRival) int { return order(a, b, of) }) {
		w.Text(r.Name)
		w.Text(of.Rules[r.Signal].Name)
		w.Day(r.Last)
	}
}

// DecodeRivals reads what Encode wrote. What was said in a signal that there is no more is left
// out.
func DecodeRivals(r *series.Reader, of *series.Table) (l Rivals) {
	n := r.Count(3)
	if n > maxRivals {
		r.Fail("too many competitors")
		return nil
	}
	for range n {
		name, signal, last := r.Text(), r.Text(), r.Day()
		if id, known := of.Index[signal]; known {
			l = append(l, NamedRival{name, last, id})
		}
	}
	return l
}
