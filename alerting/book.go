package alerting

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Book keeps the alerts. Memory and Redis implement it alike and pass one
// conformance suite (alerting/booktest).
//
// All methods block and may be called concurrently, from several processes. An
// error that is not one of those below means that nothing is known about the
// outcome: the call may be repeated as it was.
type Book interface {
	// Get returns an alert, which then belongs to the caller. ErrNoAlert when
	// there is none.
	Get(ctx context.Context, id string) (*Alert, error)

	// Put writes an alert when the kept version is a.Version (0: none is kept),
	// and counts a.Version up. ErrChanged when another was faster: get it again.
	// Repeating a Put whose outcome is not known is a success when the first one
	// had been written.
	Put(ctx context.Context, a *Alert) error

	// List returns alerts, the newest first.
	List(ctx context.Context, f Filter) ([]*Alert, error)

	// Pending returns the alerts somebody is still to be told of, oldest first.
	Pending(ctx context.Context) ([]*Alert, error)

	// Expire removes what closed before t and nobody is to be told of, and says
	// how many alerts it removed.
	Expire(ctx context.Context, t time.Time) (int, error)

	// SetCaughtUp notes whether all findings of a partition up to now are in the
	// book; CaughtUp returns the partitions for which they are.
	SetCaughtUp(ctx context.Context, partition int, yes bool) error
	CaughtUp(ctx context.Context) (map[int]bool, error)
}

// ErrNoAlert means that the book holds no alert of that id.
var ErrNoAlert = errors.New("no such alert")

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

// Take applies the filter to alerts in any order; Books share it.
func (f Filter) Take(all []*Alert) []*Alert {
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

// OldestFirst sorts pending alerts by what happened last; Books share it.
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
func Update(ctx context.Context, b Book, id string, change func(*Alert) bool) (*Alert, error) {
	for range maxTries {
		a, err := b.Get(ctx, id)
		if errors.Is(err, ErrNoAlert) {
			a, err = &Alert{ID: id}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("update alert %s: %w", id, err)
		}
		if !change(a) {
			return a, nil
		}
		err = b.Put(ctx, a)
		if err == nil {
			return a, nil
		}
		if !errors.Is(err, ErrChanged) {
			return nil, fmt.Errorf("update alert %s: %w", id, err)
		}
	}
	return nil, fmt.Errorf("update alert %s: %w, %d times in a row", id, ErrChanged, maxTries)
}

// Memory is a Book in memory, for backtest, demo and tests.
type Memory struct {
	mu     sync.Mutex
	alerts map[string]kept
	caught map[int]bool
}

// kept is one alert, and what is asked of it often.
type kept struct {
	version         uint64
	doc             []byte
	living, pending bool
}

// NewMemory returns an empty book.
func NewMemory() *Memory {
	return &Memory{alerts: map[string]kept{}, caught: map[int]bool{}}
}

// Get implements Book.
func (m *Memory) Get(_ context.Context, id string) (*Alert, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.alerts[id]
	if !ok {
		return nil, ErrNoAlert
	}
	return Decode(k.doc)
}

// Put implements Book.
func (m *Memory) Put(_ context.Context, a *Alert) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := *a
	next.Version++
	doc, err := next.Encode()
	if err != nil {
		return err
	}
	k := m.alerts[a.ID]
	if k.version != a.Version && !bytes.Equal(k.doc, doc) {
		return ErrChanged
	}
	m.alerts[a.ID] = kept{next.Version, doc, a.State != Closed, a.Pending()}
	a.Version = next.Version
	return nil
}

// List implements Book.
func (m *Memory) List(_ context.Context, f Filter) ([]*Alert, error) {
	all, err := m.those(func(k kept) bool { return k.living || !f.OnlyLiving() })
	return f.Take(all), err
}

// Pending implements Book.
func (m *Memory) Pending(context.Context) ([]*Alert, error) {
	all, err := m.those(func(k kept) bool { return k.pending })
	return OldestFirst(all), err
}

func (m *Memory) those(wanted func(kept) bool) ([]*Alert, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []*Alert
	for _, k := range m.alerts {
		if !wanted(k) {
			continue
		}
		a, err := Decode(k.doc)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// Expire implements Book.
func (m *Memory) Expire(_ context.Context, t time.Time) (int, error) {
	all, err := m.those(func(k kept) bool { return !k.living && !k.pending })
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, a := range all {
		if a.Closed.Before(t) && m.alerts[a.ID].version == a.Version {
			delete(m.alerts, a.ID)
			n++
		}
	}
	return n, nil
}

// SetCaughtUp implements Book.
func (m *Memory) SetCaughtUp(_ context.Context, partition int, yes bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if yes {
		m.caught[partition] = true
	} else {
		delete(m.caught, partition)
	}
	return nil
}

// CaughtUp implements Book.
func (m *Memory) CaughtUp(context.Context) (map[int]bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	caught := map[int]bool{}
	for p := range m.caught {
		caught[p] = true
	}
	return caught, nil
}
