package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/sending"
)

var errNoChannel = errors.New("there is no such channel in force")

// ready returns which channels can be used at a time.
func (n *Notifier) ready(at time.Time) func(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := map[string]bool{}
	for name, s := range n.senders {
		taken[name] = !s.Ready(at)
	}
	return func(name string) bool { return !taken[name] }
}

// start sends what a channel is to deliver, in the background.
func (n *Notifier) start(ctx context.Context, name string, c *channelPlan, now func() time.Time) {
	n.mu.Lock()
	if n.senders == nil {
		n.senders, n.unrecorded = map[string]*sending.Sender{}, map[string]bool{}
	}
	s := n.senders[name]
	if s == nil {
		s = sending.New(n.atOnce)
		n.senders[name] = s
	}
	n.mu.Unlock()
	if !s.Begin(now()) {
		return
	}
	messages := make([]sending.Message, len(c.tasks))
	var ahead *readAhead
	for i, t := range c.tasks {
		if i%readTogether == 0 {
			ahead = &readAhead{store: n.Store}
		}
		t.notifier, t.channel, t.now, t.ahead, messages[i] = n, c.channel, now, ahead, t
		if !t.digest {
			ahead.ids = append(ahead.ids, t.events[0].Alert)
		}
	}
	n.sending.Go(func() {
		failure, recovered := s.Run(ctx, messages, now)
		n.stale.Store(true)
		if recovered > 0 {
			n.Log.Info("channel accepts messages again", "channel", name, "failures", recovered)
		}
		if failure != nil {
			n.Log.Warn("message not delivered, will be retried", "channel", name, "message", failure.ID,
				"failures", failure.Count, "pause", failure.Pause, "error", failure.Err)
		}
	})
}

// ID implements sending.Message.
func (t *task) ID() string {
	if t.digest {
		return "digest/" + t.owner + "/" + string(t.Role) + "/" + t.To
	}
	return t.events[0].DeliveryID(t.Destination)
}

// Subject implements sending.Message: what happened to an alert is told in its order.
func (t *task) Subject() string {
	if t.digest {
		return t.ID()
	}
	return t.events[0].Alert
}

// Send implements sending.Message. It sends what the alerts say now, and nothing when it
// is told already or need not be told any more. Then it records the delivery.
func (t *task) Send(ctx context.Context) error {
	n, snapshot := t.notifier, t.notifier.Snapshot()
	events, err := t.newest(ctx, snapshot)
	if err != nil {
		n.Log.Warn("message waits, its alert cannot be read", "channel", t.Destination.Channel, "error", err)
		return sending.ErrStop
	}
	if len(events) == 0 {
		return nil
	}
	if open := n.notAccepted(events, t.Destination); len(open) > 0 {
		var m alerting.Message
		if t.digest {
			m = snapshot.DigestMessage(t.owner, open, t.Destination, t.now())
		} else {
			m = snapshot.EventMessage(open[0], t.Destination, t.now())
		}
		if err := t.try(ctx, m); err != nil {
			return err
		}
		n.accepted(open, t.Destination, true)
	}
	if err := n.record(ctx, events, t.Destination, t.now()); err != nil {
		n.Log.Warn("delivered, but the alert store cannot record it yet", "channel", t.Destination.Channel, "error", err)
		return sending.ErrStop
	}
	n.accepted(events, t.Destination, false)
	return nil
}

// newest are the events of a task that are still to be told, as the store has them.
func (t *task) newest(ctx context.Context, snapshot *alerting.RoutingSnapshot) (events []alerting.AlertEvent, err error) {
	ids := make([]string, len(t.events))
	for i := range t.events {
		ids[i] = t.events[i].Alert
	}
	alerts, err := t.ahead.get(ctx, ids, t.now())
	for _, r := range t.events {
		a := alerts[r.Alert]
		if a == nil {
			continue
		}
		e := r.Event(a)
		if e != nil && e.Pending() && !e.SentTo(t.Destination) && slices.Contains(snapshot.Destinations(a, e), t.Destination) {
			events = append(events, alerting.AlertEvent{Alert: a, Event: *e})
		}
	}
	return events, err
}

