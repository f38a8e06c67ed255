package decode

import (
	"fmt"
	"slices"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// Control reads a control record. The bool says whether it is one at all;
// for one that cannot be used the Reject says why.
func Control(r *signals.Record) (signals.Control, bool, *signals.Reject) {
	for i := range r.Headers {
		if r.Headers[i].Key == signals.ControlHeader {
			c, reject := controlOf(r, r.Headers[i].Value)
			return c, true, reject
		}
	}
	return signals.Control{}, false, nil
}

func controlOf(r *signals.Record, kind []byte) (signals.Control, *signals.Reject) {
	if reject := unfit(r); reject != nil {
		return signals.Control{}, reject
	}
	c := signals.Control{Kind: signals.Kind(kind)}
	switch c.Kind {
	case signals.Tick, signals.Heartbeat, signals.LoadBegin, signals.LoadEnd, signals.Feedback, signals.Erase:
	default:
		return signals.Control{}, &signals.Reject{Reason: signals.BadControl, Detail: fmt.Sprintf("no such kind of control record: %.80q", kind)}
	}
	l := lexer{b: r.Value}
	if !l.control(&c) {
		return signals.Control{}, &signals.Reject{Reason: signals.BadControl, Detail: string(kind) + ": " + l.reject().Error()}
	}
	missing := ""
	switch {
	case c.Kind == signals.Heartbeat && c.Source == "":
		missing = "source"
	case (c.Kind == signals.LoadBegin || c.Kind == signals.LoadEnd) && c.Load == "":
		missing = "load"
	case c.Kind == signals.Erase && c.Contact == "":
		missing = "contact"
	case c.Kind == signals.Feedback && c.Alert == "":
		missing = "alert"
	case c.Kind == signals.Feedback && !slices.Contains(signals.Labels, c.Label):
		return signals.Control{}, &signals.Reject{Reason: signals.BadControl, Detail: fmt.Sprintf("feedback: the label is %q, not one of %s", c.Label, signals.Labels)}
	default:
		return c, nil
	}
	return signals.Control{}, &signals.Reject{Reason: signals.BadControl, Detail: fmt.Sprintf("%s: %q is absent or empty", kind, missing)}
}

// control reads the object of a control record.
func (l *lexer) control(c *signals.Control) bool {
	var time, source, load, owner, account, contact, alert, label []byte
	l.space()
	if l.peek() != '{' {
		return l.mismatch("an object")
	}
	l.i++
	for key := l.member(true); key != nil; key = l.member(false) {
		l.field = key
		var to *[]byte
		switch string(key) {
		case "time":
			to = &time
		case "source":
			to = &source
		case "load":
			to = &load
		case "owner":
			to = &owner
		case "account":
			to = &account
		case "contact":
			to = &contact
		case "alert":
			to = &alert
		case "label":
			to = &label
		}
		if !l.once(to) {
			return false
		}
		if to != nil && len(*to) > MaxIdentifier {
			return l.fail(signals.FieldTooLong, l.i, "longer than 256 bytes")
		}
	}
	if l.reason != "" || !l.end() {
		return false
	}
	l.field = nil
	c.Source, c.Load, c.Owner = string(source), string(load), string(owner)
	c.Account, c.Contact = identity.CleanString(string(account)), identity.CleanString(string(contact))
	c.Alert, c.Label = string(alert), signals.Label(label)
	if len(time) == 0 {
		return l.fail(signals.MissingField, l.i, "the time is absent or empty")
	}
	var wrong string
	if c.Time, wrong = signals.ParseTime(time); wrong != "" {
		return l.fail(signals.BadTime, l.i, "the time is "+wrong)
	}
	return true
}
