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
		class = r.config.Numbers.classOf(in.Attribute(vocabulary.TargetAttribute))
	}
	return class
}

// classOf a target is that of the longest entry that it begins with; what is
// in no list is outside, and no target has no class.
func (n *Numbers) classOf(target []byte) vocabulary.Class {
	if len(target) == 0 {
		return vocabulary.NoClass
	}
	class, longest := vocabulary.Outside, 0
	for _, list := range []struct {
		class  vocabulary.Class
		begins []string
	}{{vocabulary.Competitor, n.Competitor}, {vocabulary.Colleague, n.Colleague}, {vocabulary.Voicemail, n.Voicemail}} {
		for _, begin := range list.begins {
			if len(begin) > longest && beginsWith(target, begin) {
				class, longest = list.class, len(begin)
			}
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
