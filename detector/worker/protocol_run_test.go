package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// world is a run of a schedule.
type world struct {
	flaw     flaw
	records  []modelRecord
	store    flawedStore
	workers  [3]*modelWorker
	now      *step
	claims   int      // tells tokens apart
	sent     []*Chunk // all commits
	past     []Snapshot
	restored bool
	// written and settled findings by the id of their entry in the outbox
	delivered map[string]string
}

// modelWorker is a worker's memory. Nil: it is dead.
type modelWorker struct {
	token   string
	seq     uint64
	base    int64 // the position it believes is stored; only for the flaw that compares it
	engine  *model
	pending []*Chunk // of a commit it fell asleep in
}

func (s schedule) run(f flaw) error {
	m := NewMemoryStore(func() time.Time { return time.Time{} })
	w := &world{flaw: f, records: s.records, store: flawedStore{m, f}, delivered: make(map[string]string)}
	m.OnCall(func(Call, int) Fault { return w.now.fault() })
	w.now = &step{}
	w.past = []Snapshot{m.Snapshot(0)}
	for _, now := range s.steps {
		w.now = &now
		w.step(now)
	}
	w.now = &step{} // from here on nothing fails
	w.claim(0)
	w.read(0, len(w.records))
	w.commit(0, 2, len(w.records))
	if w.workers[0] == nil {
		return errors.New("the last worker was refused although nothing disturbed it")
	}
	w.deliver()
	return w.verify()
}

func (w *world) step(now step) {
	i := now.worker
	switch now.kind {
	case stepRead:
		w.read(i, now.n)
	case stepCommit:
		w.commit(i, now.size, len(w.records))
	case stepCrash:
		w.commit(i, now.size, now.n%4)
		w.workers[i] = nil
	case stepSleep:
		w.commit(i, now.size, now.n%4)
	case stepClaim:
		w.claim(i)
	case stepDeliver:
		w.deliver()
	case stepLateCommit:
		if n := len(w.sent); n > 0 {
			w.store.Commit(context.Background(), 0, w.sent[n-1-now.n%min(n, 6)])
		}
	case stepLateClaim:
		// A claim that arrives late after a roll-back could bring back the token of
		// a zombie at just the seq that others have reached anew. The roll-back
		// ends every connection, and with it the claims that are under way.
		if w.workers[i] != nil && !w.restored {
			w.store.Claim(context.Background(), 0, w.workers[i].token, Identity{})
		}
	case stepSnapshot:
		w.past = append(w.past, w.store.Snapshot(0))
	case stepRestore:
		w.store.Restore(0, w.past[now.n%len(w.past)])
		w.restored = true
	}
}

// persist makes a call up to three times, as long as its outcome is unknown.
func persist(call func() error) (err error) {
	for range 3 {
		if err = call(); err == nil || errors.Is(err, ErrRefused) {
			break
		}
	}
	return err
}

// claim starts worker i afresh; it stays dead when the store does not answer.
func (w *world) claim(i int) {
	ctx := context.Background()
	w.workers[i] = nil
	w.claims++
	token := fmt.Sprint("token ", w.claims)
	var meta Meta
	err := persist(func() (err error) {
		meta, err = w.store.Claim(ctx, 0, token, Identity{})
		return err
	})
	if err != nil {
		return
	}
	e := newModel(w.flaw)
	e.restore(meta)
	if persist(func() error { return w.store.Accounts(ctx, 0, e.restoreAccount) }) != nil {
		return
	}
	w.workers[i] = &modelWorker{token: token, seq: meta.Seq, base: e.next, engine: e}
}

// alive returns worker i, started when dead, and awake: a commit it fell
// asleep in is done or refused. Nil when the store does not answer.
func (w *world) alive(i int) *modelWorker {
	if w.workers[i] != nil {
		w.send(i, len(w.workers[i].pending))
	}
	if w.workers[i] == nil {
		w.claim(i)
	}
	return w.workers[i]
}

func (w *world) read(i, n int) {
	if worker := w.alive(i); worker != nil {
		for range n {
			if worker.engine.next < int64(len(w.records)) {
				worker.engine.apply(w.records[worker.engine.next])
			}
		}
	}
}

// commit sends the first n chunks and leaves the others pending.
func (w *world) commit(i, size, n int) {
	if worker := w.alive(i); worker != nil {
		worker.pending = worker.engine.commit(size)
		w.send(i, n)
	}
}

