package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"firstsign/alerting/dispatch"
	"firstsign/alerting/readback"
	"firstsign/config"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// identityOf is what the state of a topic belongs to.
func identityOf(topic kafka.Identity, c *config.Config) worker.Identity {
	return worker.Identity{Cluster: topic.Cluster, Topic: topic.Topic, Partitions: topic.Partitions, TimeZone: c.Calendar.Location.String()}
}

// own runs the worker and the dispatcher of a partition while this process owns it.
func (a *App) own(ctx context.Context, p *kafka.Partition) error {
	a.owned.take(p)
	defer func() {
		a.owned.drop(p.ID)
		a.status.Drop(p.ID)
	}()
	w := &worker.Worker{
		Partition: p.ID,
		Identity:  identityOf(a.identity, a.Config),
		Config:    a.Config.Service.Worker(a.instance),
		Store:     a.Store, Log: p, Rules: a.rules.Load, Now: a.Now, Logger: a.log, Metrics: a.workers, Status: &a.status,
		Committed: func(at worker.Progress) {
			p.Committed(at.Next)
			a.owned.committed(p.ID, a.Now())
			if a.Committed != nil {
				a.Committed(p.ID, at)
			}
		},
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.Run(ctx) })
	if a.Committed == nil {
		live := func() bool { return a.status.Live(p.ID) }
		dispatcher := a.Dispatcher(a.Store)
		dispatcher.Settled, dispatcher.Marks = a.Store, a.alertStore
		g.Go(func() error { return dispatcher.Run(ctx, p.ID, live) })
		g.Go(func() error { return a.readBack(ctx, p.ID) })
	}
	return g.Wait()
}

// Dispatcher moves findings into the store of alerts.
func (a *App) Dispatcher(outbox dispatch.Outbox) *dispatch.Dispatcher {
	return &dispatch.Dispatcher{
		Outbox: outbox, Store: a.alertStore, Publisher: Publisher(a.Kafka), Snapshot: a.snapshot.Load,
		Metrics: a.dispatches, Log: a.log, Now: a.Now,
	}
}

// readBack reads the answers in one partition of the topic of alerts back into the store.
func (a *App) readBack(ctx context.Context, partition int) error {
	n, err := a.Kafka.AlertPartitions(ctx)
	if err != nil {
		return Ended(ctx, err)
	}
	g, ctx := errgroup.WithContext(ctx)
	for id := partition; id < n; id += a.identity.Partitions {
		log := a.Kafka.AlertPartition(id)
		r := &readback.Reader{
			Name: fmt.Sprintf("%s/%d", a.Config.Service.Kafka.Alerts, id), Log: log, Place: a.alertStore, Store: a.alertStore,
			Ours:      func(r *signals.Record) bool { return a.ourLine(id, r) },
			Retention: func() time.Duration { return a.snapshot.Load().Routing.Retention() }, Partitions: a.identity.Partitions,
			Metrics: a.readbacks, Logger: a.log, Now: a.Now,
		}
		g.Go(func() error {
			defer log.Close()
			return r.Run(ctx)
		})
	}
	return g.Wait()
}

// ourLine reports whether Firstsign wrote a line of the topic of alerts, as far as keys
// can tell.
func (a *App) ourLine(partition int, r *signals.Record) bool {
	authority := a.Config.Service.Kafka.Authority
	return authority == nil || authority.Signed(partition, r, signals.AlertLine) == nil
}

// owned are the partitions that this process owns.
type owned struct {
	mu         sync.Mutex
	partitions map[int]*ownedPartition
}

type ownedPartition struct {
	log *kafka.Partition
	at  time.Time // of the last commit; zero before the first
}

func (o *owned) take(p *kafka.Partition) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.partitions == nil {
		o.partitions = map[int]*ownedPartition{}
	}
	o.partitions[p.ID] = &ownedPartition{log: p}
}

func (o *owned) drop(p int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.partitions, p)
}

func (o *owned) committed(p int, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if own := o.partitions[p]; own != nil {
		own.at = at
	}
}

func (o *owned) has(p int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.partitions[p] != nil
}
