package detector

import (
	"math"
	"math/bits"
	"slices"
)

// account appends the state of a: names, not numbers, so that it can be read
// under other rules and in any order.
func (e *Engine) encodeAccount(w *writer, a *account) {
	w.byte(stateVersion)
	w.int(a.next)
	w.day(a.closed)
	w.day(a.first)
	w.day(a.floorDay)
	w.float(a.floor)
	w.float(a.evidence)
	w.bits(a.raised)
	w.byte(byte(a.episode.stage))
	if a.episode.stage != calm {
		w.day(a.episode.since)
		w.byte(a.episode.quiet)
		w.day(a.episode.alertedOn)
		w.float(a.episode.alertedRisk)
		w.day(a.episode.opened)
		told := patternNames(e.patterns, a.episode.told)
		w.uint(uint64(len(told)))
		for _, name := range told {
			w.string(name)
		}
		w.string(string(verdicts[a.episode.verdict]))
	}
	w.uint(uint64(len(a.people)))
	for _, p := range a.people {
		w.string(p)
	}
	a.circle.encode(w)
	w.bool(a.any != (pace{}))
	if a.any != (pace{}) {
		a.any.encode(w, Count)
	}
	a.year.encode(w)
	w.day(a.tended.neglected)
	w.day(a.tended.waiting)
	a.opinion.encode(w)
	a.dossier.encode(w)
	w.uint(uint64(len(a.series)))
	for i := range a.series {
		e.encodeSeries(w, &a.series[i])
	}
}

func (e *Engine) encodeSeries(w *writer, s *series) {
	r := &e.signals.rules[s.key.signal]
	w.string(r.Name)
	w.string(string(r.Kind))
	w.bits(math.Float64bits(r.Resolution))
	w.byte(s.key.contact)
	w.bool(s.key.ours)
	w.string(e.sources.names[s.source])
	w.string(e.sources.names[s.other])
	w.day(s.first)
	w.bits(s.active)
	for m := s.active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		w.int(s.days.at(i))
		if s.level != nil {
			w.int(s.level.seen.at(i))
		}
	}
	if l := s.level; l != nil {
		for _, x := range []float32{l.mean, l.weight, l.spread, l.days} {
			w.float(x)
		}
		return
	}
	s.pace.encode(w, r.Kind)
}

// decodeAccount reads a state. Series of signals that the rules no longer
// know, or judge in another way, are left out.
func (e *Engine) decodeAccount(id string, state []byte) (*account, error) {
	r := &reader{b: state}
	r.version()
	a := newAccount([]byte(id), 0, 0)
	a.next = r.int()
	a.closed = r.day()
	a.first = r.day()
	a.floorDay = r.day()
	a.floor = r.sum()
	a.evidence = r.sum()
	a.raised = r.bits()
	if a.episode.stage = stage(r.byte()); a.episode.stage > accepted {
		r.fail("no such stage of an episode")
	}
	if a.episode.stage != calm {
		a.episode.since = r.day()
		a.episode.quiet = r.byte()
		a.episode.alertedOn = r.day()
		a.episode.alertedRisk = r.float()
		a.episode.opened = r.day()
		for range r.count(1) {
			a.episode.told |= e.patternSet(r.string())
		}
		told := slices.Index(verdicts, Verdict(r.string()))
		if told < 0 {
			r.fail("no such verdict")
			told = 0
		}
		a.episode.verdict = uint8(told)
	}
	for range r.count(1) {
		a.own().people = append(a.people, r.string())
	}
	if len(a.people) > maxPeople {
		r.fail("too many contacts")
	}
	if c := decodeCircle(r); c != nil {
		a.own().circle = c
	}
	if r.bool() {
		a.any.decode(r, Count)
	}
	a.year = decodeYear(r)
	a.tended.neglected, a.tended.waiting = r.day(), r.day()
	a.opinion = decodeOpinion(r)
	if f := decodeDossier(r); f != nil {
		a.own().dossier = f
	}
	n := r.count(8)
	if n > maxSeries {
		r.fail("too many series")
		n = 0
	}
	for range n {
		if s, ok := e.decodeSeries(r); ok {
			if int(s.key.contact) > len(a.people) {
				r.fail("a series of nobody")
			} else if a.find(s.key) == nil {
				a.series, a.keys = append(a.series, s), append(a.keys, s.key)
			}
		}
	}
	if n := len(a.series); n > 0 {
		a.series, a.keys = append(make([]series, 0, n), a.series...), append(make([]seriesKey, 0, n), a.keys...)
	}
	return a, r.end()
}

func (e *Engine) decodeSeries(r *reader) (s series, known bool) {
	name, kind := r.string(), Kind(r.string())
	resolution := math.Float64frombits(r.bits())
	s.key.contact = r.byte()
	s.key.ours = r.bool()
	s.source = e.sources.intern(r.string())
	s.other = e.sources.intern(r.string())
	s.first = r.day()
	s.active = r.bits()
	if kind == Score {
		s.level = new(level)
	}
	for m := s.active; m != 0 && r.err == nil; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		steps := r.int()
		if steps < 0 && kind != Score {
			r.fail("a negative count")
		}
		s.days.set(i, steps)
		if s.level != nil {
			n := r.int()
			if n <= 0 && r.err == nil {
				r.fail("a mean of nothing")
			}
			s.level.seen.set(i, n)
		}
	}
	if l := s.level; l != nil {
		l.mean, l.weight, l.spread, l.days = r.float(), r.sum(), r.sum(), r.sum()
	} else {
		s.pace.decode(r, kind)
	}
	id, ok := e.signals.index[name]
	if r.err != nil || !ok {
		return s, false
	}
	rule := &e.signals.rules[id]
	s.key.signal = id
	return s, rule.on && rule.Kind == kind && rule.Resolution == resolution
}
