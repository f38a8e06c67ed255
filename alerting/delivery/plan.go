package delivery

import (
	"cmp"
	"slices"
	"time"

	"firstsign/alerting"
)

// deliveryPlan is all that is to be delivered by this instance: one message for every
// event, and once caught up one digest per person for all alerts that wait for one.
type deliveryPlan struct {
	snapshot *alerting.RoutingSnapshot
	caughtUp bool
	owned    []bool
	channels map[string]*channelPlan
	needless []alerting.EventRef // need no channel any more, for instance because a reload removed it

	messages, waiting int       // pending events: to be told in a message, in a digest
	oldest            time.Time // when the oldest of those messages entered
}

// channelPlan is what one channel is to deliver, the oldest first.
type channelPlan struct {
	channel alerting.Channel // nil: there is none of that name in force
	tasks   []*task
	oldest  time.Time // when the oldest event entered
}

// task is one message for one destination, with the events that it tells of.
type task struct {
	alerting.Destination
	events []alerting.EventRef
	digest bool
	owner  string // of a digest's alerts

	notifier *Notifier
	channel  alerting.Channel
	now      func() time.Time
	ahead    *readAhead
}

// newPlan plans the deliveries of this instance's managers.
func (n *Notifier) newPlan(snapshot *alerting.RoutingSnapshot, caughtUp bool, owned []bool) *deliveryPlan {
	p := &deliveryPlan{snapshot: snapshot, caughtUp: caughtUp, owned: owned, channels: map[string]*channelPlan{}}
	var pending []*alerting.Alert
	for _, a := range n.alerts {
		if a.Pending() && n.owns(snapshot.OwnerOf(a)) {
			pending = append(pending, a)
		}
	}
	slices.SortFunc(pending, func(a, b *alerting.Alert) int {
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
	})
	digests := map[digestKey]*task{}
	for _, a := range pending {
		for i := range a.History {
			if e := &a.History[i]; e.Pending() {
				p.add(a, e, digests)
			}
		}
	}
	return p
}

// digestKey is where a digest goes, and whose alerts are in it. A manager whose
// name is "operator" is not the operator.
type digestKey struct {
	alerting.Destination
	owner string
	feeds bool
}

// add plans the deliveries of one event.
func (p *deliveryPlan) add(a *alerting.Alert, e *alerting.Event, digests map[digestKey]*task) {
	if e.Delivery != alerting.ByDigest {
		p.messages++
		p.oldest = earlier(p.oldest, e.Entered)
	} else if p.waiting++; !p.caughtUp {
		return
	}
	open := false
	for _, d := range p.snapshot.Destinations(a, e) {
		if e.SentTo(d) {
			continue
		}
		open = true
		c := p.channels[d.Channel]
		if c == nil {
			c = &channelPlan{channel: p.snapshot.Channels[d.Channel]}
			p.channels[d.Channel] = c
		}
		c.oldest = earlier(c.oldest, e.Entered)
		t := &task{Destination: d}
		if e.Delivery == alerting.ByDigest {
			key := digestKey{d, p.snapshot.OwnerOf(a), a.Account == ""}
			if first := digests[key]; first != nil {
				first.events = append(first.events, alerting.RefOf(a, e))
				continue
			}
			t.digest, t.owner = true, key.owner
			digests[key] = t
		}
		t.events = []alerting.EventRef{alerting.RefOf(a, e)}
		c.tasks = append(c.tasks, t)
	}
	if !open {
		p.needless = append(p.needless, alerting.RefOf(a, e))
	}
}

// earlier of two times, of which the first may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
