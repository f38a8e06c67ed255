package delivery

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/sending"
	"firstsign/signals"
)

// Notifier delivers the pending events of the AlertStore until every channel has
// accepted them. Each manager belongs to one partition, and the partition's owner
// delivers. During a hand-over two instances may, so delivery is at least once.
type Notifier struct {
	Store    alerting.AlertStore
	Snapshot func() *alerting.RoutingSnapshot // the one in force
	// Partitions of the topic. A manager belongs to one by murmur2 of the name.
	Partitions int
	// Owns reports whether this instance owns a partition now; nil: it owns all.
	Owns    func(partition int) bool
	Metrics *Metrics
	Changes *alerting.Metrics // counts what time brings to alerts
	Log     *slog.Logger
	// Now is the clock; nil means the wall clock. Simulations bring their own.
	Now func() time.Time

	follower   alerting.Follower
	alerts     map[string]*alerting.Alert // not closed or with a delivery to be made; without their reasons
	plan       *deliveryPlan              // the last one
	stale      atomic.Bool                // alerts have changed since, or a round has ended
	maintained time.Time
	sending    sync.WaitGroup
	recorder   recorder
	atOnce     int // messages on one channel

	mu         sync.Mutex
	senders    map[string]*sending.Sender // by channel name
	unrecorded map[string]bool            // deliveries that a channel accepted and the store has not recorded yet
	shown      []ChannelHealth
}

const (
	// pollInterval is how often the store is asked what has changed.
	pollInterval = time.Second
	// logEvery: of so many failed polls in a row one is logged.
	logEvery = 30
	// maintainInterval is how often open alerts are counted, timers are applied and
	// old alerts are removed.
	maintainInterval = 30 * time.Second
)

// Run delivers until ctx ends. It then waits for attempts under way and returns
// nil. What could not be delivered stays pending in the store.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.sending.Wait()
	n.atOnce = sending.AtOnce
	now := n.clock()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for failed := 0; ; {
		switch err := n.deliverDue(ctx, now); {
		case ctx.Err() != nil:
		case err != nil:
			if failed%logEvery == 0 {
				n.Log.Warn("alert store cannot be used, messages wait", "error", err)
			}
			failed++
		case failed > 0:
			n.Log.Info("alert store can be used again")
			failed = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// DeliverDue does what one poll of Run does, and returns once every message was
// attempted. Simulations call it step by step. Each channel gets one message at a time,
// so that a simulation tells the same in the same order. Do not call it while Run works.
func (n *Notifier) DeliverDue(ctx context.Context) error {
	defer n.sending.Wait()
	n.atOnce = 1
	return n.deliverDue(ctx, n.clock())
}

func (n *Notifier) clock() func() time.Time {
	if n.Now == nil {
		return time.Now
	}
	return n.Now
}

// deliverDue starts the due deliveries on every channel that is idle and not
// pausing.
func (n *Notifier) deliverDue(ctx context.Context, now func() time.Time) error {
	at, snapshot := now(), n.Snapshot()
	ready := n.ready(at) // asked before the store is read, so that a delivery that ends in between is not repeated
	stale := n.stale.Swap(false)
	if err := n.follow(ctx); err != nil {
		n.stale.Store(true)
		return err
	}
	caught, err := alerting.AllCaughtUp(ctx, n.Store, n.Partitions)
	if err != nil {
		return err
	}
	owned := n.owned()
	if p := n.plan; p == nil || stale || n.stale.Load() || p.snapshot != snapshot || p.caughtUp != caught || !slices.Equal(p.owned, owned) {
		n.stale.Store(false)
		n.plan = n.newPlan(snapshot, caught, owned)
	}
	n.showPlan(at)
	if err := n.recordAll(ctx, n.plan.needless, at); err != nil {
		return err
	}
	for name, c := range n.plan.channels {
		if ready(name) {
			n.start(ctx, name, c, now)
		}
	}
	return n.maintain(ctx, snapshot, caught, at)
}

// follow brings the alerts up to date. What a message says is read when it is sent.
func (n *Notifier) follow(ctx context.Context) error {
	if n.follower == nil {
		n.follower, n.alerts = n.Store.Follow(), map[string]*alerting.Alert{}
	}
	return n.follower.Next(ctx, func() { clear(n.alerts); n.stale.Store(true) }, func(a *alerting.Alert) {
		n.stale.Store(true)
		if a.State == alerting.Closed && !a.Unfinished() {
			delete(n.alerts, a.ID)
			return
		}
		a.Reasons, a.Pictured, a.Earlier = nil, nil, nil
		n.alerts[a.ID] = a
	})
}

// owned are the partitions that this instance owns.
func (n *Notifier) owned() []bool {
	owned := make([]bool, n.Partitions)
	for p := range owned {
		owned[p] = n.Owns == nil || n.Owns(p)
	}
	return owned
}

// owns reports whether this instance delivers to an owner.
func (n *Notifier) owns(owner string) bool {
	return n.Owns == nil || n.Owns(signals.PartitionOf([]byte(owner), n.Partitions))
}

// maintain counts open alerts, applies timers and removes old closed alerts.
// Nothing is removed before every partition has caught up. Otherwise another
// partition would bring the alert of the same feed again, and its line twice.
func (n *Notifier) maintain(ctx context.Context, snapshot *alerting.RoutingSnapshot, caughtUp bool, now time.Time) error {
	if now.Sub(n.maintained).Abs() < maintainInterval {
		return nil
	}
	n.Metrics.showOpen(n.alerts)
	for _, a := range n.alerts {
		if !n.owns(snapshot.OwnerOf(a)) {
			continue
		}
		if err := alerting.ApplyTime(ctx, n.Store, n.Changes, snapshot, a, now); err != nil {
			return err
		}
	}
	if !caughtUp {
		n.maintained = now
		return nil
	}
	gone, err := n.Store.Expire(ctx, now.Add(-snapshot.Routing.Retention()))
	if err != nil {
		return err
	}
	if gone > 0 {
		n.Log.Info("old closed alerts removed", "alerts", gone)
	}
	n.maintained = now
	return nil
}
