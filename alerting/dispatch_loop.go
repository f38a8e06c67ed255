package alerting

import (
	"context"
	"time"

	"firstsign/internal/backoff"
)

const (
	// dispatchInterval is how often an outbox is looked into.
	dispatchInterval = time.Second
	// The pause after a failure doubles from about the first to the last of these.
	firstDispatchPause = 2 * time.Second
	lastDispatchPause  = 30 * time.Second
)

// Run dispatches a partition from the moment it is ours until ctx ends, and
// returns nil then. live says whether all findings up to the log's end are in
// the outbox. What cannot be done is tried again, with growing pauses.
func (d *Dispatcher) Run(ctx context.Context, partition int, live func() bool) error {
	r := partitionDispatch{Dispatcher: d, partition: partition, live: live, now: d.Now}
	if r.now == nil {
		r.now = time.Now
	}
	for wait := backoff.New(firstDispatchPause, lastDispatchPause); ctx.Err() == nil; {
		pause := dispatchInterval
		switch err := r.once(ctx); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			pause = wait.Next()
			d.Metrics.failures.Inc()
			d.Log.Warn("findings cannot be dispatched, will be tried again", "partition", partition, "pause", pause, "error", err)
		default:
			wait.Reset()
		}
		backoff.Sleep(ctx, pause)
	}
	return nil
}

// partitionDispatch is the delivery of one partition while it is ours.
type partitionDispatch struct {
	*Dispatcher
	partition        int
	live             func() bool
	now              func() time.Time
	behind, caughtUp bool // what the store knows of us
}

func (r *partitionDispatch) once(ctx context.Context) error {
	if !r.behind { // before our first finding enters the store: no digest goes without it
		if err := r.CaughtUp(ctx, r.partition, false); err != nil {
			return err
		}
		r.behind = true
	}
	all := r.live() // asked first: what it speaks of is in the outbox by now
	if _, err := r.Dispatch(ctx, r.partition, r.now()); err != nil {
		return err
	}
	if all && !r.caughtUp {
		if err := r.CaughtUp(ctx, r.partition, true); err != nil {
			return err
		}
		r.caughtUp = true
	}
	return nil
}
