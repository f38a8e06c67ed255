package operations

import (
	"context"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/signals"
)

// Source is where the pages get what they say. Its methods may be called concurrently.
type Source interface {
	// Process is what this instance knows of itself. It does not block.
	Process() Process
	// Kept is what is stored of each partition, whoever owns it. It blocks until ctx ends.
	Kept(ctx context.Context) ([]Kept, error)
	// Survey counts over all stored accounts. It blocks until ctx ends.
	Survey(ctx context.Context) (*survey.Survey, error)
	// Letters are the newest refused records. It blocks until ctx ends.
	Letters(ctx context.Context) (Letters, error)
}

// Process is what one instance knows of itself.
type Process struct {
	Instance string
	Others   []string // instances that were met lately
	// Parts is what /-/ready says, by part. Unready are the parts that keep the instance
	// from being ready.
	Parts   map[string]string
	Unready []string
	Stalls  []Stall
	// Owned are the partitions of this instance.
	Owned         map[int]Owned
	Channels      []Channel
	Configuration Configuration
}

// Stall is a reason why work stands still.
type Stall struct {
	Reason string `json:"reason"` // of firstsign_stalled
	Text   string `json:"text"`   // as /-/ready and the log say it
}

// Owned is what the owner of a partition knows of it.
type Owned struct {
	Words     string // as /-/ready has them
	Ready     bool
	Lag       int64     // records that are not read yet
	Committed time.Time // the last commit of this instance; zero before the first
}

// Kept is what is stored of a partition.
type Kept struct {
	ID     int
	Claims uint64 // how often it was taken over; 0: never
	Next   int64  // offset of the first record that is not counted
	Clock  time.Time
	Closed signals.Day // last judged day; 0 before the first
	Feeds  []detector.InspectedFeed
}

// Channel is how one delivery channel does.
type Channel struct {
	Name    string     `json:"name"`
	Kind    string     `json:"kind"`    // smtp, lark, ...
	Waiting int        `json:"waiting"` // messages and digests
	Oldest  *time.Time `json:"oldest,omitempty"`
	// Failures in a row, since when, what the channel answered last, and when it is tried
	// again.
	Failures int        `json:"failures,omitempty"`
	Since    *time.Time `json:"failing_since,omitempty"`
	Error    string     `json:"last_error,omitempty"`
	Retry    *time.Time `json:"retry_at,omitempty"`
}

// Configuration is what is in force, and whether the newest files are.
type Configuration struct {
	Rules   string    `json:"rules"`             // hash of the rules in force
	Read    time.Time `json:"read_at,omitzero"`  // when files without a mistake were last read
	Refused string    `json:"refused,omitempty"` // why the newest files are not in force
	// RefusedAt is when they were refused.
	RefusedAt *time.Time `json:"refused_at,omitempty"`
	Restart   bool       `json:"restart_needed,omitempty"` // service.yaml has changed since the start
	Calendar  string     `json:"calendar,omitempty"`       // a warning that the calendar ends soon
}

// Letters are the newest refused records.
type Letters struct {
	Kept   int64 // records on the topic of dead letters
	Read   []Letter
	Before bool // there are older ones, which were not read
}

// Letter is one refused record. It holds nothing of what the record says.
type Letter struct {
	Time      time.Time // of the record
	Reason    signals.Reason
	Detail    string // may quote the record: only the name of its field is shown
	Topic     string
	Partition int
	Offset    int64
	Mapping   string
	Replayed  bool // it was put back
}

// Operations serves the pages.
type Operations struct {
	Source   Source
	Snapshot func() *alerting.RoutingSnapshot // the routing in force; nil: not ready yet
	Alerts   alerting.AlertStore
	Now      func() time.Time
	// Docs is the address of the documentation; empty: pages name the section.
	Docs string
}
