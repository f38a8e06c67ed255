package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"firstsign/detector"
)

// MemoryStore is a Store inside the process. It makes the same checks in the
// same order as the script of detector/redis. For tests it can fail as a network
// does, and go back in time as a restored backup does.
type MemoryStore struct {
	now    func() time.Time
	onCall func(Call, int) Fault

	mu         sync.Mutex
	partitions map[int]*storedPartition
	entries    uint64 // not part of a snapshot: the ids of outbox entries are never used again
}

// storedPartition is the state of one partition. The byte slices in it are replaced, never
// changed, so copies of the maps and slices are copies of the state.
type storedPartition struct {
	id       Identity
	token    string
	writer   string // the token that wrote meta.Seq
	meta     Meta
	accounts map[string][]byte
	outbox   []OutboxEntry
	mark     uint64 // of the newest Settle
}

// NewMemoryStore returns an empty store whose clock is now.
func NewMemoryStore(now func() time.Time) *MemoryStore {
	return &MemoryStore{now: now, partitions: make(map[int]*storedPartition)}
}

// Fault is what happens to one call.
type Fault int

// The faults. After each of the last two the caller gets the same error, which
// does not tell the outcome.
const (
	NoFault     Fault = iota
	RequestLost       // it never took effect
	ReplyLost         // it took effect
)

var errConnectionLost = errors.New("connection lost")

// OnCall has decide choose the fault of every later call. It is called without
// a lock held, also concurrently. Nil: no faults.
func (m *MemoryStore) OnCall(decide func(call Call, partition int) Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onCall = decide
}

// Snapshot is what a partition's state was.
type Snapshot struct{ state *storedPartition }

// Snapshot copies the state of a partition.
func (m *MemoryStore) Snapshot(partition int) Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Snapshot{m.partitions[partition].clone()}
}

// Restore puts a partition back to what it was, its token included.
func (m *MemoryStore) Restore(partition int, s Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.state == nil {
		delete(m.partitions, partition)
		return
	}
	m.partitions[partition] = s.state.clone()
}

func (k *storedPartition) clone() *storedPartition {
	if k == nil {
		return nil
	}
	c := *k
	c.meta = k.meta.clone()
	c.accounts = maps.Clone(k.accounts)
	c.outbox = slices.Clone(k.outbox)
	return &c
}

func (m Meta) clone() Meta {
	m.Portfolio = slices.Clone(m.Portfolio)
	m.Position = m.Position.Clone()
	return m
}

// do runs f under the lock unless ctx has ended or a fault prevents it.
func (m *MemoryStore) do(ctx context.Context, call Call, partition int, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	decide := m.onCall
	m.mu.Unlock()
	fault := NoFault
	if decide != nil {
		fault = decide(call, partition)
	}
	if fault == RequestLost {
		return errConnectionLost
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := f(); fault == NoFault {
		return err
	}
	return errConnectionLost
}

// Claim implements Store.
func (m *MemoryStore) Claim(ctx context.Context, partition int, token string, id Identity) (meta Meta, err error) {
	err = m.do(ctx, CallClaim, partition, func() error {
		k := m.partitions[partition]
		if k == nil {
			k = &storedPartition{id: id, accounts: make(map[string][]byte)}
			m.partitions[partition] = k
		}
		if k.id != id {
			return fmt.Errorf("claim partition %d: %w: stored %+v, ours %+v", partition, ErrIdentity, k.id, id)
		}
		k.token = token
		k.meta.Epoch++
		meta = k.meta.clone()
		meta.StoreTime = m.now()
		return nil
	})
	if err != nil {
		return Meta{}, err
	}
	return meta, nil
}

// Accounts implements Store. The next state overwrites the one before, so that
// a test notices a caller who keeps it.
func (m *MemoryStore) Accounts(ctx context.Context, partition int, yield func(detector.AccountState) error) error {
	var accounts map[string][]byte
	err := m.do(ctx, CallAccounts, partition, func() error {
		if k := m.partitions[partition]; k != nil {
			accounts = maps.Clone(k.accounts)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var state []byte
	for id, bytes := range accounts {
		state = append(state[:0], bytes...)
		if err := yield(detector.AccountState{ID: id, State: state}); err != nil {
			return err
		}
	}
	return nil
}

// Commit implements Store.
func (m *MemoryStore) Commit(ctx context.Context, partition int, c *Chunk) (r Receipt, err error) {
	err = m.do(ctx, CallCommit, partition, func() error {
		k := m.partitions[partition]
		if k == nil || k.token != c.Token {
			return ErrRefused
		}
		r.StoreTime = m.now()
		switch k.meta.Seq {
		case c.Seq:
			if k.writer != c.Token {
				return ErrRefused
			}
		case c.Seq - 1:
			m.write(k, c)
		default:
			return ErrRefused
		}
		return nil
	})
	if err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// write stores a chunk. It copies everything, because the chunk's memory is
// used again.
func (m *MemoryStore) write(k *storedPartition, c *Chunk) {
	k.meta.Seq, k.writer = c.Seq, c.Token
	for _, a := range c.Accounts {
		k.accounts[a.ID] = slices.Clone(a.State)
	}
	for _, finding := range c.Findings {
		m.entries++
		id := strconv.FormatUint(m.entries, 10)
		k.outbox = append(k.outbox, OutboxEntry{ID: id, Finding: slices.Clone(finding)})
	}
	if c.Portfolio != nil {
		k.meta.Portfolio = slices.Clone(c.Portfolio)
	}
	if c.Position != nil {
		k.meta.Position = c.Position.Clone()
	}
}

// Outbox implements Store.
func (m *MemoryStore) Outbox(ctx context.Context, partition int, after string, limit int) (entries []OutboxEntry, err error) {
	err = m.do(ctx, CallOutbox, partition, func() error {
		if k := m.partitions[partition]; k != nil {
			behind, _ := strconv.ParseUint(after, 10, 64) // 0 for ""
			from := slices.IndexFunc(k.outbox, func(e OutboxEntry) bool {
				n, _ := strconv.ParseUint(e.ID, 10, 64)
				return n > behind
			})
			if from >= 0 {
				entries = slices.Clone(k.outbox[from:min(from+limit, len(k.outbox))])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// Settle implements Store.
func (m *MemoryStore) Settle(ctx context.Context, partition int, ids []string, delivered func(context.Context) error) error {
	var mark uint64
	err := m.do(ctx, CallSettle, partition, func() error {
		if k := m.partitions[partition]; k != nil {
			m.entries++
			k.mark, mark = m.entries, m.entries
		}
		return nil
	})
	if err == nil && delivered != nil {
		err = delivered(ctx)
	}
	if err != nil {
		return err
	}
	return m.do(ctx, CallSettle, partition, func() error {
		k := m.partitions[partition]
		if k == nil {
			return nil
		}
		if k.mark != mark {
			return ErrRefused
		}
		settled := make(map[string]bool, len(ids))
		for _, id := range ids {
			settled[id] = true
		}
		k.outbox = slices.DeleteFunc(k.outbox, func(e OutboxEntry) bool { return settled[e.ID] })
		return nil
	})
}