const (
	// readTogether is how many messages' alerts are read in one call, shortly before the
	// first of them is sent.
	readTogether = 64
	// readAheadFor is how old such an alert may be when it is sent.
	readAheadFor = 2 * time.Second
)

// readAhead reads the alerts of messages that are sent one after the other.
type readAhead struct {
	store alerting.AlertStore
	ids   []string

	mu     sync.Mutex
	at     time.Time
	alerts map[string]*alerting.Alert
}

// get hands out alerts. Each that was read ahead is handed out once.
func (r *readAhead) get(ctx context.Context, ids []string, now time.Time) (map[string]*alerting.Alert, error) {
	if len(ids) != 1 {
		return r.store.GetAll(ctx, ids)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.alerts == nil {
		all, err := r.store.GetAll(ctx, r.ids)
		if err != nil {
			return nil, err
		}
		r.at, r.alerts = now, all
	}
	a := r.alerts[ids[0]]
	delete(r.alerts, ids[0])
	if a == nil || now.Sub(r.at) > readAheadFor {
		return r.store.GetAll(ctx, ids)
	}
	return map[string]*alerting.Alert{a.ID: a}, nil
}

func (t *task) try(ctx context.Context, m alerting.Message) error {
	n := t.notifier
	if t.channel == nil {
		n.Metrics.delivered("other", errNoChannel)
		return errNoChannel
	}
	err := t.channel.Send(ctx, m)
	if ctx.Err() != nil && err != nil {
		return err
	}
	n.Metrics.delivered(t.channel.Service(), err)
	if err == nil && t.digest {
		n.Metrics.digests.Inc()
	}
	return err
}

// notAccepted are the events that the channel has not accepted from us before.
func (n *Notifier) notAccepted(events []alerting.AlertEvent, d alerting.Destination) (open []alerting.AlertEvent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, it := range events {
		if !n.unrecorded[it.Ref().DeliveryID(d)] {
			open = append(open, it)
		}
	}
	return open
}

// accepted remembers that a channel accepted events, until that is recorded.
func (n *Notifier) accepted(events []alerting.AlertEvent, d alerting.Destination, yes bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, it := range events {
		if id := it.Ref().DeliveryID(d); yes {
			n.unrecorded[id] = true
		} else {
			delete(n.unrecorded, id)
		}
	}
}

// recordTimeout is how long the store may take to record a delivery.
const recordTimeout = 5 * time.Second

// record records deliveries, also during shutdown: an unrecorded delivery would be made
// again. Those that come while the store is busy share the next call.
func (n *Notifier) record(ctx context.Context, events []alerting.AlertEvent, d alerting.Destination, at time.Time) error {
	deliveries := make([]delivery, len(events))
	for i, it := range events {
		deliveries[i] = delivery{it.Ref(), it.Alert, d, at}
	}
	return n.recorder.record(deliveries, func(all []delivery) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
		defer cancel()
		return n.write(ctx, all)
	})
}

// recordAll records that events need no delivery any more.
func (n *Notifier) recordAll(ctx context.Context, needless []alerting.EventRef, at time.Time) error {
	deliveries := make([]delivery, len(needless))
	for i, r := range needless {
		deliveries[i] = delivery{r, nil, alerting.Destination{}, at}
	}
	return n.write(ctx, deliveries)
}

// delivery is an event that a destination has. Without a channel there is only to be
// seen whether the deliveries made so far are all that are needed.
type delivery struct {
	alerting.EventRef
	read *alerting.Alert // the alert as it was read before; nil: it was not
	to   alerting.Destination
	at   time.Time
}

