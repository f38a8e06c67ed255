package series

import (
	"bytes"
	"math"
	"slices"

	"firstsign/signals"
)

// maxCount is the most that one interaction may count for.
const maxCount = 1e6

// Rule is a signal as the engine uses it: with its defaults, and a number
// that stays while the engine lives.
type Rule struct {
	Signal
	ID     uint16
	On     bool // false: removed from the rules
	Weight float64
	// Watched: a pattern may hold as soon as one arrives.
	Watched bool
	Visit   bool // it is one of the visits that are owed
}

// Table numbers the signals by name.
type Table struct {
	Rules []Rule
	Index map[string]uint16
}

// Apply takes new rules in and returns the numbers of the signals whose
// series mean nothing any more: removed, or judged in another way.
func (t *Table) Apply(list []Signal) (changed []uint16) {
	for i := range t.Rules {
		r := &t.Rules[i]
		k := slices.IndexFunc(list, func(s Signal) bool { return s.Name == r.Name })
		if r.On && (k < 0 || !sameMeasure(resolved(list[k]), r.Signal)) {
			changed = append(changed, r.ID)
		}
		r.On = false
	}
	for _, s := range list {
		id, ok := t.Index[s.Name]
		if !ok {
			id = uint16(len(t.Rules))
			t.Index[s.Name] = id
			t.Rules = append(t.Rules, Rule{})
		}
		r := Rule{Signal: resolved(s), ID: id, On: true, Weight: 1}
		if s.Weight != nil {
			r.Weight = *s.Weight
		}
		t.Rules[id] = r
	}
	return changed
}

// resolved fills in the defaults.
func resolved(s Signal) Signal {
	if s.Kind == "" {
		s.Kind = Count
	}
	if s.Side == "" {
		s.Side = Theirs
	}
	if s.Means == "" {
		s.Means = meaningOf(&s)
	}
	if s.Resolution <= 0 {
		s.Resolution = 0.001
		if s.Kind == Amount {
			s.Resolution = 0.01
		}
	}
	if s.Kind == Count || s.Kind == Event {
		s.Resolution = 1
	}
	return s
}

// sameMeasure tells whether days that were kept under one rule mean the same
// under another.
func sameMeasure(a, b Signal) bool { return a.Kind == b.Kind && a.Resolution == b.Resolution }

var outbound = []byte("outbound")

// Ours tells whether we acted in an interaction of the signal.
func (s *Signal) Ours(in *signals.Interaction) bool {
	switch s.Side {
	case Ours:
		return true
	case ByDirection:
		return bytes.Equal(in.Attribute("direction"), outbound)
	}
	return false
}

// Bounds says what values a kind takes, for people.
func (r *Rule) Bounds() string {
	switch r.Kind {
	case Count, Event:
		return "a whole number from 0 to 1000000"
	case Amount:
		return "from 0 to 1e12 steps of its resolution"
	}
	return "up to 1e12 steps of its resolution"
}

// finite steps of a value: far below where sums of a day's values overflow.
const maxSteps = 1e12

// StepsOf is a value in whole steps, false when it is out of range. Whole
// steps make sums exact in any order, so that a repaired day leaves nothing
// behind.
func (r *Rule) StepsOf(v float64) (int64, bool) {
	if r.Kind == Count || r.Kind == Event {
		return int64(v), v >= 0 && v <= maxCount && v == math.Trunc(v)
	}
	n := math.Round(v / r.Resolution)
	return int64(n), math.Abs(n) <= maxSteps && (r.Kind == Score || v >= 0)
}

// Meets tells whether an interaction of a signal is contact with a person.
func (r *Rule) Meets(ours bool) bool { return r.Kind == Count && (ours || r.Weight > 0) }

// AnyContactID is the number of the signal that is no signal: contact of any
// kind. Its series is the sum of an account's counts of what they do, so it
// sees what no single one shows: that everything has stopped, or that what
// looks like a fall has only moved to another channel.
const AnyContactID = math.MaxUint16

// AnyContact is its name in reasons.
const AnyContact = "contact"

// Name returns the name of a signal, or of contact of any kind.
func (t *Table) Name(signal uint16) string {
	if signal == AnyContactID {
		return AnyContact
	}
	return t.Rules[signal].Name
}

// Unites tells whether a series is part of the contact of any kind: a count of
// what they do, of the account as a whole.
func (t *Table) Unites(k Key) bool {
	r := &t.Rules[k.Signal]
	return r.On && r.Kind == Count && r.Weight > 0 && !k.Ours && k.Contact == 0
}

// IsContact tells whether a series is contact of theirs with us, of whatever
// kind but bad news.
func (t *Table) IsContact(k Key) bool {
	r := &t.Rules[k.Signal]
	return r.On && r.Weight > 0 && r.Kind != Event && !k.Ours && k.Contact == 0
}

// Meaning is the series of an account that means something; of several
// purchases an amount, else the first by name.
func (t *Table) Meaning(a *Set, m Means) (best *Series) {
	for i := range a.Series {
		s := &a.Series[i]
		r := &t.Rules[s.Key.Signal]
		if r.Means != m || !r.On || s.Key.Ours || s.Key.Contact != 0 {
			continue
		}
		if best == nil || before(r, &t.Rules[best.Key.Signal]) {
			best = s
		}
	}
	return best
}

func before(r, other *Rule) bool {
	if (r.Kind == Amount) != (other.Kind == Amount) {
		return r.Kind == Amount
	}
	return r.Name < other.Name
}
