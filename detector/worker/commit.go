package worker

import (
	"context"
	"errors"
	"time"

	"firstsign/detector"
)

// ChunkAccounts is how many accounts one commit call carries. It costs the store
// about 30 ms at most, so no other client waits longer than that.
const ChunkAccounts = 500

// While the worker reads what came before the claim, nobody waits for its commits, and
// the fewer there are, the sooner it has caught up. Then catchUpIntervals commit intervals
// lie between two of them, and catchUpDurations of what the last one took: in a large
// partition nearly every record changes another account, and writing an account takes as
// long as counting twenty records.
const (
	catchUpIntervals = 3
	catchUpDurations = 2
)

// commitDue tells whether it is time to write. An idle partition still commits
// once a tick interval, because the receipt carries the store's clock.
func (s *session) commitDue() bool {
	since := time.Since(s.lastCommit)
	if s.engine.Next() == s.committedNext {
		return since >= s.Config.TickInterval
	}
	interval := s.Config.CommitInterval
	if s.committedNext < s.claimEnd {
		interval = max(interval*catchUpIntervals, s.commitTook*catchUpDurations)
	}
	return since >= interval || s.engine.ChangedAccounts() >= s.Config.CommitAccounts
}

// commit writes what changed: first the dead letters, then the chunks. In this
// order no offset is passed whose record was not kept anywhere.
func (s *session) commit(ctx context.Context) error {
	began := time.Now()
	if err := s.flushRejected(ctx); err != nil {
		return err
	}
	var receipt Receipt
	err := s.engine.Commit(ChunkAccounts, s.anchorOffset, s.anchor, func(c *detector.Changes) error {
		var err error
		if receipt, err = s.commitChunk(ctx, &Chunk{s.token, s.seq + 1, *c}); err == nil {
			s.seq++
		}
		return err
	})
	if err != nil {
		return err
	}
	s.committedNext, s.lastCommit = s.engine.Next(), time.Now()
	s.commitTook = s.lastCommit.Sub(began)
	s.Metrics.committed(s.commitTook)
	s.Metrics.progress(s.Partition, s.engine)
	s.checkClock(receipt.StoreTime)
	live := s.committedNext >= s.claimEnd
	if live {
		s.Status.set(s.Partition, Live, "")
	} else {
		s.Status.set(s.Partition, Replaying, "")
	}
	if s.Committed != nil {
		s.Committed(Progress{Next: s.committedNext, Clock: s.engine.Clock(), Live: live})
	}
	return nil
}

// commitChunk repeats one call until the store answers. The seq makes a
// repeated call harmless.
func (s *session) commitChunk(ctx context.Context, c *Chunk) (Receipt, error) {
	wait := newWait()
	for {
		receipt, err := s.Store.Commit(ctx, s.Partition, c)
		if err == nil || errors.Is(err, ErrRefused) || final(err) || ctx.Err() != nil {
			return receipt, err
		}
		s.waitForStore(ctx, wait, CallCommit, err)
	}
}
