package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/config"
	state "firstsign/detector/redis"
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
