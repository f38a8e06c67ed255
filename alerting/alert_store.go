package alerting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// AlertStore keeps the alerts. The implementations in memory and in Redis pass the
// same conformance suite (alerting/alertstoretest).
//
// All methods block and may be called concurrently, from several processes. After
// an error other than those below the outcome is unknown. Repeat the call as it
// was.
type AlertStore interface {
	// Get returns an alert, or ErrNoAlert. The caller owns what it gets.
	Get(ctx context.Context, id string) (*Alert, error)

	// Put writes an alert if the stored version is a.Version (0: none is stored),
	// and then increments a.Version. ErrChanged: somebody else wrote it first; get
	// it again. Repeating a Put that had in fact been written succeeds.
	Put(ctx context.Context, a *Alert) error

	// List returns alerts, the newest first.
	List(ctx context.Context, f Filter) ([]*Alert, error)

	// Pending returns the alerts with a delivery still to be made, oldest first.
	Pending(ctx context.Context) ([]*Alert, error)

	// Expire removes alerts that closed before t and have no delivery to be made.
	// It returns how many it removed.
	Expire(ctx context.Context, t time.Time) (int, error)

	// SetCaughtUp notes whether all findings of a partition up to now are in the
	// store; CaughtUp returns the partitions for which they are.
	SetCaughtUp(ctx context.Context, partition int, yes bool) error
	CaughtUp(ctx context.Context) (map[int]bool, error)
}

// ErrNoAlert means that the store holds no alert of that id.
var ErrNoAlert = errors.New("no such alert")

// ErrDamaged means that alerts are missing that were stored: a key was removed or
// evicted. Going on would take them for alerts that never were.
var ErrDamaged = errors.New("a part of the stored alerts is lost")

// ErrChanged means that the alert was changed since it was read.
var ErrChanged = errors.New("the alert was changed by another")

// Filter chooses alerts. The zero Filter takes all.
type Filter struct {
	State   State
	Account string
	Owner   string
	Living  bool // not closed, in whichever state
	// ClosedSince takes only those that closed then or later.
	ClosedSince time.Time
	Max         int // 0: all
}

// OnlyLiving says whether no closed alert can pass the filter.
func (f Filter) OnlyLiving() bool { return f.Living || f.State != "" && f.State != Closed }

// Apply applies the filter to alerts in any order; AlertStores share it.
func (f Filter) Apply(all []*Alert) []*Alert {
	all = slices.DeleteFunc(all, func(a *Alert) bool {
		return f.State != "" && a.State != f.State || f.Account != "" && a.Account != f.Account ||
			f.Owner != "" && a.Owner != f.Owner || f.Living && a.State == Closed ||
			!f.ClosedSince.IsZero() && (a.State != Closed || a.Closed.Before(f.ClosedSince))
	})
	slices.SortFunc(all, func(a, b *Alert) int {
		return cmp.Or(b.Raised.Compare(a.Raised), cmp.Compare(a.ID, b.ID))
	})
	if f.Max > 0 && len(all) > f.Max {
		all = all[:f.Max]
	}
	return all
}

// OldestFirst sorts pending alerts by what happened last; AlertStores share it.
func OldestFirst(all []*Alert) []*Alert {
	slices.SortFunc(all, func(a, b *Alert) int {
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// maxTries bounds the races of one update: a handful of instances and people
// change an alert at most, so more than this is a defect and not a race.
const maxTries = 50

// Update changes an alert: change gets the newest version, or one with nothing
// but the id when none is kept, and says whether to write it. It may be called
// several times.
func Update(ctx context.Context, store AlertStore, id string, change func(*Alert) bool) (*Alert, error) {
	for range maxTries {
		a, err := store.Get(ctx, id)
		if errors.Is(err, ErrNoAlert) {
			a, err = &Alert{ID: id}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("update alert %s: %w", id, err)
		}
		if !change(a) {
			return a, nil
		}
		err = store.Put(ctx, a)
		if err == nil {
			return a, nil
		}
		if !errors.Is(err, ErrChanged) {
			return nil, fmt.Errorf("update alert %s: %w", id, err)
		}
	}
	return nil, fmt.Errorf("update alert %s: %w, %d times in a row", id, ErrChanged, maxTries)
}
