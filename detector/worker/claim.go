package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firstsign/detector"
	"firstsign/internal/backoff"
	"firstsign/signals"
)

// claim takes the partition over and rebuilds the engine from what is stored.
func (s *session) claim(ctx context.Context) error {
	s.Status.set(s.Partition, Claiming, "")
	meta, err := s.claimStore(ctx)
	if err != nil {
		return err
	}
	s.seq, s.committedNext = meta.Seq, -1
	s.rules = s.Rules()
	s.engine = detector.NewEngine(s.Partition, s.Identity.Partitions, s.rules)
	s.checkClock(meta.StoreTime)

	start, end, err := s.Log.Bounds(ctx)
	if err != nil {
		return fmt.Errorf("bounds of partition %d: %w", s.Partition, err)
	}
	accounts, err := s.restore(ctx, &meta, start, end)
	if err != nil {
		return err
	}
	// The tick comes before the first read: on a topic without ticks, what lies
	// below it is history, and what lies above it is live.
	if err := s.tickWhenDue(ctx); err != nil {
		return err
	}
	if _, s.claimEnd, err = s.Log.Bounds(ctx); err != nil {
		return fmt.Errorf("bounds of partition %d: %w", s.Partition, err)
	}
	s.lastCommit = time.Now()
	s.Metrics.claimed(s.Partition, s.engine)
	s.Status.set(s.Partition, Replaying, "")
	s.Logger.Info("partition claimed", "partition", s.Partition, "epoch", meta.Epoch, "next", s.engine.Next(),
		"log_start", start, "log_end", end, "accounts", accounts)
	return nil
}

// restore rebuilds the engine: the partition as a whole, then the accounts,
// then the ids of the open days. It returns how many accounts the store had.
func (s *session) restore(ctx context.Context, meta *Meta, start, end int64) (accounts int, err error) {
	if err := s.engine.Restore(meta.Position, meta.Portfolio); err != nil {
		return 0, fmt.Errorf("restore partition %d: %w", s.Partition, err)
	}
	if p := meta.Position; p != nil {
		if err := s.checkLog(ctx, p, start, end); err != nil {
			return 0, err
		}
		s.anchorOffset, s.anchor = p.AnchorOffset, p.Anchor
	}
	if accounts, err = s.restoreAccounts(ctx); err != nil {
		return accounts, err
	}
	if next := s.engine.Next(); start > next {
		if meta.Position != nil {
			s.skipLost(next, start)
		} else {
			s.engine.Skip(start)
		}
	}
	return accounts, s.restoreIDs(ctx, start)
}

// claimStore claims until the store answers.
func (s *session) claimStore(ctx context.Context) (Meta, error) {
	wait := newWait()
	for {
		meta, err := s.Store.Claim(ctx, s.Partition, s.token, s.Identity)
		if err == nil || final(err) || ctx.Err() != nil {
			return meta, err
		}
		s.waitForStore(ctx, wait, CallClaim, err)
	}
}

// waitForStore reports that the store did not do it, and waits before the next
// attempt.
func (s *session) waitForStore(ctx context.Context, wait *backoff.Backoff, call Call, err error) {
	d := wait.Next()
	s.Logger.Warn("waiting for the store", "partition", s.Partition, "call", string(call), "wait", d, "err", err)
	s.Status.set(s.Partition, Waiting, "store: "+err.Error())
	backoff.Sleep(ctx, d)
}

func (s *session) restoreAccounts(ctx context.Context) (int, error) {
	wait := newWait()
	for {
		n := 0
		var bad error
		restorer := detector.NewRestorer(s.engine)
		err := s.Store.Accounts(ctx, s.Partition, func(a detector.AccountState) error {
			n++
			bad = restorer.Add(a)
			return bad
		})
		if err == nil {
			bad = restorer.End()
		}
		switch {
		case bad != nil:
			return n, fmt.Errorf("restore the accounts of partition %d: %w", s.Partition, bad)
		case err == nil || final(err) || ctx.Err() != nil:
			return n, err
		}
		s.waitForStore(ctx, wait, CallAccounts, err)
	}
}

// restoreIDs reads the ids of the open days again, so that the engine knows
// duplicates of records that were counted before the claim.
func (s *session) restoreIDs(ctx context.Context, start int64) error {
	next := s.engine.Next()
	for from := max(s.engine.RestoreIDsFrom(), start); from < next; {
		batch, err := s.Log.Read(ctx, from)
		if errors.Is(err, ErrOutOfRange) {
			if from, _, err = s.Log.Bounds(ctx); err == nil {
				continue // retention removed more meanwhile
			}
		}
		if err != nil {
			return fmt.Errorf("read again from offset %d: %w", from, err)
		}
		_ = s.eachDecoded(&batch, s.engine.WarmIDs, func(r *signals.Record, d *detector.Decoded) error {
			if r.Offset < next {
				s.engine.RestoreID(r, d)
			}
			return nil
		})
		from = max(from, batch.Next)
	}
	return nil
}
