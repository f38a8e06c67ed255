package text

import (
	"slices"

	"firstsign/signals"
)

// spoken is where a competitor of words.yaml is named.
type spoken struct {
	at    int // in tokens
	rival int // see rivalNames
}

// rivalNames numbers the competitors of words.yaml from 1 on. A spelling that begins with
// another name is the same competitor: Northlink Networks is Northlink.
type rivalNames struct {
	told []string // the shortest spelling of each
}

// add gives the names to a trie. Each of them knows its number by its topics, which names
// have no other use for.
func (n *rivalNames) add(names *trie, competitors []string) {
	n.told = make([]string, 0, len(competitors))
	for i, name := range competitors {
		tokens, told := tokenize([]byte(name), nil), name
		for k, other := range competitors {
			if t := tokenize([]byte(other), nil); k != i && len(t) < len(tokens) && beginsWithTokens(tokens, t) && len(other) < len(told) {
				told = other
			}
		}
		n.told = append(n.told, told)
		names.add(tokens, end{phrase: rival, topics: class(i + 1)})
	}
}

func beginsWithTokens(list, begin []token) bool {
	for i := range begin {
		if list[i].hash != begin[i].hash {
			return false
		}
	}
	return len(begin) > 0
}

// name is what a competitor is told by; empty for none.
func (n *rivalNames) name(number int) string {
	if number < 1 || number > len(n.told) {
		return ""
	}
	return n.told[number-1]
}

// namedRival is the one competitor of whom the text says what was found. It is empty when
// none is named, or several and it is not clear which is meant.
func (r *Reader) namedRival(d *draft, found findings) string {
	if found&(saysPraise|saysOffer) == 0 || len(d.spoken) == 0 {
		return ""
	}
	if name, one := r.onlyOf(d.spoken); one {
		return name
	}
	name, several := "", false
	eachSentence(d.marks, func(f findings, marks []mark) {
		if f&(saysPraise|saysOffer) == 0 || len(marks) == 0 {
			return
		}
		for _, s := range d.spoken {
			if s.at < marks[0].at || s.at > marks[len(marks)-1].at {
				continue
			}
			told := r.rivals.name(s.rival)
			several = several || name != "" && told != name
			name = told
		}
	})
	if several {
		return ""
	}
	return name
}

// onlyOf is the competitor that all of the places name.
func (r *Reader) onlyOf(places []spoken) (name string, one bool) {
	name = r.rivals.name(places[0].rival)
	for _, s := range places[1:] {
		if r.rivals.name(s.rival) != name {
			return "", false
		}
	}
	return name, true
}

// givenRival is the competitor that the attribute of a record names: that of a text which was
// read before, or that a source gives. What is no name of words.yaml is none.
func (r *Reader) givenRival(in *signals.Interaction) string {
	value := in.Attribute(signals.RivalAttribute)
	if len(value) == 0 {
		return ""
	}
	d := r.drafts.Get().(*draft)
	defer r.drafts.Put(d)
	if d.tokens = tokenize(value, d.tokens[:0]); len(d.tokens) == 0 {
		return ""
	}
	if m := r.names.at(d.tokens); m.topicsLen == len(d.tokens) {
		return r.rivals.name(int(m.topics))
	}
	return ""
}

// AboutRival are the signs that tell of a competitor.
var AboutRival = [...]Sign{CompetitorPraise, CompetitorOffer, ForwardingCompetitor}

// tellsOfRival is the signal of this name that one of them counts for; empty: of none.
func (r *Reader) tellsOfRival(signal []byte) string {
	for _, name := range r.ofRivals {
		if name == string(signal) {
			return name
		}
	}
	return ""
}

// nameRival writes who the competitor is into the signs that tell of one, from some on. name is
// whom the text names. An interaction whose own signal is such a sign is one of itself then.
func (r *Reader) nameRival(in *signals.Interaction, list []signals.Sign, from int, name string) []signals.Sign {
	own, some := r.tellsOfRival(in.Signal), false
	for _, s := range list[from:] {
		some = some || slices.Contains(r.ofRivals[:], s.Signal)
	}
	if own == "" && !some {
		return list
	}
	if given := r.givenRival(in); given != "" {
		name = given
	}
	if name == "" {
		return list
	}
	for i := from; i < len(list); i++ {
		if s := &list[i]; slices.Contains(r.ofRivals[:], s.Signal) {
			s.Rival = name
			if s.Signal == own {
				own = ""
			}
		}
	}
	if own != "" {
		list = append(list, signals.Sign{Signal: own, Value: 1, Rival: name})
	}
	return list
}
