package backtest

import (
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Understood is what the closed words of a history mean under some signals:
// who acted, and what became of a call forwarding.
type Understood struct {
	// Unknown words, most lines first; lines that have them do not count.
	Unknown []UnknownWord
	// Lines that have an unknown word. Those beyond the words that a Summary keeps
	// are among them.
	Lines int64
	// Directed are the signals whose interactions say who acted.
	Directed []Directed
}

// UnknownWord is a word that is not understood.
type UnknownWord struct {
	history.WordCount
	Why string // for people, with what may be meant
}

// Directed is a signal whose side is its direction, by lines.
type Directed struct {
	Signal string // as it is configured
	Theirs, Ours, Internal,
	Without, // no direction: taken for theirs
	Unknown int64
}

// Understand the words of a history.
func Understand(s *history.Summary, list []detector.Signal) *Understood {
	u, known := new(Understood), detector.NewByName(list)
	directed := make(map[string]*Directed)
	for i := range list {
		if list[i].Side == detector.ByDirection {
			directed[list[i].Name] = new(Directed)
		}
	}
	for _, n := range s.Signals() {
		if rule := known.Find([]byte(n.Name)); rule != nil && directed[rule.Name] != nil {
			directed[rule.Name].Without += n.Lines
		}
	}
	words, more := s.Words()
	for _, n := range words {
		u.word(&n, known.Find([]byte(n.Signal)), directed)
	}
	for signal, lines := range more {
		if rule := known.Find([]byte(signal)); rule != nil && directed[rule.Name] != nil {
			directed[rule.Name].add(detector.UnknownAct, lines)
			u.Lines += lines
		}
	}
	for i := range list {
		if d := directed[list[i].Name]; d != nil && d.Theirs+d.Ours+d.Internal+d.Without+d.Unknown > 0 {
			d.Signal = list[i].Name
			u.Directed = append(u.Directed, *d)
		}
	}
	return u
}

// word is judged as the detector judges an interaction that has it.
func (u *Understood) word(n *history.WordCount, rule *detector.Signal, directed map[string]*Directed) {
	if rule == nil {
		return
	}
	in := signals.Interaction{Attributes: []signals.Attribute{{Key: []byte(n.Field), Value: []byte(n.Word)}}}
	act, reject := rule.Understand(&in)
	if reject != nil {
		u.Unknown = append(u.Unknown, UnknownWord{*n, reject.Detail})
		u.Lines += n.Lines
	}
	if d := directed[rule.Name]; d != nil && n.Field == history.DirectionField {
		d.add(act, n.Lines)
	}
}

// add lines that say who acted; they were counted as lines without.
func (d *Directed) add(act detector.Act, lines int64) {
	d.Without -= lines
	switch act {
	case detector.OurAct:
		d.Ours += lines
	case detector.NobodysAct:
		d.Internal += lines
	case detector.UnknownAct:
		d.Unknown += lines
	default:
		d.Theirs += lines
	}
}
