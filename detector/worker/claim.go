package worker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector"
	"firstsign/internal/backoff"
	"firstsign/signals"
)

// Anchor is the hash of a record by which a log is recognised: offset, time,
// key and value. It is never 0.
func Anchor(r *signals.Record) uint64 {
	var head [24]byte
	binary.LittleEndian.PutUint64(head[0:], uint64(r.Offset))
	binary.LittleEndian.PutUint64(head[8:], uint64(r.Time))
	binary.LittleEndian.PutUint64(head[16:], uint64(len(r.Key)))
	var h xxhash.Digest
	h.Reset()
	h.Write(head[:])
	h.Write(r.Key)
	h.Write(r.Value)
	return h.Sum64() | 1
}

// claim takes the partition over and rebuilds the engine from what is kept.
func (t *tenure) claim(ctx context.Context) error {
	t.Status.set(t.Partition, Claiming, "")
	meta, err := t.claimStore(ctx)
	if err != nil {
		return err
	}
	t.seq, t.committed = meta.Seq, -1
	t.rules = t.Rules()
	t.engine = detector.NewEngine(t.Partition, t.Identity.Partitions, t.rules)
	t.checkClock(meta.StoreTime)

	start, end, err := t.Log.Bounds(ctx)
	if err != nil {
		return fmt.Errorf("bounds of partition %d: %w", t.Partition, err)
	}
	if err := t.engine.Restore(meta.Position, meta.Portfolio); err != nil {
		return fmt.Errorf("restore partition %d: %w", t.Partition, err)
	}
	if p := meta.Position; p != nil {
		if err := t.checkLog(ctx, p, start, end); err != nil {
			return err
		}
		t.anchorOffset, t.anchor = p.AnchorOffset, p.Anchor
	}
	accounts, err := t.restoreAccounts(ctx)
	if err != nil {
		return err
	}
	if next := t.engine.Next(); start > next {
		if meta.Position != nil {
			t.lost(next, start)
		} else {
			t.engine.Skip(start)
		}
	}
	if err := t.remember(ctx, start); err != nil {
		return err
	}
	// The tick comes before the first read: on a topic without ticks, what lies
	// below it is history, and what lies above is live.
	if err := t.tickWhenDue(ctx); err != nil {
		return err
	}
	if _, t.target, err = t.Log.Bounds(ctx); err != nil {
		return fmt.Errorf("bounds of partition %d: %w", t.Partition, err)
	}
	t.lastCommit = time.Now()
	t.Metrics.claimed(t.Partition, t.engine)
	t.Status.set(t.Partition, Replaying, "")
	t.Logger.Info("partition claimed", "partition", t.Partition, "epoch", meta.Epoch, "next", t.engine.Next(),
		"log_start", start, "log_end", end, "accounts", accounts)
	return nil
}

// claimStore claims until the store answers.
func (t *tenure) claimStore(ctx context.Context) (Meta, error) {
	wait := newWait()
	for {
		meta, err := t.Store.Claim(ctx, t.Partition, t.token, t.Identity)
		if err == nil || errors.Is(err, ErrIdentity) || ctx.Err() != nil {
			return meta, err
		}
		backoff.Sleep(ctx, t.away(wait, "claim", err))
	}
}

// away says that the store cannot be reached, and returns how long to wait.
func (t *tenure) away(wait *backoff.Backoff, call string, err error) time.Duration {
	d := wait.Next()
	t.Logger.Warn("the store is away, waiting", "partition", t.Partition, "call", call, "wait", d, "err", err)
	t.Status.set(t.Partition, Waiting, "store: "+err.Error())
	return d
}

func (t *tenure) restoreAccounts(ctx context.Context) (int, error) {
	wait := newWait()
	for {
		n := 0
		var bad error
		err := t.Store.Accounts(ctx, t.Partition, func(a detector.AccountState) error {
			n++
			bad = t.engine.RestoreAccount(a)
			return bad
		})
		switch {
		case bad != nil:
			return n, fmt.Errorf("restore account %d of partition %d: %w", n, t.Partition, bad)
		case err == nil || ctx.Err() != nil:
			return n, err
		}
		backoff.Sleep(ctx, t.away(wait, "accounts", err))
	}
}

// checkLog refuses a log that is not the one the state was made from.
func (t *tenure) checkLog(ctx context.Context, p *detector.Position, start, end int64) error {
	if end < p.Next {
		return foreignTail(end, p.Next)
	}
	if p.Anchor == 0 || p.AnchorOffset < start {
		return nil // nothing was read yet, or retention took the record
	}
	batch, err := t.Log.Read(ctx, p.AnchorOffset)
	if err != nil {
		return fmt.Errorf("read the record at offset %d: %w", p.AnchorOffset, err)
	}
	if len(batch.Records) == 0 || batch.Records[0].Offset != p.AnchorOffset || Anchor(&batch.Records[0]) != p.Anchor {
		return fmt.Errorf("%w: the record at offset %d is another one", ErrForeignLog, p.AnchorOffset)
	}
	return nil
}

// remember reads the ids of the open days again, so that duplicates of what
// was counted before the claim are known.
func (t *tenure) remember(ctx context.Context, start int64) error {
	next := t.engine.Next()
	for from := max(t.engine.RestoreIDsFrom(), start); from < next; {
		batch, err := t.Log.Read(ctx, from)
		if errors.Is(err, ErrOutOfRange) {
			if from, _, err = t.Log.Bounds(ctx); err == nil {
				continue // retention moved on
			}
		}
		if err != nil {
			return fmt.Errorf("read again from offset %d: %w", from, err)
		}
		for i := range batch.Records {
			if batch.Records[i].Offset < next {
				t.engine.RestoreID(&batch.Records[i])
			}
		}
		from = max(from, batch.Next)
	}
	return nil
}

// checkClock compares our clock with the store's.
func (t *tenure) checkClock(store time.Time) {
	skew := t.Now().Sub(store)
	t.Metrics.skew.Set(skew.Seconds())
	off := skew.Abs() > t.Config.MaxClockSkew
	if off && !t.skewed {
		t.Logger.Error("our clock is off: no ticks are written until it is right", "partition", t.Partition, "skew", skew)
	}
	if !off && t.skewed {
		t.Logger.Info("our clock is right again", "partition", t.Partition, "skew", skew)
	}
	t.skewed = off
	t.Status.skew(t.Partition, off)
}
