package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"firstsign/detector"
	"firstsign/internal/backoff"
	"firstsign/signals"
)

// Config tunes how a partition is worked.
type Config struct {
	// TickInterval is how often the owner writes its wall time into the log.
	// Days close by ticks alone; a larger interval notices a day's end later.
	TickInterval time.Duration
	// CommitInterval is how often what changed is written to the store. A larger
	// one means fewer, larger writes, and more to read again after a crash. While
	// a worker catches up it commits a third as often.
	CommitInterval time.Duration
	// CommitAccounts commits earlier when this many accounts have changed, which
	// bounds the memory and the time of one commit.
	CommitAccounts int
	// MaxClockSkew is how far the owner's clock may be from the store's; beyond
	// it no ticks are written.
	MaxClockSkew time.Duration
	// Owner names this process in its ticks, for people.
	Owner string
}

// DefaultConfig returns the values that suit most deployments.
func DefaultConfig() Config {
	return Config{
		TickInterval: time.Minute, CommitInterval: time.Second,
		CommitAccounts: 20000, MaxClockSkew: 30 * time.Second,
	}
}

// ChunkAccounts is how many accounts one commit call carries: about 30 ms of
// the store's time at the most, so that nobody else waits for longer.
const ChunkAccounts = 500

// rejectBatch bounds the rejected records held in memory before they are
// written to the dead letters.
const rejectBatch = 1000

// ErrForeignLog means that the log is not the one the state was made from: the
// topic was created again, or lost its tail. A person decides what is right.
var ErrForeignLog = errors.New("the log is not the one that the state was made from")

// Worker owns one partition: it reads the partition's log, feeds an Engine and
// writes what changed to the Store, under a token that fences out any former
// owner. Run may be called once.
type Worker struct {
	Partition int
	Identity  Identity
	Config    Config
	Store     Store
	Log       Log
	Rules     func() *detector.Rules // the rules to use from the next day's close on
	Now       func() time.Time       // the wall time that ticks carry
	Logger    *slog.Logger
	Metrics   *Metrics
	Status    *Status // where readiness is told; never nil

	// Committed is called after each complete commit, from the worker's
	// goroutine. It must not block. Nil means nobody listens.
	Committed func(Progress)
}

// Progress is how far a partition is after a commit.
type Progress struct {
	Next  int64 // the position
	Clock int64 // of the partition: Engine.Clock
	Live  bool  // the log's end as it was at the claim has been reached
}

// Run works the partition until ctx ends, and then commits what it has. It
// claims again when it is refused, waits while the store is away, and stops
// working (but does not return) when a person must decide.
func (w *Worker) Run(ctx context.Context) error {
	wait := newWait()
	for ctx.Err() == nil {
		err := w.own(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrForeignLog), errors.Is(err, ErrIdentity):
			w.Logger.Error("partition stopped: a person must decide", "partition", w.Partition, "err", err)
			w.Status.set(w.Partition, Stopped, err.Error())
			<-ctx.Done()
			return nil
		case errors.Is(err, ErrRefused):
			w.Metrics.refusals.Inc()
			w.Logger.Warn("commit refused, claiming again", "partition", w.Partition)
			w.Status.set(w.Partition, Claiming, "refused: "+err.Error())
		case err != nil:
			w.Logger.Error("partition failed, starting again", "partition", w.Partition, "err", err)
			w.Status.set(w.Partition, Claiming, err.Error())
		}
		wait.Wait(ctx)
	}
	return nil
}

// newWait returns the wait between two attempts to claim, or to reach the store.
func newWait() *backoff.Backoff { return backoff.New(100*time.Millisecond, 10*time.Second) }

// own is one ownership: from a claim until a refusal or the end of ctx.
func (w *Worker) own(ctx context.Context) error {
	t := &tenure{Worker: w, token: newToken(), ahead: newAhead()}
	if err := t.claim(ctx); err != nil {
		return err
	}
	defer w.Metrics.released(w.Partition)
	err := t.work(ctx)
	if ctx.Err() == nil {
		return err
	}
	// Handing over: what is in memory is written once more. The fence, not this,
	// is what guards against a successor that was faster.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := t.commit(last); err != nil {
		w.Logger.Info("last commit of a hand-over not done; the successor reads again", "partition", w.Partition, "err", err)
	}
	return nil
}

// tenure is one ownership of a partition.
type tenure struct {
	*Worker
	token    string
	seq      uint64
	engine   *detector.Engine
	rules    *detector.Rules
	rejected []Rejected
	ahead    *ahead

	anchorOffset int64
	anchor       uint64
	committed    int64     // Next of the last complete commit; -1 before the first
	lastCommit   time.Time // monotonic
	lastTick     time.Time
	target       int64 // the log's end at the claim
	skewed       bool
}

