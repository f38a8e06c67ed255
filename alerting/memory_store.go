package alerting

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// MemoryStore is an AlertStore in memory, for backtest, demo and tests.
type MemoryStore struct {
	mu     sync.Mutex
	alerts map[string]kept
	caught map[int]bool
	writes uint64
}

// kept is one alert, and what is asked of it often.
type kept struct {
	version         uint64
	doc             []byte
	account         string
	living, pending bool
	written         uint64 // which write of the store it was
}

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore {
	return &MemoryStore{alerts: map[string]kept{}, caught: map[int]bool{}}
}

// Get implements AlertStore.
func (m *MemoryStore) Get(ctx context.Context, id string) (*Alert, error) {
	all, err := m.GetAll(ctx, []string{id})
	if err == nil && all[id] == nil {
		err = ErrNoAlert
	}
	return all[id], err
}

// GetAll implements AlertStore.
func (m *MemoryStore) GetAll(_ context.Context, ids []string) (map[string]*Alert, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[string]*Alert, len(ids))
	for _, id := range ids {
		k, ok := m.alerts[id]
		if !ok {
			continue
		}
		a, err := Decode(k.doc)
		if err != nil {
			return nil, err
		}
		all[id] = a
	}
	return all, nil
}

// Put implements AlertStore.
func (m *MemoryStore) Put(ctx context.Context, a *Alert) error {
	changed, err := m.PutAll(ctx, []*Alert{a})
	if len(changed) > 0 {
		err = ErrChanged
	}
	return err
}

// PutAll implements AlertStore.
func (m *MemoryStore) PutAll(_ context.Context, alerts []*Alert) (changed []*Alert, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range alerts {
		next := *a
		next.Version++
		doc, err := next.Encode()
		if err != nil {
			return nil, err
		}
		k := m.alerts[a.ID]
		if k.version != a.Version && !bytes.Equal(k.doc, doc) {
			changed = append(changed, a)
			continue
		}
		m.writes++
		m.alerts[a.ID] = kept{next.Version, doc, a.Account, a.State != Closed, a.Unfinished(), m.writes}
		a.Version = next.Version
	}
	return changed, nil
}

// List implements AlertStore.
func (m *MemoryStore) List(_ context.Context, f Filter) ([]*Alert, error) {
	all, err := m.those(func(k kept) bool { // the rest is the filter's, once it is decoded
		return (f.Account == "" || f.Account == k.account) && (k.living && f.ClosedSince.IsZero() || !k.living && !f.OnlyLiving())
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

// Follow implements AlertStore.
func (m *MemoryStore) Follow() Follower { return &memoryFollower{store: m} }

// memoryFollower is a Follower of a MemoryStore, which never goes back in time.
type memoryFollower struct {
	store  *MemoryStore
	begun  bool
	writes uint64          // that were handed over
	known  map[string]bool // alerts that the reader has to know
}

// Next implements Follower.
func (f *memoryFollower) Next(_ context.Context, restart func(), changed func(*Alert)) error {
	f.store.mu.Lock()
	end := f.store.writes
	f.store.mu.Unlock()
	if f.begun && end == f.writes {
		return nil
	}
	all, err := f.store.those(func(k kept) bool { return k.written > f.writes && (f.begun || k.living || k.pending) })
	if err != nil {
		return err
	}
	if !f.begun {
		restart()
		f.known = map[string]bool{}
	}
	for _, a := range all {
		f.known[a.ID] = true
		changed(a)
	}
	f.store.mu.Lock()
	gone := slices.Collect(maps.Keys(f.known))
	gone = slices.DeleteFunc(gone, func(id string) bool { k := f.store.alerts[id]; return k.living || k.pending })
	f.store.mu.Unlock()
	for _, id := range gone {
		delete(f.known, id)
		if !slices.ContainsFunc(all, func(a *Alert) bool { return a.ID == id }) {
			changed(&Alert{ID: id, State: Closed}) // removed since, because it is over
		}
	}
	f.begun, f.writes = true, end
	return nil
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
			m.writes++
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
