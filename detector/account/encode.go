package account

import (
	"slices"

	"firstsign/detector/activity"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// Numbering says which signal, source and pattern each number in memory is. A state has
// their names instead, so that it can be read under other rules and in any order.
type Numbering struct {
	Signals  *series.Table
	Sources  *feeds.Sources
	Patterns evidence.Patterns
}

// What follows in a state. One of version 5 or before has the first one, or none.
const (
	hasAny = 1 << iota
	hasRivals
)

// Encode appends the state of an account.
func (n *Numbering) Encode(w *series.Writer, a *Account) {
	w.Byte(series.StateVersion)
	w.Int(a.Next)
	w.Int(a.Since)
	w.Day(a.Closed)
	w.Day(a.First)
	w.Day(a.FloorDay)
	w.Float(a.Floor)
	w.Float(a.Evidence)
	w.Bits(a.raised)
	n.encodeEpisode(w, &a.Episode)
	p := a.persons
	w.Uint(uint64(len(p.people)))
	for _, id := range p.people {
		w.Text(id)
	}
	p.contacts.Encode(w)
	more := byte(0)
	if a.Any != (series.Baseline{}) {
		more |= hasAny
	}
	if p.rivals != nil {
		more |= hasRivals
	}
	if w.Byte(more); more&hasAny != 0 {
		a.Any.Encode(w, series.Count)
	}
	if more&hasRivals != 0 {
		p.rivals.Encode(w, n.Signals)
	}
	a.Year.Encode(w)
	w.Day(p.tended.Neglected)
	w.Day(p.tended.Waiting)
	a.Activity.Encode(w)
	p.opinion.Encode(w)
	p.snapshot.Encode(w)
	w.Uint(uint64(len(a.Series)))
	beside := series.Neighbour{First: a.First}
	for i := range a.Series {
		s := &a.Series[i]
		s.Encode(w, &n.Signals.Rules[s.Key.Signal], n.Sources.Name(s.Source), n.Sources.Name(s.Other), &beside)
	}
	a.Weeks.Encode(w)
}

func (n *Numbering) encodeEpisode(w *series.Writer, ep *episodes.Episode) {
	w.Byte(byte(ep.Stage))
	if ep.Stage == episodes.Calm {
		return
	}
	w.Day(ep.Since)
	w.Byte(ep.Quiet)
	w.Day(ep.AlertedOn)
	w.Float(ep.AlertedRisk)
	w.Day(ep.Opened)
	told := n.Patterns.Names(ep.Told)
	w.Uint(uint64(len(told)))
	for _, name := range told {
		w.Text(name)
	}
	w.Text(string(finding.Verdicts[ep.Verdict]))
}

// Decode reads a state. Series of signals that the rules no longer know, or judge in
// another way, are left out.
func (n *Numbering) Decode(id string, state []byte) (*Account, error) {
	return n.decode(id, state, n.Sources.Admit)
}

// DecodeKnown is Decode of several states side by side. It gives no source a number: where
// one has none, known is false and the state must be read by Decode.
func (n *Numbering) DecodeKnown(id string, state []byte) (a *Account, known bool, err error) {
	known = true
	a, err = n.decode(id, state, func(name []byte) uint16 {
		number, ok := n.Sources.Number(name)
		known = known && ok
		return number
	})
	return a, known, err
}

func (n *Numbering) decode(id string, state []byte, source func([]byte) uint16) (*Account, error) {
	r := &series.Reader{Rest: state}
	version := r.Version()
	a := New([]byte(id), 0, 0)
	a.Next = r.Int()
	a.Since = r.Int()
	a.Closed = r.Day()
	a.First = r.Day()
	a.FloorDay = r.Day()
	a.Floor = r.Sum()
	a.Evidence = r.Sum()
	a.raised = r.Bits()
	n.decodeEpisode(r, &a.Episode)
	for range r.Count(1) {
		own := a.own()
		own.people = append(own.people, r.Text())
	}
	if len(a.persons.people) > series.MaxPeople {
		r.Fail("too many contacts")
	}
	if c := relations.DecodeContacts(r); c != nil {
		a.own().contacts = c
	}
	more := r.Byte()
	if more&hasAny != 0 {
		a.Any.Decode(r, version, series.Count)
	}
	if more&hasRivals != 0 {
		a.SetRivals(relations.DecodeRivals(r, n.Signals))
	}
	if more&^(hasAny|hasRivals) != 0 {
		r.Fail("more of an account than this program knows")
	}
	a.Year = series.DecodeYear(r)
	a.SetTended(relations.Tended{Neglected: r.Day(), Waiting: r.Day()})
	if version >= 4 {
		a.Activity = activity.Decode(r)
	}
	if o := episodes.DecodeOpinion(r); o != nil {
		a.own().opinion = o
	}
	if s := relations.DecodeSnapshot(r, version); s != nil {
		a.own().snapshot = s
	}
	gone := n.decodeSeries(r, version, a, source)
	if version >= series.WeeksVersion {
		a.Weeks = series.DecodeWeeks(r, len(a.Series)+len(gone))
		for _, i := range slices.Backward(gone) {
			a.Weeks.Remove(i)
		}
	}
	return a, r.End()
}

func (n *Numbering) decodeEpisode(r *series.Reader, ep *episodes.Episode) {
	if ep.Stage = episodes.Stage(r.Byte()); ep.Stage > episodes.Replaced {
		r.Fail("no such stage of an episode")
	}
	if ep.Stage == episodes.Calm {
		return
	}
	ep.Since = r.Day()
	ep.Quiet = r.Byte()
	ep.AlertedOn = r.Day()
	ep.AlertedRisk = r.Float()
	ep.Opened = r.Day()
	for range r.Count(1) {
		ep.Told |= n.Patterns.Set(r.Text())
	}
	told := slices.Index(finding.Verdicts, evidence.Verdict(r.Text()))
	if told < 0 {
		r.Fail("no such verdict")
		told = 0
	}
	ep.Verdict = uint8(told)
}

// decodeSeries returns the places of those that are left out.
func (n *Numbering) decodeSeries(r *series.Reader, version byte, a *Account, source func([]byte) uint16) (gone []int) {
	count := r.Count(8)
	if count > series.MaxSeries {
		r.Fail("too many series")
		count = 0
	}
	a.Series, a.Keys = make([]series.Series, 0, count), make([]series.Key, 0, count)
	beside := series.Neighbour{First: a.First}
	for i := range count {
		s, ok := series.DecodeSeries(r, version, n.Signals, source, &beside)
		switch {
		case !ok || a.Find(s.Key) != nil:
			gone = append(gone, i)
		case int(s.Key.Contact) > len(a.persons.people):
			r.Fail("a series of nobody")
		default:
			a.Series, a.Keys = append(a.Series, s), append(a.Keys, s.Key)
		}
	}
	if len(a.Series) == 0 {
		a.Series, a.Keys = nil, nil
	} else if len(a.Series) < count {
		a.Series, a.Keys = slices.Clone(a.Series), slices.Clone(a.Keys)
	}
	return gone
}
