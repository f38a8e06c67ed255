package signals

import (
	"fmt"
	"slices"
)

// ControlOf reads a control record. The bool says whether it is one at all;
// for one that cannot be used the Reject says why.
func ControlOf(r *Record) (Control, bool, *Reject) {
	for i := range r.Headers {
		if r.Headers[i].Key == ControlHeader {
			c, reject := controlOf(r, r.Headers[i].Value)
			return c, true, reject
		}
	}
	return Control{}, false, nil
}

func controlOf(r *Record, kind []byte) (Control, *Reject) {
	if reject := unfit(r); reject != nil {
		return Control{}, reject
	}
	c := Control{Kind: Kind(kind)}
	switch c.Kind {
	case Tick, Heartbeat, LoadBegin, LoadEnd, Feedback, Erase:
	default:
		return Control{}, &Reject{BadControl, fmt.Sprintf("no such kind of control record: %.80q", kind)}
	}
	l := lexer{b: r.Value}
	if !l.control(&c) {
		return Control{}, &Reject{BadControl, string(kind) + ": " + l.reject().Error()}
	}
	missing := ""
	switch {
	case c.Kind == Heartbeat && c.Source == "":
		missing = "source"
	case (c.Kind == LoadBegin || c.Kind == LoadEnd) && c.Load == "":
		missing = "load"
	case c.Kind == Erase && c.Contact == "":
		missing = "contact"
	case c.Kind == Feedback && c.Alert == "":
		missing = "alert"
	case c.Kind == Feedback && !slices.Contains(Labels, c.Label):
		return Control{}, &Reject{BadControl, fmt.Sprintf("feedback: the label is %q, not one of %s", c.Label, Labels)}
	default:
		return c, nil
	}
	return Control{}, &Reject{BadControl, fmt.Sprintf("%s: %q is absent or empty", kind, missing)}
}

// control reads the object of a control record.
func (l *lexer) control(c *Control) bool {
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
		if to != nil && len(*to) > maxIdentifier {
			return l.fail(FieldTooLong, l.i, "longer than 256 bytes")
		}
	}
	if l.reason != "" || !l.end() {
		return false
	}
	l.field = nil
	c.Source, c.Load, c.Owner = string(source), string(load), string(owner)
	c.Account, c.Contact = string(account), string(contact)
	c.Alert, c.Label = string(alert), Label(label)
	if len(time) == 0 {
		return l.fail(MissingField, l.i, "the time is absent or empty")
	}
	var wrong string
	if c.Time, wrong = ParseTime(time); wrong != "" {
		return l.fail(BadTime, l.i, "the time is "+wrong)
	}
	return true
}
