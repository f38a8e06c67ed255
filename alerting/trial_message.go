package alerting

import (
	"fmt"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
)

// Trial is a message that shows whether a channel works.
func (s *RoutingSnapshot) Trial(name, channel string, now time.Time) Message {
	m := newMessage(message.Trial(s.Routing.Language, name), Warning)
	m.ID = fmt.Sprintf("trial/%d/%s", now.UnixNano(), channel)
	s.link(&m, links.Link{Action: links.ToList}, Destination{Channel: channel, To: name}, now)
	return m
}

// ChannelsOf returns the channels of somebody whom the account files name, without the
// log: at first those of an own account. Operator has the channels for feeds.
func (s *RoutingSnapshot) ChannelsOf(name string) []string {
	if name == Operator {
		return s.Routing.Operator
	}
	var of *accounts.Account
	for a := range s.Accounts.All() {
		if a.Owner == name || of == nil && (a.ServedBy(name) || a.Superior == name) {
			of = a
			if a.Owner == name {
				break
			}
		}
	}
	return s.Routing.channelsFor(name, of)
}
