package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"firstsign/detector"
	"firstsign/internal/backoff"
	"firstsign/internal/stall"
)

// Config tunes how a partition is worked.
type Config struct {
	// TickInterval is how often the owner writes its wall time into the log.
	// Only ticks close days, so a larger interval notices a day's end later.
	TickInterval time.Duration
	// CommitInterval is how often what changed is written to the store. A larger
	// interval means fewer and larger writes, and more to read again after a
	// crash. A worker that catches up commits a third as often.
	CommitInterval time.Duration
	// CommitAccounts commits earlier when this many accounts have changed. It
	// bounds the time of one commit, and slows a large partition down.
	CommitAccounts int
	// MaxClockSkew is how far the owner's clock may be from the store's. Beyond
	// it no ticks are written.
	MaxClockSkew time.Duration
	// Owner names this process in its ticks, for people.
	Owner string
	// HandOver bounds the last commit of a session: the successor waits for nobody, so a
	// longer one only delays the end of the process.
	HandOver time.Duration
}

// DefaultConfig returns the values that suit most deployments.
func DefaultConfig() Config {
	return Config{
		TickInterval: time.Minute, CommitInterval: time.Second,
		CommitAccounts: 1_000_000, MaxClockSkew: 30 * time.Second, HandOver: 5 * time.Second,
	}
}

// Worker owns one partition. It reads the partition's log, feeds an Engine and
// writes what changed to the Store. The token of its claim keeps every former
// owner from writing. Run may be called once.
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
	Status    *Status // receives the state that readiness reports; never nil

	// Committed is called after each complete commit, from the worker's
	// goroutine. It must not block. May be nil.
	Committed func(Progress)
}

// Progress is how far a partition is after a commit.
type Progress struct {
	Next  int64 // offset of the first record that is not in the stored state
	Clock int64 // of the partition: Engine.Clock
	Live  bool  // the log's end as it was at the claim has been reached
}

// Run works the partition until ctx ends, and then commits what it has. It
// claims again when a commit is refused, and waits while the store cannot be
// reached. When an operator must decide it stops working, but does not return. It
// returns an error that is permanent (stall.Permanent).
func (w *Worker) Run(ctx context.Context) error {
	wait := newWait()
	for ctx.Err() == nil {
		err := w.own(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the end was asked for
		case operatorDecides(err):
			w.Logger.Error("partition stopped: an operator must decide", "partition", w.Partition, "err", err)
			w.Status.set(w.Partition, Stopped, err.Error())
			<-ctx.Done()
			return nil
		case stall.Permanent(err):
			w.Logger.Error("partition stopped: waiting does not help", "partition", w.Partition, "err", err)
			w.Status.set(w.Partition, Stopped, err.Error())
			return err
		case errors.Is(err, ErrRefused):
			w.Metrics.refusals.Inc()
			w.Logger.Warn("commit refused, claiming the partition again", "partition", w.Partition)
			w.Status.set(w.Partition, Claiming, "refused: "+err.Error())
		case err != nil:
			w.Logger.Error("partition failed, claiming it again", "partition", w.Partition, "err", err)
			w.Status.set(w.Partition, Claiming, err.Error())
		}
		wait.Wait(ctx)
	}
	return nil
}

// newWait returns the wait between two attempts to claim, or to reach the store.
func newWait() *backoff.Backoff { return backoff.New(100*time.Millisecond, 10*time.Second) }

// own is one session: from a claim until a refusal or the end of ctx.
func (w *Worker) own(ctx context.Context) error {
	s := newSession(w)
	if err := s.claim(ctx); err != nil {
		return err
	}
	defer w.Metrics.released(w.Partition)
	err := s.work(ctx)
	if ctx.Err() == nil {
		return err
	}
	// Hand over: write what is in memory, so that the successor reads less again.
	// This is a courtesy. The token is what protects the state when the successor
	// has already claimed.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Config.HandOver)
	defer cancel()
	if err := s.commit(last); err != nil {
		w.Logger.Info("last commit before the hand-over failed, the next owner reads these records again", "partition", w.Partition, "err", err)
	}
	return nil
}