// write writes deliveries into their alerts: first into those that were read just now,
// and into the newest version of those that have changed since.
func (n *Notifier) write(ctx context.Context, all []delivery) error {
	snapshot, of, newest := n.Snapshot(), map[string][]delivery{}, map[string]*alerting.Alert{}
	for _, d := range all {
		of[d.Alert] = append(of[d.Alert], d)
		if a := newest[d.Alert]; a == nil || d.read != nil && d.read.Version > a.Version {
			newest[d.Alert] = d.read
		}
	}
	noteAll := func(a *alerting.Alert) (changed bool) {
		for _, d := range of[a.ID] {
			changed = note(a, snapshot, d) || changed
		}
		return changed
	}
	var put []*alerting.Alert
	var rest []string
	for id, a := range newest {
		if a == nil {
			rest = append(rest, id)
		} else if noteAll(a) {
			put = append(put, a)
		}
	}
	changed, err := n.Store.PutAll(ctx, put)
	if err != nil {
		return fmt.Errorf("record deliveries: %w", err)
	}
	for _, a := range changed {
		rest = append(rest, a.ID)
	}
	for some := range slices.Chunk(rest, alerting.UpdateAtOnce) {
		if err := alerting.UpdateAll(ctx, n.Store, some, noteAll); err != nil {
			return fmt.Errorf("record deliveries: %w", err)
		}
	}
	return nil
}

// note writes a delivery into its alert and reports whether it was news.
func note(a *alerting.Alert, snapshot *alerting.RoutingSnapshot, d delivery) bool {
	e := d.Event(a)
	if e == nil || e.Delivered || d.to.Channel != "" && e.SentTo(d.to) {
		return false
	}
	if d.to.Channel != "" {
		e.Sent = append(e.Sent, alerting.Sent{Channel: d.to.Channel, To: d.to.To, Role: d.to.Role, At: d.at.UTC()})
	}
	e.Delivered = !slices.ContainsFunc(snapshot.Destinations(a, e), func(p alerting.Destination) bool { return !e.SentTo(p) })
	return d.to.Channel != "" || e.Delivered
}

// recorder writes deliveries in groups: while one is written, the next gathers. The zero
// recorder is ready.
type recorder struct {
	mu      sync.Mutex
	group   *recordGroup // that gathers; nil when there is none
	writing sync.Mutex
}

type recordGroup struct {
	deliveries []delivery
	done       chan struct{}
	err        error
}

// record returns when the deliveries are written.
func (r *recorder) record(deliveries []delivery, write func([]delivery) error) error {
	r.mu.Lock()
	g, first := r.group, r.group == nil
	if first {
		g = &recordGroup{done: make(chan struct{})}
		r.group = g
	}
	g.deliveries = append(g.deliveries, deliveries...)
	r.mu.Unlock()
	if !first {
		<-g.done
		return g.err
	}
	r.writing.Lock() // until the group before is written
	r.mu.Lock()
	r.group = nil
	r.mu.Unlock()
	g.err = write(g.deliveries)
	r.writing.Unlock()
	close(g.done)
	return g.err
}

// ChannelHealth says how a channel does that has something to deliver or has failed.
type ChannelHealth struct {
	Name   string
	Waits  int       // messages and digests
	Oldest time.Time // when the oldest of them entered the store
	sending.Health
}

// Channels returns how the channels did at the last poll, by name. It may be called
// concurrently.
func (n *Notifier) Channels() []ChannelHealth {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.shown
}

// showPlan shows what waits, in metrics and for Channels.
func (n *Notifier) showPlan(now time.Time) {
	age := func(t time.Time) time.Duration {
		if t.IsZero() {
			return 0
		}
		return max(0, now.Sub(t))
	}
	n.Metrics.showPending(n.plan.messages, n.plan.waiting, age(n.plan.oldest))
	load := map[string]channelLoad{}
	var shown []ChannelHealth
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, c := range n.plan.channels {
		h := ChannelHealth{Name: name, Waits: len(c.tasks), Oldest: c.oldest}
		if s := n.senders[name]; s != nil {
			h.Health = s.Health()
		}
		shown = append(shown, h)
		service := "other"
		if c.channel != nil {
			service = serviceLabel(c.channel.Service())
		}
		l := load[service]
		l.messages += h.Waits
		l.oldest = max(l.oldest, age(h.Oldest))
		if h.Failures > 0 {
			l.failing++
		}
		load[service] = l
	}
	slices.SortFunc(shown, func(a, b ChannelHealth) int { return cmp.Compare(a.Name, b.Name) })
	n.shown = shown
	n.Metrics.showChannels(load)
}
