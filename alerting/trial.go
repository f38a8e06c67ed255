package alerting

import (
	"fmt"
	"time"

	"firstsign/accounts"
)

// Trial is a message with which somebody sees that a channel works.
func (d *Desk) Trial(name, channel string, now time.Time) Message {
	m := Message{
		ID: fmt.Sprintf("trial/%d/%s", now.UnixNano(), channel), Severity: Warning,
		Title: "A trial message of Firstsign",
		Text:  "Alerts for " + clean(name) + " arrive here. Nothing has happened, there is nothing to do.",
	}
	if d.Routing.Language == Chinese {
		m.Title, m.Text = "Firstsign 试发消息", clean(name)+" 的预警将发送到这里。目前没有任何情况，无需处理。"
	}
	m.Text = m.Title + "\n" + d.Routing.Language.tongue().finish(m.Text)
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
