package worker

import (
	"context"
	"errors"
	"time"

	"firstsign/detector"
	"firstsign/internal/backoff"
)

// catchUpIntervals is how many commit intervals lie between two commits while
// what came before the claim is read: nobody waits for it, and it is read again
// all the faster when it is interrupted.
const catchUpIntervals = 3

// commitDue tells whether it is time to write. An idle partition commits once
// a tick interval all the same: the receipt holds the store's clock.
func (t *tenure) commitDue() bool {
	since := time.Since(t.lastCommit)
	if t.engine.Next() == t.committed {
		return since >= t.Config.TickInterval
	}
	interval := t.Config.CommitInterval
	if t.committed < t.target {
		interval *= catchUpIntervals
	}
	return since >= interval || t.engine.ChangedAccounts() >= t.Config.CommitAccounts
}

// commit writes what changed: first the dead letters, so that no offset is
// passed whose record is nowhere; then the chunks.
func (t *tenure) commit(ctx context.Context) error {
	began := time.Now()
	if err := t.flushRejected(ctx); err != nil {
		return err
	}
	var receipt Receipt
	err := t.engine.Commit(ChunkAccounts, t.anchorOffset, t.anchor, func(c *detector.Changes) error {
		var err error
		if receipt, err = t.commitChunk(ctx, &Chunk{t.token, t.seq + 1, *c}); err == nil {
			t.seq++
		}
		return err
	})
	if err != nil {
		return err
	}
	t.committed, t.lastCommit = t.engine.Next(), time.Now()
	t.Metrics.committed(t.lastCommit.Sub(began))
	t.Metrics.progress(t.Partition, t.engine)
	t.checkClock(receipt.StoreTime)
	live := t.committed >= t.target
	if live {
		t.Status.set(t.Partition, Live, "")
	} else {
		t.Status.set(t.Partition, Replaying, "")
	}
	if t.Committed != nil {
		t.Committed(Progress{Next: t.committed, Clock: t.engine.Clock(), Live: live})
	}
	return nil
}

// commitChunk repeats one call until the store answers: the seq makes a
// repeated call harmless.
func (t *tenure) commitChunk(ctx context.Context, c *Chunk) (Receipt, error) {
	wait := newWait()
	for {
		receipt, err := t.Store.Commit(ctx, t.Partition, c)
		if err == nil || errors.Is(err, ErrRefused) || ctx.Err() != nil {
			return receipt, err
		}
		backoff.Sleep(ctx, t.away(wait, "commit", err))
	}
}
