package alerting

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// lane is the way to one channel. Each has its own pace: a channel that fails
// holds up nobody else's.
type lane struct {
	busy     bool
	failures int // in a row
	next     time.Time
	tries    map[string]int  // failed tries by message, so that one nobody takes comes last
	taken    map[string]bool // deliveries that the channel took and the book does not know yet
}

var errNoChannel = errors.New("there is no such channel in force")

// idle returns which lanes can be used at a time.
func (n *Notifier) idle(at time.Time) func(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := map[string]bool{}
	for name, l := range n.lanes {
		taken[name] = l.busy || at.Before(l.next)
	}
	return func(name string) bool { return !taken[name] }
}

// start sends tasks on a lane, in the background.
func (n *Notifier) start(ctx context.Context, name string, c Channel, tasks []task, now func() time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lanes == nil {
		n.lanes = map[string]*lane{}
	}
	l := n.lanes[name]
	if l == nil {
		l = &lane{tries: map[string]int{}, taken: map[string]bool{}}
		n.lanes[name] = l
	}
	l.busy = true
	n.sending.Go(func() {
		n.send(ctx, l, name, c, tasks, now)
		n.mu.Lock()
		defer n.mu.Unlock()
		l.busy = false
	})
}

// send works through the tasks and stops at the first failure, to go on after
// a pause with those that failed least. Only one send runs on a lane.
func (n *Notifier) send(ctx context.Context, l *lane, name string, c Channel, tasks []task, now func() time.Time) {
	slices.SortStableFunc(tasks, func(a, b task) int {
		return cmp.Compare(l.tries[a.message.ID], l.tries[b.message.ID])
	})
	for _, t := range tasks {
		if ctx.Err() != nil {
			return
		}
		if !l.took(t) {
			if err := n.try(ctx, c, t); err != nil {
				if ctx.Err() != nil {
					return
				}
				n.failed(l, name, t, err, now())
				return
			}
			l.note(t)
			if l.failures > 0 {
				n.Log.Info("channel takes messages again", "channel", name, "failures", l.failures)
			}
			l.failures = 0
			delete(l.tries, t.message.ID)
		}
		if err := n.note(ctx, t, now()); err != nil {
			n.Log.Warn("delivered, but the book cannot note it yet", "channel", name, "error", err)
			return
		}
		l.forget(t)
	}
}

// note marks a delivery even when we are asked to end: what went out and is not
// noted goes out again.
func (n *Notifier) note(ctx context.Context, t task, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	return n.mark(ctx, t, now)
}

// notePatience is how long the book may take to note a delivery.
const notePatience = 5 * time.Second

func (n *Notifier) try(ctx context.Context, c Channel, t task) error {
	if c == nil {
		n.Metrics.delivered("other", errNoChannel)
		return errNoChannel
	}
	err := c.Send(ctx, t.message)
	if ctx.Err() != nil && err != nil {
		return err
	}
	n.Metrics.delivered(c.Service(), err)
	if err == nil && t.digest {
		n.Metrics.digests.Inc()
	}
	return err
}

func (n *Notifier) failed(l *lane, name string, t task, err error, now time.Time) {
	pause := min(lastPause, firstPause<<min(l.failures, 20))
	l.failures++
	l.tries[t.message.ID]++
	n.mu.Lock()
	l.next = now.Add(pause)
	n.mu.Unlock()
	n.Log.Warn("message not delivered, will be tried again", "channel", name, "message", t.message.ID,
		"failures", l.failures, "pause", pause, "error", err)
}

// took says whether the channel has all of a task already.
func (l *lane) took(t task) bool {
	for i := range t.items {
		if !l.taken[t.id(i)] {
			return false
		}
	}
	return true
}

func (l *lane) note(t task) {
	for i := range t.items {
		l.taken[t.id(i)] = true
	}
}

func (l *lane) forget(t task) {
	for i := range t.items {
		delete(l.taken, t.id(i))
	}
}
