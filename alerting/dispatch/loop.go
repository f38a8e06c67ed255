package dispatch

import (
	"context"
	"errors"
	"time"

	"firstsign/internal/backoff"
)

const (
	// dispatchInterval is how often an outbox is polled.
	dispatchInterval = time.Second
	// The pause after a failure doubles between these bounds.
	firstDispatchPause = 2 * time.Second
	lastDispatchPause  = 30 * time.Second
)

// Run dispatches a partition from its claim until ctx ends, and then returns nil.
// live reports whether all findings up to the log's end are in the outbox. What
// fails is retried, with growing pauses.
func (d *Dispatcher) Run(ctx context.Context, partition int, live func() bool) error {
	r := partitionDispatch{Dispatcher: d, partition: partition, live: live, now: d.Now}
	if r.now == nil {
		r.now = time.Now
	}
	for wait := backoff.New(firstDispatchPause, lastDispatchPause); ctx.Err() == nil; {
		pause := dispatchInterval
		switch err := r.once(ctx); {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the end was asked for
		case err != nil:
			pause = wait.Next()
			d.Metrics.failures.Inc()
			d.Log.Warn("findings not dispatched, will be retried", "partition", partition, "pause", pause, "error", err)
		default:
			wait.Reset()
		}
		backoff.Sleep(ctx, pause)
	}
	return nil
}

// partitionDispatch dispatches one partition while this process owns it.
type partitionDispatch struct {
	*Dispatcher
	partition        int
	live             func() bool
	now              func() time.Time
	behind, caughtUp bool // what was recorded in the store
	// stored is the outbox entry up to which findings are in the store while the topic
	// takes nothing; empty: none.
	stored string
	mark   string // that the store was left with; empty: unknown
}

func (r *partitionDispatch) once(ctx context.Context) error {
	if !r.behind { // recorded before the first finding is stored, so that digests wait for it
		if err := r.CaughtUp(ctx, r.partition, false); err != nil {
			return err
		}
		r.behind = true
	}
	all := r.live() // asked before the outbox is read: what it reports is in the outbox by then
	_, err := r.dispatch(ctx, r.now())
	if err != nil && !errors.Is(err, errUnpublished) {
		return err
	}
	if all && !r.caughtUp { // digests do not wait for the topic
		if err := r.CaughtUp(ctx, r.partition, true); err != nil {
			return err
		}
		r.caughtUp = true
	}
	return err
}
