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

// Memory is a Store inside the process. It makes the same checks in the same
// order as the script of detector/redis, and can be told to fail the way a
// network and a restored backup do, so that the protocol is tried without one.
type Memory struct {
	now    func() time.Time
	onCall func(Call, int) Fault

	mu         sync.Mutex
	partitions map[int]*kept
	entries    uint64 // not part of a snapshot: the ids of outbox entries are never used again
}

// kept is the state of one partition. The byte slices in it are replaced, never
// changed, so copies of the maps and slices are copies of the state.
type kept struct {
	id       Identity
	token    string
	writer   string // the token that wrote meta.Seq
	meta     Meta
	accounts map[string][]byte
	outbox   []OutboxEntry
	mark     uint64 // of the newest Settle
}

// NewMemory returns an empty store whose clock is now.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, partitions: make(map[int]*kept)}
}

// Call names a method of a Store.
type Call string

// The calls of a Store.
const (
	CallClaim    Call = "claim"
	CallAccounts Call = "accounts"
	CallCommit   Call = "commit"
	CallOutbox   Call = "outbox"
	CallSettle   Call = "settle"
)

// Fault is what happens to one call.
type Fault int

// The faults. After both of the last two the caller gets an error that tells
// nothing about the outcome.
const (
	NoFault     Fault = iota
	RequestLost       // it never took effect
	ReplyLost         // it took effect
)

var errLost = errors.New("connection lost")

// OnCall sets what decides about the fault of every later call. It is called
// without a lock held and may be called concurrently. Nil: no faults.
func (m *Memory) OnCall(decide func(call Call, partition int) Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onCall = decide
}

// Snapshot is what a partition's state was.
type Snapshot struct{ kept *kept }

// Snapshot copies the state of a partition.
func (m *Memory) Snapshot(partition int) Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Snapshot{m.partitions[partition].clone()}
}

// Restore puts a partition back to what it was, its token included.
func (m *Memory) Restore(partition int, s Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.kept == nil {
		delete(m.partitions, partition)
		return
	}
	m.partitions[partition] = s.kept.clone()
}

func (k *kept) clone() *kept {
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
func (m *Memory) do(ctx context.Context, call Call, partition int, f func() error) error {
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
		return errLost
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := f(); fault == NoFault {
		return err
	}
	return errLost
}

// Claim implements Store.
func (m *Memory) Claim(ctx context.Context, partition int, token string, id Identity) (meta Meta, err error) {
	err = m.do(ctx, CallClaim, partition, func() error {
		k := m.partitions[partition]
		if k == nil {
			k = &kept{id: id, accounts: make(map[string][]byte)}
			m.partitions[partition] = k
		}
		if k.id != id {
			return fmt.Errorf("claim partition %d: %w: kept %+v, ours %+v", partition, ErrIdentity, k.id, id)
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

// Accounts implements Store. The state it yields is overwritten by the next
// one, so that a caller who keeps it is found out.
func (m *Memory) Accounts(ctx context.Context, partition int, yield func(detector.AccountState) error) error {
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
func (m *Memory) Commit(ctx context.Context, partition int, c *Chunk) (r Receipt, err error) {
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

// write takes a chunk in. It copies everything: the chunk's memory is reused.
func (m *Memory) write(k *kept, c *Chunk) {
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
func (m *Memory) Outbox(ctx context.Context, partition, max int) (entries []OutboxEntry, err error) {
	err = m.do(ctx, CallOutbox, partition, func() error {
		if k := m.partitions[partition]; k != nil {
			entries = slices.Clone(k.outbox[:min(max, len(k.outbox))])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// Settle implements Store.
func (m *Memory) Settle(ctx context.Context, partition int, ids []string, there func(context.Context) error) error {
	var mark uint64
	err := m.do(ctx, CallSettle, partition, func() error {
		if k := m.partitions[partition]; k != nil {
			m.entries++
			k.mark, mark = m.entries, m.entries
		}
		return nil
	})
	if err == nil && there != nil {
		err = there(ctx)
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