// send sends up to n pending chunks. A worker that is refused, or that gets no
// answer, throws away what it knows.
func (w *world) send(i, n int) {
	worker := w.workers[i]
	for ; n > 0 && len(worker.pending) > 0; n-- {
		c := worker.pending[0]
		worker.pending = worker.pending[1:]
		worker.seq++
		c.Token, c.Seq = worker.token, worker.seq
		if w.flaw == offsetForSeq {
			c.Seq = uint64(worker.base)
		}
		w.sent = append(w.sent, c)
		err := persist(func() error {
			_, err := w.store.Commit(context.Background(), 0, c)
			if err != nil && w.flaw == rebuiltChunk && c.Position != nil {
				c = w.rebuilt(worker, c)
			}
			return err
		})
		if err != nil {
			w.workers[i] = nil
			return
		}
		if c.Position != nil {
			worker.base = c.Position.Next
		}
	}
}

// rebuilt reads on and puts everything under the old number.
func (w *world) rebuilt(worker *modelWorker, c *Chunk) *Chunk {
	for worker.engine.next < int64(len(w.records)) {
		worker.engine.apply(w.records[worker.engine.next])
	}
	more := worker.engine.commit(len(w.records))[0]
	more.Token, more.Seq = c.Token, c.Seq
	more.Accounts = append(slices.Clone(c.Accounts), more.Accounts...)
	more.Findings = append(slices.Clone(c.Findings), more.Findings...)
	return more
}

func (w *world) deliver() {
	ctx := context.Background()
	for {
		entries, err := w.store.Outbox(ctx, 0, "", 5)
		if err != nil || len(entries) == 0 {
			return
		}
		var ids []string
		for _, e := range entries {
			w.delivered[e.ID] = string(e.Finding)
			ids = append(ids, e.ID)
		}
		if w.store.Settle(ctx, 0, ids, nil) != nil {
			return
		}
	}
}

// verify compares what is stored and delivered with a run in one go.
func (w *world) verify() error {
	want := newModel(sound)
	for _, r := range w.records {
		want.apply(r)
	}
	got := newModel(sound)
	if err := w.store.Accounts(context.Background(), 0, got.restoreAccount); err != nil {
		return err
	}
	findings := want.findings
	for id, a := range want.accounts {
		if g := got.accounts[id]; g == nil || g.count != a.count || g.mark != a.mark {
			return fmt.Errorf("account %d is %+v, want %+v", id, g, *a)
		}
		findings = append(findings, a.findings...)
	}
	if len(got.accounts) != len(want.accounts) {
		return fmt.Errorf("%d accounts, want %d", len(got.accounts), len(want.accounts))
	}
	times := make(map[string]int)
	for _, finding := range w.delivered {
		times[finding]++
	}
	for _, finding := range findings {
		if times[finding] == 0 {
			return fmt.Errorf("missing finding: %s", finding)
		}
		if times[finding] > 1 && !w.restored {
			return fmt.Errorf("finding written %d times: %s", times[finding], finding)
		}
		delete(times, finding)
	}
	if len(times) > 0 {
		return fmt.Errorf("findings of what never was: %v", slices.Sorted(maps.Keys(times)))
	}
	return nil
}

// flawedStore is a MemoryStore that may leave out one of its checks.
type flawedStore struct {
	*MemoryStore
	flaw flaw
}

func (s flawedStore) Commit(ctx context.Context, partition int, c *Chunk) (Receipt, error) {
	if s.flaw < noToken || s.flaw > offsetForSeq {
		return s.MemoryStore.Commit(ctx, partition, c)
	}
	return Receipt{}, s.do(ctx, CallCommit, partition, func() error {
		k := s.partitions[partition]
		if k == nil || (s.flaw != noToken && k.token != c.Token) {
			return ErrRefused
		}
		stored, follows := k.meta.Seq, c.Seq-1
		repeated := stored == c.Seq && s.flaw != noRepeat
		if repeated && k.writer != c.Token && s.flaw < noWriter {
			return ErrRefused
		}
		switch s.flaw {
		case noSeq:
			follows = stored
		case noRepeat:
			if stored == c.Seq {
				follows = stored
			}
		case offsetForSeq:
			stored, follows = 0, c.Seq
			if k.meta.Position != nil {
				stored = uint64(k.meta.Position.Next)
			}
			repeated = c.Position != nil && stored == uint64(c.Position.Next) && stored != c.Seq
		}
		if repeated {
			return nil
		}
		if stored != follows {
			return ErrRefused
		}
		s.write(k, c)
		return nil
	})
}
