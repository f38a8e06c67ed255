package alerting

import (
	"cmp"
	"slices"
)

// nobody is the place in a plan of events that need no channel any more, for
// instance because a reload took it away.
const nobody = ""

// plan says what is to be sent on which channel: a task for every message, and
// one for all of an owner's alerts that wait for a digest, once caught up.
func plan(desk *Desk, pending []*Alert, caughtUp bool) map[string][]task {
	tasks := map[string][]task{}
	digests := map[addressee]*task{}
	for _, a := range pending {
		owner, channels := desk.owner(a), desk.channelsOf(a)
		for _, e := range a.History {
			if !e.pending() || e.Tell == ByDigest && !caughtUp {
				continue
			}
			it, open := item{a, e}, false
			for _, name := range channels {
				if e.sentTo(name) {
					continue
				}
				open = true
				if e.Tell == ByDigest {
					who := addressee{owner, name, a.Account == ""}
					if digests[who] == nil {
						digests[who] = &task{to: owner, channels: channels, digest: true}
					}
					digests[who].items = append(digests[who].items, it)
				} else {
					tasks[name] = append(tasks[name], message(desk, it, owner, name, channels))
				}
			}
			if !open {
				tasks[nobody] = append(tasks[nobody], task{items: []item{it}, to: owner, channels: channels})
			}
		}
	}
	for who, t := range digests {
		t.render(desk, who.channel)
		tasks[who.channel] = append(tasks[who.channel], *t)
	}
	return tasks
}

// addressee is who gets a digest where. A manager who is called "operator" is
// not the operator.
type addressee struct {
	owner, channel string
	feeds          bool
}

func message(desk *Desk, it item, owner, channel string, channels []string) task {
	t := task{items: []item{it}, to: owner, channels: channels}
	t.message = Render(desk.Routing.Language, it.alert, it.event.Kind, desk.account(it.alert.Account))
	t.message.ID = t.id(0, channel)
	return t
}

// render writes the digest, the most unusual alerts first.
func (t *task) render(desk *Desk, channel string) {
	slices.SortFunc(t.items, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.alert.Risk, a.alert.Risk), cmp.Compare(a.alert.ID, b.alert.ID))
	})
	alerts := make([]*Alert, len(t.items))
	for i := range t.items {
		alerts[i] = t.items[i].alert
	}
	t.message = RenderDigest(desk.Routing.Language, alerts, desk.account)
	t.message.ID = "digest/" + t.id(0, channel)
}
