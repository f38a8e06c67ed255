package signals

import (
	"fmt"
	"slices"
)

// ControlHeader is the header that makes a record a control record; its value
// is the Kind. The record's value is the JSON of Control.
const ControlHeader = "firstsign"

// Kind is a kind of control record.
type Kind string

// The kinds of control records.
const (
	Tick      Kind = "tick"       // the wall time of the partition's owner; the only thing that closes days
	Heartbeat Kind = "heartbeat"  // a sparse source is alive though it has nothing to report
	LoadBegin Kind = "load-begin" // from here to the same load's end only its ticks count
	LoadEnd   Kind = "load-end"
	Feedback  Kind = "feedback" // what an alert was, as a person says
	Erase     Kind = "erase"    // a person is removed from the state and the alerts
)

// Control is a control record.
type Control struct {
	Kind   Kind
	Time   int64  // Unix nanoseconds; of a load-begin: of the history's first event
	Source string // heartbeat: whose
	Load   string // load-begin, load-end and a load's ticks: the load's id
	Owner  string // who wrote it, for people
	// Contact is the person that an erase removes, Account whose; without one, of
	// every account of the partition. A feedback's Account is absent when its alert
	// is about a feed.
	Account, Contact string
	Alert            string // feedback: the alert's id
	Label            Label  // feedback
}

// Label is what an alert was, as a person says who knows.
type Label string

// The labels.
const (
	FalseAlarm Label = "false"       // nothing was the matter
	Expected   Label = "expected"    // the change is real, its reason known, and no sign of leaving
	ActedSaved Label = "acted-saved" // somebody did something, and the account stays
	ActedLost  Label = "acted-lost"  // somebody did something, and the account left
	NotKnown   Label = "unknown"     // also what takes another label back
)

// Labels lists every label.
var Labels = []Label{FalseAlarm, Expected, ActedSaved, ActedLost, NotKnown}

// Record returns the control record's value and headers, as they are written
// to the log. Its time must be one that ParseTime accepts.
func (c Control) Record() (value []byte, headers []Header) {
	value = append(value, `{"time":"`...)
	value = AppendTime(value, c.Time)
	value = append(value, '"')
	value = appendField(value, `,"source":`, []byte(c.Source))
	value = appendField(value, `,"load":`, []byte(c.Load))
	value = appendField(value, `,"owner":`, []byte(c.Owner))
	value = appendField(value, `,"account":`, []byte(c.Account))
	value = appendField(value, `,"contact":`, []byte(c.Contact))
	value = appendField(value, `,"alert":`, []byte(c.Alert))
	value = appendField(value, `,"label":`, []byte(c.Label))
	value = append(value, '}')
	return value, []Header{{Key: ControlHeader, Value: []byte(c.Kind)}}
}

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
	if reject := r.unfit(); reject != nil {
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
