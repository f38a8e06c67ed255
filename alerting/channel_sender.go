package alerting

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"firstsign/internal/backoff"
)

// channelSender sends to one channel at its own pace. A channel that fails does
// not delay the others.
type channelSender struct {
	busy       bool
	failures   int // in a row
	backoff    *backoff.Backoff
	pauseUntil time.Time
	tries      map[string]int  // failed attempts by message; those with most come last
	unrecorded map[string]bool // accepted by the channel, not yet recorded in the store
}

var errNoChannel = errors.New("there is no such channel in force")

// idle returns which channels can be used at a time.
func (n *Notifier) idle(at time.Time) func(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := map[string]bool{}
	for name, s := range n.senders {
		taken[name] = s.busy || at.Before(s.pauseUntil)
	}
	return func(name string) bool { return !taken[name] }
}

// start sends tasks to a channel, in the background.
func (n *Notifier) start(ctx context.Context, name string, c Channel, tasks []task, now func() time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.senders == nil {
		n.senders = map[string]*channelSender{}
	}
	s := n.senders[name]
	if s == nil {
		s = &channelSender{backoff: backoff.New(firstPause, lastPause), tries: map[string]int{}, unrecorded: map[string]bool{}}
		n.senders[name] = s
	}
	s.busy = true
	n.sending.Go(func() {
		n.send(ctx, s, name, c, tasks, now)
		n.mu.Lock()
		defer n.mu.Unlock()
		s.busy = false
	})
}

// send works through the tasks, those with fewest failures first. It stops at the
// first failure; the next round comes after a pause. Each channel has one send at
// a time.
func (n *Notifier) send(ctx context.Context, s *channelSender, name string, c Channel, tasks []task, now func() time.Time) {
	slices.SortStableFunc(tasks, func(a, b task) int {
		return cmp.Compare(s.tries[a.message.ID], s.tries[b.message.ID])
	})
	for _, t := range tasks {
		if ctx.Err() != nil {
			return
		}
		if !s.delivered(t) {
			if err := n.try(ctx, c, t); err != nil {
				if ctx.Err() != nil {
					return
				}
				n.failed(s, name, t, err, now())
				return
			}
			s.markDelivered(t)
			if s.failures > 0 {
				n.Log.Info("channel accepts messages again", "channel", name, "failures", s.failures)
			}
			s.failures = 0
			s.backoff.Reset()
			delete(s.tries, t.message.ID)
		}
		if err := n.recordDelivery(ctx, t, now()); err != nil {
			n.Log.Warn("delivered, but the alert store cannot record it yet", "channel", name, "error", err)
			return
		}
		s.forget(t)
	}
}

// recordDelivery records a delivery, also during shutdown: an unrecorded delivery
// would be made again.
func (n *Notifier) recordDelivery(ctx context.Context, t task, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	return n.markDelivered(ctx, t, now)
}

// recordTimeout is how long the store may take to record a delivery.
const recordTimeout = 5 * time.Second

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

func (n *Notifier) failed(s *channelSender, name string, t task, err error, now time.Time) {
	pause := s.backoff.Next()
	s.failures++
	s.tries[t.message.ID]++
	n.mu.Lock()
	s.pauseUntil = now.Add(pause)
	n.mu.Unlock()
	n.Log.Warn("message not delivered, will be retried", "channel", name, "message", t.message.ID,
		"failures", s.failures, "pause", pause, "error", err)
}

// delivered reports whether the channel has accepted all of a task already.
func (s *channelSender) delivered(t task) bool {
	for i := range t.events {
		if !s.unrecorded[t.deliveryID(i)] {
			return false
		}
	}
	return true
}

func (s *channelSender) markDelivered(t task) {
	for i := range t.events {
		s.unrecorded[t.deliveryID(i)] = true
	}
}

func (s *channelSender) forget(t task) {
	for i := range t.events {
		delete(s.unrecorded, t.deliveryID(i))
	}
}
