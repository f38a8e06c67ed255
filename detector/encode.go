package detector

import (
	"slices"

	"firstsign/detector/activity"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// account appends the state of a: names, not numbers, so that it can be read
// under other rules and in any order.
func (y *yardstick) encodeAccount(w *series.Writer, a *account) {
	w.Byte(series.StateVersion)
	w.Int(a.next)
	w.Int(a.since)
	w.Day(a.closed)
	w.Day(a.First)
	w.Day(a.floorDay)
	w.Float(a.floor)
	w.Float(a.evidence)
	w.Bits(a.raised)
	w.Byte(byte(a.episode.Stage))
	if a.episode.Stage != episodes.Calm {
		w.Day(a.episode.Since)
		w.Byte(a.episode.Quiet)
		w.Day(a.episode.AlertedOn)
		w.Float(a.episode.AlertedRisk)
		w.Day(a.episode.Opened)
		told := y.patterns.Names(a.episode.Told)
		w.Uint(uint64(len(told)))
		for _, name := range told {
			w.Text(name)
		}
		w.Text(string(finding.Verdicts[a.episode.Verdict]))
	}
	w.Uint(uint64(len(a.people)))
	for _, p := range a.people {
		w.Text(p)
	}
	a.circle.Encode(w)
	w.Bool(a.any != (series.Baseline{}))
	if a.any != (series.Baseline{}) {
		a.any.Encode(w, series.Count)
	}
	a.year.Encode(w)
	w.Day(a.tended.Neglected)
	w.Day(a.tended.Waiting)
	a.activity.Encode(w)
	a.opinion.Encode(w)
	a.dossier.Encode(w)
	w.Uint(uint64(len(a.Series)))
	for i := range a.Series {
		s := &a.Series[i]
		s.Encode(w, &y.signals.Rules[s.Key.Signal], y.sources.Name(s.Source), y.sources.Name(s.Other))
	}
}

// decodeAccount reads a state. Series of signals that the rules no longer
// know, or judge in another way, are left out.
func (y *yardstick) decodeAccount(id string, state []byte) (*account, error) {
	r := &series.Reader{Rest: state}
	version := r.Version()
	a := newAccount([]byte(id), 0, 0)
	a.next = r.Int()
	a.since = r.Int()
	a.closed = r.Day()
	a.First = r.Day()
	a.floorDay = r.Day()
	a.floor = r.Sum()
	a.evidence = r.Sum()
	a.raised = r.Bits()
	if a.episode.Stage = episodes.Stage(r.Byte()); a.episode.Stage > episodes.Accepted {
		r.Fail("no such stage of an episode")
	}
	if a.episode.Stage != episodes.Calm {
		a.episode.Since = r.Day()
		a.episode.Quiet = r.Byte()
		a.episode.AlertedOn = r.Day()
		a.episode.AlertedRisk = r.Float()
		a.episode.Opened = r.Day()
		for range r.Count(1) {
			a.episode.Told |= y.patterns.Set(r.Text())
		}
		told := slices.Index(finding.Verdicts, evidence.Verdict(r.Text()))
		if told < 0 {
			r.Fail("no such verdict")
			told = 0
		}
		a.episode.Verdict = uint8(told)
	}
	for range r.Count(1) {
		own := a.own()
		own.people = append(own.people, r.Text())
	}
	if len(a.people) > series.MaxPeople {
		r.Fail("too many contacts")
	}
	if c := relations.DecodeContacts(r); c != nil {
		a.own().circle = c
	}
	if r.Bool() {
		a.any.Decode(r, series.Count)
	}
	a.year = series.DecodeYear(r)
	if t := (relations.Tended{Neglected: r.Day(), Waiting: r.Day()}); t != (relations.Tended{}) {
		a.own().tended = t
	}
	if version >= 4 {
		a.activity = activity.Decode(r)
	}
	if o := episodes.DecodeOpinion(r); o != nil {
		a.own().opinion = o
	}
	if f := relations.DecodeSnapshot(r); f != nil {
		a.own().dossier = f
	}
	n := r.Count(8)
	if n > series.MaxSeries {
		r.Fail("too many series")
		n = 0
	}
	for range n {
		if s, ok := series.DecodeSeries(r, &y.signals, y.sources.Intern); ok {
			if int(s.Key.Contact) > len(a.people) {
				r.Fail("a series of nobody")
			} else if a.Find(s.Key) == nil {
				a.Series, a.Keys = append(a.Series, s), append(a.Keys, s.Key)
			}
		}
	}
	if n := len(a.Series); n > 0 {
		a.Series, a.Keys = append(make([]series.Series, 0, n), a.Series...), append(make([]series.Key, 0, n), a.Keys...)
	}
	return a, r.End()
}
