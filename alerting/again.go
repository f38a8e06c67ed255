package alerting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"firstsign/detector"
)

// againWithin is how recently another alert of the account must have closed for
// a new one to be told as its return. An episode ends after a fortnight of calm,
// so what sways comes back as another one within weeks: its message must not
// read as if it were the first.
const againWithin = 30 * 24 * time.Hour

// Before is the alert of the same account that this one returns to.
type Before struct {
	ID     string    `json:"id"`
	Closed time.Time `json:"closed"`
	Moved  []Moved   `json:"moved,omitempty"` // what it was about
}

// Moved is a series that an alert was about.
type Moved struct {
	Signal  string        `json:"signal"`
	Contact string        `json:"contact,omitempty"`
	Side    detector.Side `json:"side"`
}

func moved(r *detector.Reason) Moved { return Moved{r.Signal, r.Contact, r.Side} }

// before looks for the alert that a first raise returns to: of the same account
// and of the same sort, closed not long ago. Nil when there is none.
func before(ctx context.Context, b Book, f *detector.Finding) (*Before, error) {
	if f.Kind != detector.Raised && f.Kind != detector.Neglected {
		return nil, nil
	}
	t := time.Unix(0, f.Time)
	past, err := b.List(ctx, Filter{Account: f.Account, ClosedSince: t.Add(-againWithin)})
	if err != nil {
		return nil, fmt.Errorf("look for an alert before %s: %w", f.ID, err)
	}
	var last *Alert
	for _, a := range past {
		same := a.Kind.AboutCare() == f.Kind.AboutCare() && a.ID != f.ID && !a.Closed.After(t)
		if same && (last == nil || a.Closed.After(*last.Closed)) {
			last = a
		}
	}
	if last == nil {
		return nil, nil
	}
	then := &Before{ID: last.ID, Closed: *last.Closed}
	for i := range last.Reasons {
		if m := moved(&last.Reasons[i]); !slices.Contains(then.Moved, m) {
			then.Moved = append(then.Moved, m)
		}
	}
	return then, nil
}

// fresh says whether a reason is about something that the alert before was not.
func (b *Before) fresh(r *detector.Reason) bool { return !slices.Contains(b.Moved, moved(r)) }
