package main

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"firstsign/alerting"
	"firstsign/detector/worker"
	"firstsign/signals/kafka"
)

// own is one ownership of a partition: its worker, and the carrier of its
// findings.
func (a *app) own(ctx context.Context, p *kafka.Partition) error {
	a.owned.set(p.ID, true)
	defer func() {
		a.owned.set(p.ID, false)
		a.status.Drop(p.ID)
	}()
	w := &worker.Worker{
		Partition: p.ID,
		Identity: worker.Identity{
			Cluster: a.identity.Cluster, Topic: a.identity.Topic, Partitions: a.identity.Partitions,
			TimeZone: a.config.Calendar.Location.String(),
		},
		Config: a.config.Service.Worker(ownerName()),
		Store:  a.store, Log: p, Rules: a.rules.Load, Now: a.now, Logger: a.log, Metrics: a.workers, Status: &a.status,
		Committed: func(at worker.Progress) {
			p.Committed(at.Next)
			a.lockstep.committed(p.ID, at)
		},
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.Run(ctx) })
	if a.lockstep == nil {
		live := func() bool { return a.status.Live(p.ID) }
		g.Go(func() error { return a.dispatcher(a.store).Run(ctx, p.ID, live) })
	}
	return g.Wait()
}

// dispatcher carries findings into the store.
func (a *app) dispatcher(outbox alerting.Outbox) *alerting.Dispatcher {
	return &alerting.Dispatcher{
		Outbox: outbox, Store: a.alertStore, Publisher: publisher{a.kafka}, Snapshot: a.snapshot.Load,
		Metrics: a.alerts, Log: a.log, Now: a.now,
	}
}

// owned is the set of partitions that this process owns.
type owned struct {
	mu         sync.Mutex
	partitions map[int]bool
}

func (o *owned) set(p int, ours bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.partitions == nil {
		o.partitions = map[int]bool{}
	}
	o.partitions[p] = ours
}

func (o *owned) has(p int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.partitions[p]
}
