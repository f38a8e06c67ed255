package text

import (
	"bytes"
	"strings"

	"firstsign/signals"
	"firstsign/signals/vocabulary"
)

// Numbers are lists of telephone numbers, whole or how they begin (+86755...),
// and of names that a telephone system gives instead of a number.
type Numbers struct {
	Competitor []string `yaml:"competitor"`
	Colleague  []string `yaml:"colleague"`
	Voicemail  []string `yaml:"voicemail"`
	// CountryCode is that of the telephones that are forwarded, such as "86": with
	// it a number that is dialled within the country is known. Default: the one of
	// all numbers of colleagues and voicemails that begin with +, or else of all of
	// the lists; none when they differ.
	CountryCode string `yaml:"country_code"`
}

// forwardings are what a class of targets is a sign of.
var forwardings = map[vocabulary.Class]Sign{
	vocabulary.Competitor: ForwardingCompetitor, vocabulary.Colleague: ForwardingColleague,
	vocabulary.Voicemail: ForwardingVoicemail, vocabulary.Outside: ForwardingOutside,
}

// forwarding appends the sign of a call forwarding: whom the calls go to now. An
// action that is not understood is no sign; the detector refuses it.
func (r *Reader) forwarding(in *signals.Interaction, list []signals.Sign) []signals.Sign {
	if !vocabulary.IsForwarding(in.Signal) {
		return list
	}
	sign, ok := ForwardingCleared, true
	switch vocabulary.ActionOf(in.Attribute(vocabulary.ActionAttribute)) {
	case vocabulary.NoAction, vocabulary.Set:
		sign, ok = forwardings[r.targetClass(in)]
	case vocabulary.UnknownAction:
		ok = false
	}
	if ok {
		list = append(list, signals.Sign{Signal: r.signals[sign], Value: 1})
	}
	return list
}

// targetClass is the class that a source gives, or else that of the target.
func (r *Reader) targetClass(in *signals.Interaction) vocabulary.Class {
	class := vocabulary.ClassOf(in.Attribute(vocabulary.ClassAttribute))
	if class == vocabulary.NoClass || class == vocabulary.UnknownClass {
		class = r.numbers.classOf(in.Attribute(vocabulary.TargetAttribute))
	}
	return class
}

// entry of a list of numbers.
type entry struct {
	class         vocabulary.Class
	begin         string // as it is written
	international string // see international; empty for a name
}

// numberList is Numbers ready for use.
type numberList struct {
	country string
	entries []entry
}

func newNumberList(n *Numbers) (l numberList) {
	l.country = n.country()
	for _, list := range []struct {
		class  vocabulary.Class
		begins []string
	}{{vocabulary.Competitor, n.Competitor}, {vocabulary.Colleague, n.Colleague}, {vocabulary.Voicemail, n.Voicemail}} {
		for _, begin := range list.begins {
			l.entries = append(l.entries, entry{list.class, begin, international(begin, l.country)})
		}
	}
	return l
}

// classOf a target is that of the longest entry that it begins with, as it is
// written or as the number that is dialled; what is in no list is outside, and no
// target has no class.
func (l *numberList) classOf(target []byte) vocabulary.Class {
	if len(target) == 0 {
		return vocabulary.NoClass
	}
	bare, number := target, target
	if target[0] != '+' { // else it is one already, and costs no allocation
		text := bareTarget(string(target))
		bare, number = []byte(text), []byte(international(text, l.country))
	}
	class, longest := vocabulary.Outside, 0
	for i := range l.entries {
		e := &l.entries[i]
		if len(e.begin) > longest && (beginsWith(target, e.begin) || beginsWith(bare, e.begin) ||
			e.international != "" && beginsWith(number, e.international)) {
			class, longest = e.class, len(e.begin)
		}
	}
	return class
}

// beginsWith compares without what people put between digits, and without
// regard to case.
func beginsWith(target []byte, begin string) bool {
	for i := range len(begin) {
		if strings.IndexByte(" -()/", begin[i]) >= 0 {
			continue
		}
		target = bytes.TrimLeft(target, " -()/")
		if len(target) == 0 || fold(target[0]) != fold(begin[i]) {
			return false
		}
		target = target[1:]
	}
	return true
}

func fold(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
