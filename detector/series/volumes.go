package series

import "firstsign/signals"

// Volumes are the sums of what accounts did, by signal and source. The sources are judged by
// them, and then the portfolio by the days of the sources that are known. Where all are
// known it is the same sum, which is worked out once for both. Nil holds nothing.
type Volumes struct {
	lo     signals.Day
	oldest uint64
	of     [][mostSources]*volumes // by signal, and by source
}

// mostSources bounds the memory: later ones are summed up each time.
const mostSources = 64

// volumes are the sums of one signal and source.
type volumes struct {
	learned Volume // of counts whose mean was learned
	late    int64  // usual of those of them without contact on the oldest days
	others  Volume // of which the sum of some days is no part of the sum of all
	oldest  Volume // the same of the oldest days
}

const wholeView = 1<<ViewDays - 1

// NewVolumes are sums of so many signals over the view from lo on, and over its oldest days.
func NewVolumes(signals int, lo signals.Day, oldest int) *Volumes {
	return &Volumes{lo, 1<<oldest - 1, make([][mostSources]*volumes, signals)}
}

// Holds tells whether a series is one that these sums are made of: it was there before the
// view, and has one source.
func (v *Volumes) Holds(a *Set, s *Series) bool {
	return v != nil && a.First < v.lo && s.Source == s.Other && s.Source < mostSources && !s.Key.Ours && s.Key.Contact == 0
}

// Add takes in a count or an amount that they hold.
func (v *Volumes) Add(s *Series, kind Kind) {
	p := &v.of[s.Key.Signal][s.Source]
	if *p == nil {
		*p = new(volumes)
	}
	t, days := *p, Since(s.Active, v.lo)&wholeView
	if days == 0 {
		return
	}
	if !s.fewLearned(kind) {
		t.others.Add(s, kind, v.lo, wholeView)
		t.oldest.Add(s, kind, v.lo, v.oldest)
		return
	}
	t.learned.Add(s, kind, v.lo, wholeView)
	if days&v.oldest == 0 {
		w := weightOf(s.Baseline.perDay())
		t.late += w.usual()
	}
}

// Join adds the sums of other accounts.
func (v *Volumes) Join(o *Volumes) {
	for signal := range o.of {
		for source, theirs := range o.of[signal] {
			if theirs == nil {
				continue
			}
			ours := &v.of[signal][source]
			if *ours == nil {
				*ours = new(volumes)
			}
			(*ours).learned.Join(&theirs.learned)
			(*ours).others.Join(&theirs.others)
			(*ours).oldest.Join(&theirs.oldest)
			(*ours).late += theirs.late
		}
	}
}

// Empty is one of the same kind that has nothing yet; nil of nil.
func (v *Volumes) Empty() *Volumes {
	if v == nil {
		return nil
	}
	return &Volumes{v.lo, v.oldest, make([][mostSources]*volumes, len(v.of))}
}

// BySource adds the sums to those of the sources.
func (v *Volumes) BySource(list []Volume) {
	if v == nil {
		return
	}
	for signal := range v.of {
		for source, t := range v.of[signal] {
			if t != nil {
				list[source].Join(&t.learned)
				list[source].Join(&t.others)
			}
		}
	}
}

// OfSignal adds the sums of the sources that known tells of to all days, and to the oldest.
func (v *Volumes) OfSignal(signal int, known func(source uint16) bool, all, oldest *Volume) {
	if v == nil {
		return
	}
	for source, t := range v.of[signal] {
		if t == nil || !known(uint16(source)) {
			continue
		}
		all.Join(&t.learned)
		all.Join(&t.others)
		oldest.Join(&t.oldest)
		for i, n := range t.learned.Counted {
			oldest.Counted[i] += n * int64(v.oldest>>i&1)
		}
		oldest.Usual.Add(v.oldest, t.learned.Usual.At(0)-t.late)
	}
}
