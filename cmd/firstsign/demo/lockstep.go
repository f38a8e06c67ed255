package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"firstsign/alerting/delivery"
	"firstsign/alerting/dispatch"
	"firstsign/cmd/firstsign/app"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// lockstep is the clock of a demo. It moves step by step: what is in the log is read,
// judged and delivered before the next step. So a demo says the same in the same order on
// any machine; a slow machine only takes longer.
type lockstep struct {
	app        *app.App
	partitions int
	lateness   time.Duration
	clock      atomic.Int64 // Unix nanoseconds
	coming     atomic.Int64 // the next time of the clock
	outbox     ordered
	dispatcher *dispatch.Dispatcher
	notifier   *delivery.Notifier

	mu   sync.Mutex
	at   map[int]worker.Progress // of each partition
	more chan struct{}           // there was a commit
}

// Step is how far the clock moves at once. Findings about one account in one step may
// share a message.
const Step = time.Hour

// newLockstep takes over the clock of an app, and the delivery.
func newLockstep(a *app.App, partitions int, start time.Time) *lockstep {
	l := &lockstep{
		app: a, partitions: partitions, lateness: a.Config.Detector.Lateness,
		outbox: ordered{of: a.Store, waiting: map[int][]timed{}},
		at:     map[int]worker.Progress{}, more: make(chan struct{}, 1),
	}
	l.clock.Store(start.UnixNano())
	a.Now, a.Committed = l.now, l.committed
	a.Kafka.SetClock(l.written)
	l.dispatcher, l.notifier = a.Dispatcher(&l.outbox), a.Notifier(partitions)
	return l
}

func (l *lockstep) now() time.Time { return time.Unix(0, l.clock.Load()) }

// written is the time at which a record is written. A tick is written before the clock
// moves.
func (l *lockstep) written() time.Time { return time.Unix(0, max(l.clock.Load(), l.coming.Load())) }

// committed notes how far the worker of a partition has come.
func (l *lockstep) committed(partition int, at worker.Progress) {
	l.mu.Lock()
	l.at[partition] = at
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default: // somebody will look anyway
	}
}

// reached reports whether everything is judged up to the given ends of the log, and the
// time before which no more findings can come. Bad news is found at the time of its
// record, which may be late. What a day brought is found at the day's end, once the clock
// is past it by the lateness or up to a day more.
func (l *lockstep) reached(ends []int64) (all bool, settled int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all, settled = true, math.MaxInt64
	for p, end := range ends {
		at := l.at[p]
		all = all && at.Next >= end
		settled = min(settled, at.Clock-int64(l.lateness+24*time.Hour))
	}
	if all {
		return true, math.MaxInt64
	}
	return false, settled
}

// judged returns when everything in the log is judged and delivered.
func (l *lockstep) judged(ctx context.Context) error {
	ends := make([]int64, l.partitions)
	for p := range ends {
		var err error
		if _, ends[p], err = l.app.Kafka.Partition(p).Bounds(ctx); err != nil {
			return err
		}
	}
	for {
		all, settled := l.reached(ends)
		if err := l.tell(ctx, settled); err != nil {
			return err
		}
		if all {
			return l.notifier.DeliverDue(ctx) // snoozes that end, escalations
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.more:
		}
	}
}

// tell delivers the findings before a time, step by step in the order of time. So a
// history that was judged at once is told as it happened.
func (l *lockstep) tell(ctx context.Context, before int64) error {
	for p := range l.partitions {
		if err := l.outbox.fill(ctx, p); err != nil {
			return err
		}
	}
	for l.outbox.next(before) {
		for p := range l.partitions {
			if _, err := l.dispatcher.Dispatch(ctx, p, l.now()); err != nil {
				return err
			}
		}
		if err := l.notifier.DeliverDue(ctx); err != nil {
			return err
		}
	}
	return nil
}

// advance ends a step: it writes the new time into the log and delivers what follows from
// it.
func (l *lockstep) advance(ctx context.Context, producer *kafka.Producer, to int64) error {
	if err := producer.Flush(); err != nil {
		return err
	}
	l.coming.Store(to)
	for p := range l.partitions {
		tick := signals.Control{Kind: signals.Tick, Time: to, Owner: app.OwnerName()}
		if err := l.app.Kafka.Partition(p).Append(ctx, tick); err != nil {
			return err
		}
	}
	l.clock.Store(to) // after it is in the log, because the workers tick as well
	return l.judged(ctx)
}

// ordered is an outbox that hands out the findings of one step at a time.
type ordered struct {
	of      dispatch.Outbox
	waiting map[int][]timed // by partition, oldest first
	until   int64
}

// timed is an entry of an outbox and when it was found.
type timed struct {
	at    int64
	entry worker.OutboxEntry
}

// fill reads the whole outbox of a partition.
func (o *ordered) fill(ctx context.Context, partition int) error {
	entries, err := o.of.Outbox(ctx, partition, "", math.MaxInt32)
	if err != nil {
		return err
	}
	all := make([]timed, len(entries))
	for i, e := range entries {
		var f detector.Finding
		_ = json.Unmarshal(e.Finding, &f) // the dispatcher reports what cannot be read
		all[i] = timed{f.Time, e}
	}
	slices.SortStableFunc(all, func(a, b timed) int { return cmp.Compare(a.at, b.at) })
	o.waiting[partition] = all
	return nil
}

// next hands out the step of the oldest finding that waits, if that step is over before a
// time.
func (o *ordered) next(before int64) bool {
	oldest := int64(math.MaxInt64)
	for _, all := range o.waiting {
		if len(all) > 0 {
			oldest = min(oldest, all[0].at)
		}
	}
	if oldest == math.MaxInt64 {
		return false
	}
	o.until = oldest - oldest%int64(Step) + int64(Step)
	return o.until <= before
}

// Outbox implements dispatch.Outbox.
func (o *ordered) Outbox(_ context.Context, partition int, after string, limit int) (entries []worker.OutboxEntry, _ error) {
	behind := after == ""
	for _, t := range o.waiting[partition] {
		if t.at >= o.until || len(entries) == limit {
			break
		}
		if !behind {
			behind = t.entry.ID == after
			continue
		}
		entries = append(entries, t.entry)
	}
	return entries, nil
}

// Settle implements dispatch.Outbox.
func (o *ordered) Settle(ctx context.Context, partition int, ids []string, there func(context.Context) error) error {
	if err := o.of.Settle(ctx, partition, ids, there); err != nil {
		return err
	}
	o.waiting[partition] = o.waiting[partition][len(ids):] // they are the first
	return nil
}
