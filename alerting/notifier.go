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

// Notifier tells people what the AlertStore says they are to be told, until every
// channel has taken it. A manager belongs to the owner of one partition, so
// normally one instance tells; at a hand-over two may: at least once.
type Notifier struct {
	Store    AlertStore
	Snapshot func() *RoutingSnapshot // the one in force
	// Partitions of the topic; a manager belongs to one by murmur2 of the name.
	Partitions int
	// Owns says whether a partition is ours at this moment; nil: all are.
	Owns    func(partition int) bool
	Metrics *Metrics
	Log     *slog.Logger
	// Now is the clock; nil: the wall's. A simulation brings its own.
	Now func() time.Time

	mu         sync.Mutex
	senders    map[string]*channelSender // by channel name
	sending    sync.WaitGroup
	maintained time.Time
}

const (
	// pollInterval is how often the store is asked for something to tell.
	pollInterval = time.Second
	// logEvery so many looks the log hears that the store still cannot be used.
	logEvery = 30
	// maintainInterval is how often open alerts are counted, what is due comes and old
	// ones leave.
	maintainInterval = 30 * time.Second
	// The pause after a failed try doubles from about the first to the last of these.
	firstPause = time.Second
	lastPause  = 5 * time.Minute
)

// Run tells people until ctx ends. It blocks until all tries have ended and
// returns nil then: what could not be told yet stands in the store.
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
				n.Log.Warn("the book of alerts cannot be used; messages wait", "error", err)
			}
			failed++
		case failed > 0:
			n.Log.Info("the book of alerts can be used again")
			failed = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// DeliverDue does at once what Run does at its next look, and returns when each
// message was tried: for whoever lets time pass step by step. It is not called
// while Run works.
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

// deliverDue starts what is due on every channel that is idle and not pausing.
func (n *Notifier) deliverDue(ctx context.Context, now func() time.Time) error {
	at, snapshot := now(), n.Snapshot()
	idle := n.idle(at) // before the store is read: what ends meanwhile is not in what we read
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

// owns says whether this instance tells an owner.
func (n *Notifier) owns(owner string) bool {
	return n.Owns == nil || n.Owns(signals.PartitionOf([]byte(owner), n.Partitions))
}

// caughtUp says whether no partition can still bring old findings.
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

// maintain counts open alerts, brings what time brings to them and lets old
// ones leave the store. Those of a first start on a long history stay until every
// partition has read it: a feed's alert that left before would come anew, and its
// line twice, when another partition brings the same.
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
		n.Log.Info("closed alerts left the book", "alerts", gone)
	}
	n.maintained = now
	return nil
}

// task is one message for one place, and the events it tells of.
type task struct {
	destination
	events  []pendingEvent
	message Message
	digest  bool
}

// pendingEvent is one event of one alert, and all places it is to reach: it is told
// once every one has it.
type pendingEvent struct {
	alert        *Alert
	event        Event
	destinations []destination
}

func (t *task) deliveryID(i int) string {
	return t.events[i].alert.deliveryID(t.events[i].event, t.destination)
}

// markDelivered notes a delivery in the store; without a channel only what follows from
// those before.
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
