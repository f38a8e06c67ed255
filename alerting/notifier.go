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

// Notifier tells people what the Book says they are to be told, until every
// channel has taken it. A manager belongs to the owner of one partition, so
// normally one instance tells; at a hand-over two may: at least once.
type Notifier struct {
	Book Book
	Desk func() *Desk // the one in force
	// Partitions of the topic; a manager belongs to one by murmur2 of the name.
	Partitions int
	// Owns says whether a partition is ours at this moment; nil: all are.
	Owns    func(partition int) bool
	Metrics *Metrics
	Log     *slog.Logger
	// Now is the clock; nil: the wall's. A simulation brings its own.
	Now func() time.Time

	mu        sync.Mutex
	lanes     map[string]*lane // by channel name
	sending   sync.WaitGroup
	housekept time.Time
}

const (
	// lookInterval is how often the book is asked for something to tell.
	lookInterval = time.Second
	// sayEvery so many looks the log hears that the book still cannot be used.
	sayEvery = 30
	// keepInterval is how often open alerts are counted, what is due comes and old
	// ones leave.
	keepInterval = 30 * time.Second
	// The pause after a failed try doubles from the first to the last of these.
	firstPause = time.Second
	lastPause  = 5 * time.Minute
)

// Run tells people until ctx ends. It blocks until all tries have ended and
// returns nil then: what could not be told yet stands in the book.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.sending.Wait()
	now := n.clock()
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for failed := 0; ; {
		switch err := n.look(ctx, now); {
		case ctx.Err() != nil:
		case err != nil:
			if failed%sayEvery == 0 {
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

// Tell does at once what Run does at its next look, and returns when each
// message was tried: for whoever lets time pass step by step. It is not called
// while Run works.
func (n *Notifier) Tell(ctx context.Context) error {
	defer n.sending.Wait()
	return n.look(ctx, n.clock())
}

func (n *Notifier) clock() func() time.Time {
	if n.Now == nil {
		return time.Now
	}
	return n.Now
}

// look starts what is due on every channel that is idle and not pausing.
func (n *Notifier) look(ctx context.Context, now func() time.Time) error {
	at, desk := now(), n.Desk()
	idle := n.idle(at) // before the book is read: what ends meanwhile is not in what we read
	pending, err := n.Book.Pending(ctx)
	if err != nil {
		return err
	}
	pending = slices.DeleteFunc(pending, func(a *Alert) bool { return !n.ours(desk.owner(a)) })
	caught, err := n.caughtUp(ctx)
	if err != nil {
		return err
	}
	n.show(pending, at)
	for name, tasks := range plan(desk, pending, caught, at) {
		if name == nobody {
			for _, t := range tasks {
				if err := n.mark(ctx, t, at); err != nil {
					return err
				}
			}
		} else if idle(name) {
			n.start(ctx, name, desk.Channels[name], tasks, now)
		}
	}
	return n.keepHouse(ctx, desk, caught, at)
}

// ours says whether this instance tells an owner.
func (n *Notifier) ours(owner string) bool {
	return n.Owns == nil || n.Owns(signals.PartitionOf([]byte(owner), n.Partitions))
}

// caughtUp says whether no partition can still bring old findings.
func (n *Notifier) caughtUp(ctx context.Context) (bool, error) {
	caught, err := n.Book.CaughtUp(ctx)
	for p := range n.Partitions {
		if !caught[p] {
			return false, err
		}
	}
	return true, err
}

func (n *Notifier) show(pending []*Alert, now time.Time) {
	messages, waiting, oldest := 0, 0, time.Duration(0)
	for _, a := range pending {
		for _, e := range a.History {
			switch {
			case !e.pending():
			case e.Tell == ByDigest:
				waiting++
			default:
				messages++
				oldest = max(oldest, now.Sub(e.Entered))
			}
		}
	}
	n.Metrics.showPending(messages, waiting, oldest)
}

// keepHouse counts open alerts, brings what time brings to them and lets old
// ones leave the book. Those of a first start on a long history stay until every
// partition has read it: a feed's alert that left before would come anew, and its
// line twice, when another partition brings the same.
func (n *Notifier) keepHouse(ctx context.Context, desk *Desk, caughtUp bool, now time.Time) error {
	if now.Sub(n.housekept).Abs() < keepInterval {
		return nil
	}
	living, err := n.Book.List(ctx, Filter{Living: true})
	if err != nil {
		return err
	}
	n.Metrics.showOpen(living)
	if err := n.advance(ctx, desk, living, now); err != nil {
		return err
	}
	if !caughtUp {
		n.housekept = now
		return nil
	}
	gone, err := n.Book.Expire(ctx, now.Add(-desk.Routing.Retention()))
	if err != nil {
		return err
	}
	if gone > 0 {
		n.Log.Info("closed alerts left the book", "alerts", gone)
	}
	n.housekept = now
	return nil
}

// task is one message for one place, and the events it tells of.
type task struct {
	place
	items   []item
	message Message
	digest  bool
}

// item is one event of one alert, and all places it is to reach: it is told
// once every one has it.
type item struct {
	alert  *Alert
	event  Event
	places []place
}

func (t *task) id(i int) string {
	return t.items[i].alert.deliveryID(t.items[i].event, t.place)
}

// mark notes a delivery in the book; without a channel only what follows from
// those before.
func (n *Notifier) mark(ctx context.Context, t task, now time.Time) error {
	var errs []error
	for _, it := range t.items {
		_, err := Update(ctx, n.Book, it.alert.ID, func(a *Alert) bool {
			i := a.event(it.event.Kind, it.event.Time)
			if i < 0 || a.History[i].Told || t.channel != nobody && a.History[i].sentTo(t.place) {
				return false
			}
			e := &a.History[i]
			if t.channel != nobody {
				e.Sent = append(e.Sent, Sent{Channel: t.channel, To: t.to, As: t.as, At: now.UTC()})
			}
			e.Told = !slices.ContainsFunc(it.places, func(p place) bool { return !e.sentTo(p) })
			return true
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
