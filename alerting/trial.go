package alerting

import (
	"fmt"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
)

// Trial is a message with which somebody sees that a channel works.
func (d *Desk) Trial(name, channel string, now time.Time) Message {
	m := newMessage(message.Trial(d.Routing.Language, name), Warning)
	m.ID = fmt.Sprintf("trial/%d/%s", now.UnixNano(), channel)
	m.Answer = d.link(Link{Action: ToList}, place{channel: channel, to: name}, now)
	return m
}

// ChannelsOf somebody, without the log: as a manager of some account, a stand-in
// or a superior. Operator has those for feeds.
func (d *Desk) ChannelsOf(name string) []string {
	if name == Operator {
		return d.Routing.Operator
	}
	var of *accounts.Account
	for a := range d.Accounts.All() {
		if a.Owner == name || of == nil && (a.StandIn == name || a.Superior == name) {
			of = a
			if a.Owner == name {
				break
			}
		}
	}
	return d.Routing.person(name, of)
}
