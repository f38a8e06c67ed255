package series

import (
	"math"
	"slices"

	"firstsign/signals"
	"firstsign/signals/vocabulary"
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

	name []byte
}

// Table numbers the signals by name.
type Table struct {
	Rules []Rule
	Index map[string]uint16

	names *vocabulary.Names // of the signals that are on
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
		r := Rule{Signal: resolved(s), ID: id, On: true, Weight: 1, name: []byte(s.Name)}
		if s.Weight != nil {
			r.Weight = *s.Weight
		}
		t.Rules[id] = r
	}
	t.names = namesOf(list)
	return changed
}

func namesOf(list []Signal) *vocabulary.Names {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return vocabulary.NewNames(names)
}

// Find returns the rule of an interaction's signal, nil when there is none. A name
// in another case, or a usual word for a built-in signal, is replaced by the name
// that is configured.
func (t *Table) Find(in *signals.Interaction) *Rule {
	if id, ok := t.Index[string(in.Signal)]; ok && t.Rules[id].On {
		return &t.Rules[id]
	}
	id, ok := t.Index[t.names.Of(in.Signal)]
	if !ok {
		return nil
	}
	in.Signal = t.Rules[id].name
	return &t.Rules[id]
}

// ByName finds signals by the names that sources give them, as Table does.
type ByName struct {
	names   *vocabulary.Names
	signals map[string]*Signal
}

// NewByName returns a finder of signals, which it does not copy.
func NewByName(list []Signal) *ByName {
	b := &ByName{names: namesOf(list), signals: make(map[string]*Signal)}
	for i := range list {
		b.signals[list[i].Name] = &list[i]
	}
	return b
}

// Find a signal, nil when there is none of the name.
func (b *ByName) Find(name []byte) *Signal { return b.signals[b.names.Of(name)] }

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
	if s.Resolution <= 0 || s.Kind == Count || s.Kind == Event {
		s.Resolution = usualResolution(s.Kind)
	}
	return s
}

func usualResolution(kind Kind) float64 {
	switch kind {
	case Score:
		return 0.001
	case Amount:
		return 0.01
	}
	return 1
}

// sameMeasure tells whether days that were kept under one rule mean the same
// under another.
func sameMeasure(a, b Signal) bool { return a.Kind == b.Kind && a.Resolution == b.Resolution }

// Act is who acted in an interaction.
type Act uint8

// The acts.
const (
	TheirAct   Act = iota
	OurAct         // never evidence of their health
	NobodysAct     // internal: among our own people, or among theirs
	UnknownAct     // its word is not understood
)

// Act tells who acted in an interaction of the signal.
func (s *Signal) Act(in *signals.Interaction) Act {
	switch s.Side {
	case Ours:
		return OurAct
	case ByDirection:
		switch s.Directions.Of(in.Attribute(directionAttribute)) {
		case vocabulary.Outbound:
			return OurAct
		case vocabulary.Internal:
			return NobodysAct
		case vocabulary.UnknownDirection:
			return UnknownAct
		}
	}
	return TheirAct
}

const directionAttribute = "direction"

// Understand tells who acted, and refuses an interaction that says in words which
// are not understood who it was, or what became of a call forwarding.
func (s *Signal) Understand(in *signals.Interaction) (Act, *signals.Reject) {
	act := s.Act(in)
	if act == UnknownAct {
		return act, &signals.Reject{Reason: signals.UnknownWord, Detail: vocabulary.NoDirectionOf(in.Attribute(directionAttribute))}
	}
	if vocabulary.IsForwarding(s.Name) {
		fault := vocabulary.ForwardingFault(in.Attribute(vocabulary.ActionAttribute), in.Attribute(vocabulary.ClassAttribute), in.Attribute(vocabulary.TargetAttribute))
		if fault != "" {
			return act, &signals.Reject{Reason: signals.UnknownWord, Detail: fault}
		}
	}
	return act, nil
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
