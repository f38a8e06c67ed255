package text

import (
	"bytes"
	"strings"

	"firstsign/signals"
)

// Numbers are lists of telephone numbers, whole or how they begin (+86755...),
// and of names that a telephone system gives instead of a number.
type Numbers struct {
	Competitor []string `yaml:"competitor"`
	Colleague  []string `yaml:"colleague"`
	Voicemail  []string `yaml:"voicemail"`
}

// A forwarding and its attributes.
const (
	forwardingSignal = "forwarding"

	actionAttribute = "action"       // set, changed, cleared
	targetAttribute = "target"       // the number or the name; it is not kept
	classAttribute  = "target_class" // competitor, colleague, voicemail, outside: kept instead
)

// forwardings are what a class of targets is a sign of.
var forwardings = map[string]Sign{
	"competitor": ForwardingCompetitor, "colleague": ForwardingColleague, "voicemail": ForwardingVoicemail, "outside": ForwardingOutside,
}

// forwarding appends the sign of a call forwarding: whom the calls go to now.
func (r *Reader) forwarding(in *signals.Interaction, list []signals.Sign) []signals.Sign {
	if string(in.Signal) != forwardingSignal {
		return list
	}
	sign, ok := ForwardingCleared, true
	if string(in.Attribute(actionAttribute)) != "cleared" {
		sign, ok = forwardings[r.targetClass(in)]
	}
	if ok {
		list = append(list, signals.Sign{Signal: r.signals[sign], Value: 1})
	}
	return list
}

// targetClass is the class that a source gives, or else that of the target;
// empty when there is neither.
func (r *Reader) targetClass(in *signals.Interaction) string {
	if class := in.Attribute(classAttribute); class != nil {
		if sign, ok := forwardings[string(class)]; ok {
			return strings.TrimPrefix(string(sign), forwardingSignal+"_")
		}
	}
	return r.config.Numbers.classOf(in.Attribute(targetAttribute))
}

// classOf a target is that of the longest entry that it begins with; what is
// in no list is outside, and no target has no class.
func (n *Numbers) classOf(target []byte) string {
	if len(target) == 0 {
		return ""
	}
	class, longest := "outside", 0
	for _, list := range []struct {
		class  string
		begins []string
	}{{"competitor", n.Competitor}, {"colleague", n.Colleague}, {"voicemail", n.Voicemail}} {
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
