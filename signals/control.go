package signals

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