func newToken() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// work reads and judges until ctx ends or the store refuses.
func (t *tenure) work(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := t.tickWhenDue(ctx); err != nil {
			return err
		}
		if r := t.Rules(); r != t.rules {
			t.rules = r
			t.engine.SetRules(r)
		}
		batch, err := t.Log.Read(ctx, t.engine.Next())
		if errors.Is(err, ErrOutOfRange) {
			err = t.outOfRange(ctx)
		}
		if err != nil {
			return err
		}
		if err := t.apply(ctx, &batch); err != nil {
			return err
		}
		if t.commitDue() {
			if err := t.commit(ctx); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// apply feeds one batch to the engine.
func (t *tenure) apply(ctx context.Context, batch *Batch) error {
	many := len(batch.Records) >= aheadLeast
	if many {
		t.ahead.begin(batch.Records)
		defer t.ahead.finish()
	}
	for i := range batch.Records {
		r := &batch.Records[i]
		var d *detector.Decoded
		if many {
			d = t.ahead.record(i, t.engine)
		}
		if r.Offset > t.engine.Next() {
			if err := t.jump(ctx, r.Offset); err != nil {
				return err
			}
		}
		if reject := t.applyOne(r, d); reject != nil {
			t.Metrics.reject(reject.Reason)
			t.rejected = append(t.rejected, Rejected{Record: r.Clone(), Reject: reject})
			if len(t.rejected) >= rejectBatch {
				if err := t.flushRejected(ctx); err != nil {
					return err
				}
			}
		}
	}
	if n := len(batch.Records); n > 0 {
		last := &batch.Records[n-1]
		t.anchorOffset, t.anchor = last.Offset, Anchor(last)
		t.Metrics.behind(t.Partition, t.Now().Sub(time.Unix(0, last.Time)))
	} else {
		t.Metrics.behind(t.Partition, 0)
	}
	if batch.Next > t.engine.Next() {
		t.engine.Skip(batch.Next)
	}
	return nil
}

// applyOne applies a record and, when it closed days, says how long one took.
func (t *tenure) applyOne(r *signals.Record, d *detector.Decoded) *signals.Reject {
	if len(r.Headers) == 0 {
		return t.engine.ApplyDecoded(r, d)
	}
	closed, began := t.engine.Stats().DaysClosed, time.Now()
	reject := t.engine.ApplyDecoded(r, d)
	if n := t.engine.Stats().DaysClosed - closed; n > 0 {
		t.Metrics.closeSeconds.Observe(time.Since(began).Seconds() / float64(n))
	}
	return reject
}

// jump handles offsets without records: markers of transactions are passed,
// records that retention removed unread are a loss.
func (t *tenure) jump(ctx context.Context, to int64) error {
	start, _, err := t.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	if from := t.engine.Next(); start > from {
		t.lost(from, min(start, to))
	}
	if to > t.engine.Next() {
		t.engine.Skip(to)
	}
	return nil
}

func (t *tenure) lost(from, to int64) {
	t.Logger.Error("retention removed records before they were read: the days until the next tick are blind",
		"partition", t.Partition, "from", from, "to", to)
	t.Metrics.lost.Add(float64(to - from))
	t.engine.SkipLost(to)
}

func (t *tenure) outOfRange(ctx context.Context) error {
	start, end, err := t.Log.Bounds(ctx)
	switch next := t.engine.Next(); {
	case err != nil:
		return err
	case start > next:
		t.lost(next, start)
		return nil
	case end < next:
		return foreignTail(end, next)
	}
	return nil // it moved meanwhile; read again
}

func foreignTail(end, next int64) error {
	return fmt.Errorf("%w: it ends at offset %d and the state is at %d", ErrForeignLog, end, next)
}

func (t *tenure) flushRejected(ctx context.Context) error {
	if err := t.Log.Reject(ctx, t.rejected); err != nil {
		return fmt.Errorf("write %d dead letters: %w", len(t.rejected), err)
	}
	clear(t.rejected)
	t.rejected = t.rejected[:0]
	return nil
}

// tickWhenDue writes the wall time into the log, unless our clock cannot be
// trusted.
func (t *tenure) tickWhenDue(ctx context.Context) error {
	if t.skewed || (!t.lastTick.IsZero() && time.Since(t.lastTick) < t.Config.TickInterval) {
		return nil
	}
	t.lastTick = time.Now()
	err := t.Log.Append(ctx, signals.Control{Kind: signals.Tick, Time: t.Now().UnixNano(), Owner: t.Config.Owner})
	if err != nil {
		return fmt.Errorf("append tick: %w", err)
	}
	return nil
}
