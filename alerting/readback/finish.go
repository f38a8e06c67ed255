package readback

import (
	"context"
	"log/slog"
	"time"

	"firstsign/alerting"
	"firstsign/internal/backoff"
	"firstsign/signals"
)

// Finisher tells the topic and the detector of answers whose handler ended before it could:
// a process that was killed, or a Kafka that took nothing. Such an answer is shown, so
// nobody gives it again.
type Finisher struct {
	Store   alerting.AlertStore
	Handler *alerting.AnswerHandler
	// Owns reports whether this instance owns a partition of the detector. An alert is of
	// the partition of its account, or of its source.
	Owns       func(partition int) bool
	Partitions int
	Logger     *slog.Logger
	Now        func() time.Time

	follower alerting.Follower
	open     map[string]*alerting.Alert
}

const (
	// finishEvery is how often it is looked for such answers, and finishAfter how long
	// their handlers have.
	finishEvery = 10 * time.Second
	finishAfter = time.Minute
)

// Run works until ctx ends, and then returns nil. What fails is tried again.
func (f *Finisher) Run(ctx context.Context) error {
	for ; ctx.Err() == nil; backoff.Sleep(ctx, finishEvery) {
		if err := f.round(ctx); err != nil && ctx.Err() == nil {
			f.Logger.Warn("answers that were not told are told later", "error", err)
		}
	}
	return nil
}

func (f *Finisher) round(ctx context.Context) error {
	if f.follower == nil {
		f.follower, f.open = f.Store.Follow(), map[string]*alerting.Alert{}
	}
	err := f.follower.Next(ctx, func() { clear(f.open) }, func(a *alerting.Alert) {
		if delete(f.open, a.ID); a.Unfinished() {
			f.open[a.ID] = a
		}
	})
	if err != nil {
		return err
	}
	before := f.Now().Add(-finishAfter)
	for _, a := range f.open {
		key := a.Account
		if key == "" {
			key = a.Source
		}
		if !f.Owns(signals.PartitionOf([]byte(key), f.Partitions)) {
			continue
		}
		n, err := f.Handler.Finish(ctx, a, before)
		if err != nil {
			return err
		}
		if n > 0 {
			f.Logger.Warn("answers are told that were stored and not told", "alert", a.ID, "answers", n)
		}
	}
	return nil
}
