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
	Feedback  Kind = "feedback" // reserved: a manager's label of an alert
	Erase     Kind = "erase"    // reserved: a person is removed from the state
)

// Control is a control record.
type Control struct {
	Kind   Kind
	Time   int64  // Unix nanoseconds; of a load-begin: of the history's first event
	Source string // heartbeat: whose
	Load   string // load-begin, load-end and a load's ticks: the load's id
	Owner  string // tick: who wrote it, for people
}
