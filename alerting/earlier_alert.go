package alerting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"firstsign/detector"
)

// returnsWithin is how recently another alert of the account must have closed for
// a new one to be announced as its return. An episode ends after two calm weeks,
// so an unsteady account gets another one within weeks. Its message must not read
// as if it were the first.
const returnsWithin = 30 * 24 * time.Hour

// EarlierAlert is the alert of the same account that closed not long before.
type EarlierAlert struct {
	ID     string      `json:"id"`
	Closed time.Time   `json:"closed"`
	Moved  []SeriesKey `json:"moved,omitempty"` // the series it was about
}

// SeriesKey is a series that an alert was about.
type SeriesKey struct {
	Signal  string        `json:"signal"`
	Contact string        `json:"contact,omitempty"`
	Side    detector.Side `json:"side"`
}

func seriesKeyOf(r *detector.Reason) SeriesKey { return SeriesKey{r.Signal, r.Contact, r.Side} }

// findEarlier returns the alert that a first raise returns to, or nil. It is of the
// same account and the same sort (drift or neglect), and closed not long ago.
func findEarlier(ctx context.Context, store AlertStore, f *detector.Finding) (*EarlierAlert, error) {
	t := time.Unix(0, f.Time)
	past, err := store.List(ctx, Filter{Account: f.Account, ClosedSince: t.Add(-returnsWithin)})
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
	then := &EarlierAlert{ID: last.ID, Closed: *last.Closed}
	for i := range last.Reasons {
		if m := seriesKeyOf(&last.Reasons[i]); !slices.Contains(then.Moved, m) {
			then.Moved = append(then.Moved, m)
		}
	}
	return then, nil
}

// isNew reports whether a reason is about a series that the earlier alert was not
// about.
func (b *EarlierAlert) isNew(r *detector.Reason) bool {
	return !slices.Contains(b.Moved, seriesKeyOf(r))
}
