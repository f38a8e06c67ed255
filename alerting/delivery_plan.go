package alerting

import (
	"slices"
	"time"
)

// noChannel is the key in a plan for events that need no channel any more, for
// instance because a reload removed it.
const noChannel = ""

// plan returns the tasks of each channel: one for every message, and one digest
// per person for all alerts that wait for a digest, once caught up.
func plan(snapshot *RoutingSnapshot, pending []*Alert, caughtUp bool, now time.Time) map[string][]task {
	tasks := map[string][]task{}
	digests := map[digestKey]*task{}
	for _, a := range pending {
		for _, e := range a.History {
			if !e.pending() || e.Delivery == ByDigest && !caughtUp {
				continue
			}
			it, open := pendingEvent{a, e, snapshot.destinations(a, &e)}, false
			for _, p := range it.destinations {
				if e.sentTo(p) {
					continue
				}
				open = true
				if e.Delivery == ByDigest {
					key := digestKey{p, snapshot.owner(a), a.Account == ""}
					if digests[key] == nil {
						digests[key] = &task{destination: p, digest: true}
					}
					digests[key].events = append(digests[key].events, it)
				} else {
					tasks[p.channel] = append(tasks[p.channel], taskOf(snapshot, it, p, now))
				}
			}
			if !open {
				tasks[noChannel] = append(tasks[noChannel], task{events: []pendingEvent{it}})
			}
		}
	}
	for key, t := range digests {
		t.render(snapshot, key.owner, now)
		tasks[key.channel] = append(tasks[key.channel], *t)
	}
	return tasks
}

// digestKey is where a digest goes, and whose alerts are in it. A manager whose
// name is "operator" is not the operator.
type digestKey struct {
	destination
	owner string
	feeds bool
}

func taskOf(snapshot *RoutingSnapshot, it pendingEvent, p destination, now time.Time) task {
	t := task{events: []pendingEvent{it}, destination: p}
	kind := it.event.Kind
	if !it.event.fromFinding() {
		kind = it.alert.lastRaise().Kind
	}
	t.message = Render(snapshot.Routing.Language, it.alert, kind, snapshot.account(it.alert.Account))
	switch text := snapshot.Routing.Language.DeliveryText(); it.event.Kind {
	case escalated:
		t.message.announce(text.NotAnswered)
	case woken:
		t.message.announce(text.GoesOn)
	}
	t.message.insert(snapshot.deliveryLines(it.alert, &it.event, p)...)
	if kind.Raises() {
		t.message.Answer = snapshot.link(Link{Action: ToAnswer, Alert: it.alert.ID, Raised: it.alert.lastRaise().Time}, p, now)
	}
	t.message.ID = t.deliveryID(0)
	return t
}

// render writes the digest, with most at risk first.
func (t *task) render(snapshot *RoutingSnapshot, owner string, now time.Time) {
	for _, it := range t.events {
		it.alert.Worth, it.alert.AtRisk = it.alert.value(snapshot.account(it.alert.Account))
	}
	slices.SortFunc(t.events, func(a, b pendingEvent) int { return byValue(a.alert, b.alert) })
	alerts := make([]*Alert, len(t.events))
	for i := range t.events {
		alerts[i] = t.events[i].alert
	}
	l := snapshot.Routing.Language
	t.message = RenderDigest(l, alerts, snapshot.account)
	if t.role == StandIn {
		t.message.insert(l.DeliveryText().StandIn(owner, snapshot.Routing.escalateAfter()))
	}
	t.message.Answer = snapshot.link(Link{Action: ToList}, t.destination, now)
	t.message.ID = "digest/" + t.deliveryID(0)
}
