package alerting

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// deliveryPlan is all that is to be delivered by this instance: one message for every
// event, and once caught up one digest per person for all alerts that wait for one.
type deliveryPlan struct {
	snapshot *RoutingSnapshot
	caughtUp bool
	owned    []bool
	channels map[string]*channelPlan
	needless []eventRef // need no channel any more, for instance because a reload removed it

	messages, waiting int       // pending events: to be told in a message, in a digest
	oldest            time.Time // when the oldest of those messages entered
}

// channelPlan is what one channel is to deliver, the oldest first.
type channelPlan struct {
	channel Channel // nil: there is none of that name in force
	tasks   []*task
	oldest  time.Time // when the oldest event entered
}

// task is one message for one destination, with the events that it tells of.
type task struct {
	destination
	events []eventRef
	digest bool
	owner  string // of a digest's alerts

	notifier *Notifier
	channel  Channel
	now      func() time.Time
	ahead    *readAhead
}

// eventRef names an event of an alert.
type eventRef struct {
	alert string
	kind  string
	time  int64 // Unix nanoseconds
}

func refOf(a *Alert, e *Event) eventRef {
	return eventRef{a.ID, string(e.Kind), e.Time.UnixNano()}
}

// deliveryID names one delivery of one event to one destination. Every attempt
// has the same id, whichever process makes it.
func (r eventRef) deliveryID(p destination) string {
	id := fmt.Sprintf("%s/%s/%d/%s", r.alert, r.kind, r.time, p.channel)
	if p.role != Owner {
		id += "/" + string(p.role)
	}
	return id
}

// event is the event in an alert, or nil.
func (r eventRef) event(a *Alert) *Event {
	for i := range a.History {
		if e := &a.History[i]; string(e.Kind) == r.kind && e.Time.UnixNano() == r.time {
			return e
		}
	}
	return nil
}

// newPlan plans the deliveries of this instance's managers.
func (n *Notifier) newPlan(snapshot *RoutingSnapshot, caughtUp bool, owned []bool) *deliveryPlan {
	p := &deliveryPlan{snapshot: snapshot, caughtUp: caughtUp, owned: owned, channels: map[string]*channelPlan{}}
	var pending []*Alert
	for _, a := range n.alerts {
		if a.Pending() && n.owns(snapshot.owner(a)) {
			pending = append(pending, a)
		}
	}
	slices.SortFunc(pending, func(a, b *Alert) int {
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
	})
	digests := map[digestKey]*task{}
	for _, a := range pending {
		for i := range a.History {
			if e := &a.History[i]; e.pending() {
				p.add(a, e, digests)
			}
		}
	}
	return p
}

// digestKey is where a digest goes, and whose alerts are in it. A manager whose
// name is "operator" is not the operator.
type digestKey struct {
	destination
	owner string
	feeds bool
}

// add plans the deliveries of one event.
func (p *deliveryPlan) add(a *Alert, e *Event, digests map[digestKey]*task) {
	if e.Delivery != ByDigest {
		p.messages++
		p.oldest = earlier(p.oldest, e.Entered)
	} else if p.waiting++; !p.caughtUp {
		return
	}
	open := false
	for _, d := range p.snapshot.destinations(a, e) {
		if e.sentTo(d) {
			continue
		}
		open = true
		c := p.channels[d.channel]
		if c == nil {
			c = &channelPlan{channel: p.snapshot.Channels[d.channel]}
			p.channels[d.channel] = c
		}
		c.oldest = earlier(c.oldest, e.Entered)
		t := &task{destination: d}
		if e.Delivery == ByDigest {
			key := digestKey{d, p.snapshot.owner(a), a.Account == ""}
			if first := digests[key]; first != nil {
				first.events = append(first.events, refOf(a, e))
				continue
			}
			t.digest, t.owner = true, key.owner
			digests[key] = t
		}
		t.events = []eventRef{refOf(a, e)}
		c.tasks = append(c.tasks, t)
	}
	if !open {
		p.needless = append(p.needless, refOf(a, e))
	}
}

// earlier of two times, of which the first may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// pendingEvent is one event of one alert.
type pendingEvent struct {
	alert *Alert
	event Event
}

// render writes the message about one event.
func (it pendingEvent) render(snapshot *RoutingSnapshot, p destination, now time.Time) Message {
	kind := it.event.Kind
	if !it.event.fromFinding() {
		kind = it.alert.lastRaise().Kind
	}
	m := Render(snapshot.Routing.Language, it.alert, kind, snapshot.account(it.alert.Account))
	switch text := snapshot.Routing.Language.DeliveryText(); it.event.Kind {
	case escalated:
		m.announce(text.NotAnswered)
	case woken:
		m.announce(text.GoesOn)
	}
	m.insert(snapshot.deliveryLines(it.alert, &it.event, p)...)
	if kind.Raises() {
		m.Answer = snapshot.link(Link{Action: ToAnswer, Alert: it.alert.ID, Raised: it.alert.lastRaise().Time}, p, now)
	}
	m.ID = refOf(it.alert, &it.event).deliveryID(p)
	return m
}

// renderDigest writes one message about all events, with most at risk first.
func (t *task) renderDigest(snapshot *RoutingSnapshot, events []pendingEvent, now time.Time) Message {
	events = slices.Clone(events)
	for i, it := range events {
		a := *it.alert // the store keeps what it says of the last finding
		a.Worth, a.AtRisk = a.value(snapshot.account(a.Account))
		events[i].alert = &a
	}
	slices.SortFunc(events, func(a, b pendingEvent) int { return byValue(a.alert, b.alert) })
	alerts := make([]*Alert, len(events))
	for i := range events {
		alerts[i] = events[i].alert
	}
	l := snapshot.Routing.Language
	m := RenderDigest(l, alerts, snapshot.account)
	if t.role == StandIn {
		m.insert(l.DeliveryText().StandIn(t.owner, snapshot.Routing.escalateAfter()))
	}
	m.Answer = snapshot.link(Link{Action: ToList}, t.destination, now)
	m.ID = "digest/" + refOf(events[0].alert, &events[0].event).deliveryID(t.destination)
	return m
}
