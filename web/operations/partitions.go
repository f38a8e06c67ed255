package operations

import (
	"strings"
	"time"

	"firstsign/signals"
)

// Partition is one partition of the topic.
type Partition struct {
	ID int `json:"partition"`
	// Owner is the instance that reads it, where that is this one. What follows is known to
	// the owner alone: what it does, in the words of /-/ready, how many records it has not
	// read, and when it last committed.
	Owner     string     `json:"owner,omitempty"`
	Words     string     `json:"words,omitempty"`
	Lag       *int64     `json:"lag_records,omitempty"`
	Committed *time.Time `json:"last_commit,omitempty"`

	Clock  *time.Time  `json:"clock,omitempty"`         // the newest time that the log holds
	Still  bool        `json:"clock_stopped,omitempty"` // it is older than ten minutes
	Judged signals.Day `json:"judged_up_to,omitzero"`   // the last closed day
	Next   int64       `json:"next_offset"`             // of the first record that is not counted
	Claims uint64      `json:"claims"`                  // how often it was taken over
}

// Thresholds of the rules in deploy/prometheus: FirstsignClockStopped, FirstsignLagging and
// FirstsignDeliveryStuck.
const (
	clockStopped = 10 * time.Minute
	lagging      = time.Hour
	stuck        = 15 * time.Minute
)

func partitionsOf(kept []Kept, p *Process, now time.Time) []Partition {
	list := make([]Partition, len(kept))
	for i := range kept {
		k := &kept[i]
		one := Partition{ID: k.ID, Judged: k.Closed, Next: k.Next, Claims: k.Claims}
		if !k.Clock.IsZero() {
			clock := k.Clock.UTC()
			one.Clock, one.Still = &clock, now.Sub(clock) > clockStopped
		}
		if o, ours := p.Owned[k.ID]; ours {
			one.Owner, one.Words, one.Lag = p.Instance, o.Words, &o.Lag
			if !o.Committed.IsZero() {
				at := o.Committed.UTC()
				one.Committed = &at
			}
		}
		list[i] = one
	}
	return list
}

// catchingUp tells whether a partition's clock is old because its owner still reads what was
// written before.
func (p *Partition) catchingUp(now time.Time) bool {
	busy := p.Committed != nil && now.Sub(*p.Committed) < clockStopped || strings.HasPrefix(p.Words, "replaying")
	return busy && p.Lag != nil && *p.Lag > 0
}
