package alerting

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"firstsign/signals"
)

// Notifier delivers the pending events of the AlertStore until every channel has
// accepted them. Each manager belongs to one partition, and the partition's owner
// delivers. During a hand-over two instances may, so delivery is at least once.
type Notifier struct {
	Store    AlertStore
	Snapshot func() *RoutingSnapshot // the one in force
	// Partitions of the topic. A manager belongs to one by murmur2 of the name.
	Partitions int
	// Owns reports whether this instance owns a partition now; nil: it owns all.
	Owns    func(partition int) bool
	Metrics *Metrics
	Log     *slog.Logger
	// Now is the clock; nil means the wall clock. Simulations bring their own.
	Now func() time.Time

	mu         sync.Mutex
	senders    map[string]*channelSender // by channel name
	sending    sync.WaitGroup
	maintained time.Time
}

const (
	// pollInterval is how often the store is asked for pending alerts.
	pollInterval = time.Second
	// logEvery: of so many failed polls in a row one is logged.
	logEvery = 30
	// maintainInterval is how often open alerts are counted, timers are applied and
	// old alerts are removed.
	maintainInterval = 30 * time.Second
	// The pause after a failed attempt doubles between these bounds.
	firstPause = time.Second
	lastPause  = 5 * time.Minute
)

// Run delivers until ctx ends. It then waits for attempts under way and returns
// nil. What could not be delivered stays pending in the store.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.sending.Wait()
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
// attempted. Simulations call it step by step. Do not call it while Run works.
func (n *Notifier) DeliverDue(ctx context.Context) error {
	defer n.sending.Wait()
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
	idle := n.idle(at) // asked before the store is read, so that a delivery that ends in between is not repeated
	pending, err := n.Store.Pending(ctx)
	if err != nil {
		return err
	}
	pending = slices.DeleteFunc(pending, func(a *Alert) bool { return !n.owns(snapshot.owner(a)) })
	caught, err := n.caughtUp(ctx)
	if err != nil {
		return err
	}
	n.showPending(pending, at)
	for name, tasks := range plan(snapshot, pending, caught, at) {
		if name == noChannel {
			for _, t := range tasks {
				if err := n.markDelivered(ctx, t, at); err != nil {
					return err
				}
			}
		} else if idle(name) {
			n.start(ctx, name, snapshot.Channels[name], tasks, now)
		}
	}
	return n.maintain(ctx, snapshot, caught, at)
}

// owns reports whether this instance delivers to an owner.
func (n *Notifier) owns(owner string) bool {
	return n.Owns == nil || n.Owns(signals.PartitionOf([]byte(owner), n.Partitions))
}

// caughtUp reports whether all old findings of all partitions are in the store.
func (n *Notifier) caughtUp(ctx context.Context) (bool, error) {
	caught, err := n.Store.CaughtUp(ctx)
	for p := range n.Partitions {
		if !caught[p] {
			return false, err
		}
	}
	return true, err
}

func (n *Notifier) showPending(pending []*Alert, now time.Time) {
	messages, waiting, oldest := 0, 0, time.Duration(0)
	for _, a := range pending {
		for _, e := range a.History {
			switch {
			case !e.pending():
			case e.Delivery == ByDigest:
				waiting++
			default:
				messages++
				oldest = max(oldest, now.Sub(e.Entered))
			}
		}
	}
	n.Metrics.showPending(messages, waiting, oldest)
}

// maintain counts open alerts, applies timers and removes old closed alerts.
// Nothing is removed before every partition has caught up. Otherwise another
// partition would bring the alert of the same feed again, and its line twice.
func (n *Notifier) maintain(ctx context.Context, snapshot *RoutingSnapshot, caughtUp bool, now time.Time) error {
	if now.Sub(n.maintained).Abs() < maintainInterval {
		return nil
	}
	living, err := n.Store.List(ctx, Filter{Living: true})
	if err != nil {
		return err
	}
	n.Metrics.showOpen(living)
	if err := n.applyTime(ctx, snapshot, living, now); err != nil {
		return err
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

// task is one message for one destination, with the events that it tells of.
type task struct {
	destination
	events  []pendingEvent
	message Message
	digest  bool
}

// pendingEvent is one event of one alert, with all its destinations. It counts as
// delivered once every destination has it.
type pendingEvent struct {
	alert        *Alert
	event        Event
	destinations []destination
}

func (t *task) deliveryID(i int) string {
	return t.events[i].alert.deliveryID(t.events[i].event, t.destination)
}

// markDelivered records a delivery in the store. For noChannel it only checks
// whether the deliveries made so far are all that are needed.
func (n *Notifier) markDelivered(ctx context.Context, t task, now time.Time) error {
	var errs []error
	for _, it := range t.events {
		_, err := Update(ctx, n.Store, it.alert.ID, func(a *Alert) bool {
			i := a.indexOf(it.event.Kind, it.event.Time)
			if i < 0 || a.History[i].Delivered || t.channel != noChannel && a.History[i].sentTo(t.destination) {
				return false
			}
			e := &a.History[i]
			if t.channel != noChannel {
				e.Sent = append(e.Sent, Sent{Channel: t.channel, To: t.to, Role: t.role, At: now.UTC()})
			}
			e.Delivered = !slices.ContainsFunc(it.destinations, func(p destination) bool { return !e.sentTo(p) })
			return true
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
