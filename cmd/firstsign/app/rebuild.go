package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/signals/kafka"
)

// Rebuilt says what a rebuild starts from.
type Rebuilt struct {
	Partitions []LogBounds
	Alerts     error // what is lost of the alerts; nil: they stay
}

// LogBounds are the first offset that a partition holds, and the one after the last.
type LogBounds struct {
	ID         int
	Start, End int64
}

// Rebuild removes the state of all partitions, so that their owners rebuild it from the
// topic. It removes the alerts when a part of them is lost. Unless told to do it, it only
// looks.
func Rebuild(ctx context.Context, c *config.Config, log *slog.Logger, doing bool) (*Rebuilt, error) {
	client, err := kafka.Open(c.Service.Kafka, log, nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	r := &Rebuilt{}
	topic, err := client.Find(ctx)
	if err != nil {
		return nil, err
	}
	for id := range topic.Partitions {
		p := LogBounds{ID: id}
		if p.Start, p.End, err = client.Partition(id).Bounds(ctx); err != nil {
			return nil, err
		}
		r.Partitions = append(r.Partitions, p)
	}
	redis, err := state.Open(c.Service.Redis)
	if err != nil {
		return nil, err
	}
	defer redis.Close()
	store, err := state.New(redis, Namespace(c), prometheus.NewRegistry())
	if err != nil {
		return nil, err
	}
	alerts := alertredis.New(redis, Namespace(c))
	if err := alerts.Check(ctx); errors.Is(err, alerting.ErrDamaged) {
		r.Alerts = err
	} else if err != nil {
		return nil, err
	}
	if !doing {
		return r, nil
	}
	if err := givesAgain(ctx, store, c, topic, r.Partitions); err != nil {
		return nil, err
	}
	if err := store.Claimable(ctx); err != nil { // what is being brought in is not in the topic alone
		return nil, err
	}
	for _, p := range r.Partitions {
		if err := store.Forget(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	if r.Alerts != nil {
		err = alerts.Forget(ctx)
	}
	return r, err
}

// givesAgain refuses to remove a state that the topic cannot give again, because it is
// another one than the state was made from, or has lost its end.
func givesAgain(ctx context.Context, store *state.Store, c *config.Config, topic kafka.Identity, logs []LogBounds) error {
	ours := identityOf(topic, c)
	for _, p := range logs {
		id, meta, err := store.Inspect(ctx, p.ID)
		switch {
		case err != nil:
			return err
		case id != (worker.Identity{}) && id != ours:
			return fmt.Errorf("%w: partition %d is of %+v, and the configuration says %+v; nothing was done", worker.ErrIdentity, p.ID, id, ours)
		case meta.Position != nil && p.End < meta.Position.Next:
			return fmt.Errorf("%w: partition %d was read to offset %d and ends at %d, so the topic cannot give again what the state holds; nothing was done. "+
				"Restore the topic, or name a fresh kafka.group and load the history again", worker.ErrForeignLog, p.ID, meta.Position.Next, p.End)
		}
	}
	return nil
}
