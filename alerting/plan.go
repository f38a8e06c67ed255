package alerting

import (
	"slices"
	"time"
)

// nobody is the place in a plan of events that need no channel any more, for
// instance because a reload took it away.
const nobody = ""

// plan says what is to be sent on which channel: a task for every message, and
// one for all of a person's alerts that wait for a digest, once caught up.
func plan(desk *Desk, pending []*Alert, caughtUp bool, now time.Time) map[string][]task {
	tasks := map[string][]task{}
	digests := map[digestKey]*task{}
	for _, a := range pending {
		for _, e := range a.History {
			if !e.pending() || e.Tell == ByDigest && !caughtUp {
				continue
			}
			it, open := item{a, e, desk.places(a, &e)}, false
			for _, p := range it.places {
				if e.sentTo(p) {
					continue
				}
				open = true
				if e.Tell == ByDigest {
					key := digestKey{p, desk.owner(a), a.Account == ""}
					if digests[key] == nil {
						digests[key] = &task{place: p, digest: true}
					}
					digests[key].items = append(digests[key].items, it)
				} else {
					tasks[p.channel] = append(tasks[p.channel], taskOf(desk, it, p, now))
				}
			}
			if !open {
				tasks[nobody] = append(tasks[nobody], task{items: []item{it}})
			}
		}
	}
	for key, t := range digests {
		t.render(desk, key.owner, now)
		tasks[key.channel] = append(tasks[key.channel], *t)
	}
	return tasks
}

// digestKey is who gets a digest where, and of whose alerts. A manager who is
// called "operator" is not the operator.
type digestKey struct {
	place
	owner string
	feeds bool
}

func taskOf(desk *Desk, it item, p place, now time.Time) task {
	t := task{items: []item{it}, place: p}
	kind := it.event.Kind
	if !it.event.found() {
		kind = it.alert.lastRaise().Kind
	}
	t.message = Render(desk.Routing.Language, it.alert, kind, desk.account(it.alert.Account))
	switch text := desk.Routing.Language.DeliveryText(); it.event.Kind {
	case escalated:
		t.message.announce(text.NotAnswered)
	case woken:
		t.message.announce(text.GoesOn)
	}
	t.message.insert(desk.why(it.alert, &it.event, p)...)
	if kind.Raises() {
		t.message.Answer = desk.link(Link{Action: ToAnswer, Alert: it.alert.ID, Raised: it.alert.lastRaise().Time}, p, now)
	}
	t.message.ID = t.id(0)
	return t
}

// render writes the digest, what is most at risk first.
func (t *task) render(desk *Desk, owner string, now time.Time) {
	for _, it := range t.items {
		it.alert.Worth, it.alert.AtRisk = it.alert.value(desk.account(it.alert.Account))
	}
	slices.SortFunc(t.items, func(a, b item) int { return byValue(a.alert, b.alert) })
	alerts := make([]*Alert, len(t.items))
	for i := range t.items {
		alerts[i] = t.items[i].alert
	}
	l := desk.Routing.Language
	t.message = RenderDigest(l, alerts, desk.account)
	if t.as == StandIn {
		t.message.insert(l.DeliveryText().StandIn(owner, desk.Routing.escalateAfter()))
	}
	t.message.Answer = desk.link(Link{Action: ToList}, t.place, now)
	t.message.ID = "digest/" + t.id(0)
}
