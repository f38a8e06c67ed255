package alerting

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// MemoryStore is an AlertStore in memory, for backtest, demo and tests.
type MemoryStore struct {
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

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore {
	return &MemoryStore{alerts: map[string]kept{}, caught: map[int]bool{}}
}

// Get implements AlertStore.
func (m *MemoryStore) Get(_ context.Context, id string) (*Alert, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.alerts[id]
	if !ok {
		return nil, ErrNoAlert
	}
	return Decode(k.doc)
}

// Put implements AlertStore.
func (m *MemoryStore) Put(_ context.Context, a *Alert) error {
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

// List implements AlertStore.
func (m *MemoryStore) List(_ context.Context, f Filter) ([]*Alert, error) {
	all, err := m.those(func(k kept) bool { // the rest is the filter's, once it is decoded
		return k.living && f.ClosedSince.IsZero() || !k.living && !f.OnlyLiving()
	})
	return f.Apply(all), err
}

// Page implements AlertStore.
func (m *MemoryStore) Page(_ context.Context, f Filter, after Cursor, limit int) (Page, error) {
	if err := after.Validate(); err != nil {
		return Page{}, err
	}
	all, err := m.those(func(k kept) bool { return k.living || !f.OnlyLiving() })
	if err != nil {
		return Page{}, err
	}
	return f.PageOf(all, after, limit), nil
}

// Pending implements AlertStore.
func (m *MemoryStore) Pending(context.Context) ([]*Alert, error) {
	all, err := m.those(func(k kept) bool { return k.pending })
	return OldestFirst(all), err
}

func (m *MemoryStore) those(wanted func(kept) bool) ([]*Alert, error) {
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

// Expire implements AlertStore.
func (m *MemoryStore) Expire(_ context.Context, t time.Time) (int, error) {
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

// SetCaughtUp implements AlertStore.
func (m *MemoryStore) SetCaughtUp(_ context.Context, partition int, yes bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if yes {
		m.caught[partition] = true
	} else {
		delete(m.caught, partition)
	}
	return nil
}

// CaughtUp implements AlertStore.
func (m *MemoryStore) CaughtUp(context.Context) (map[int]bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	caught := map[int]bool{}
	for p := range m.caught {
		caught[p] = true
	}
	return caught, nil
}
