package alerting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// EventMessage writes the message about one event for one destination.
func (s *RoutingSnapshot) EventMessage(it AlertEvent, d Destination, now time.Time) Message {
	kind := it.Event.Kind
	if !it.Event.fromFinding() {
		kind = it.Alert.lastRaise().Kind
	}
	m := Render(s.Routing.Language, it.Alert, kind, s.account(it.Alert.Account))
	switch text := s.Routing.Language.DeliveryText(); it.Event.Kind {
	case escalated:
		m.announce(text.NotAnswered)
	case woken:
		m.announce(text.GoesOn)
	case assigned:
		m.announce(text.Assigned)
	}
	m.insert(s.deliveryLines(it.Alert, &it.Event, d)...)
	if kind.Raises() {
		s.link(&m, links.Link{Action: links.ToAnswer, Alert: it.Alert.ID, Raised: it.Alert.lastRaise().Time}, d, now)
	}
	m.ID = it.Ref().DeliveryID(d)
	return m
}

// DigestMessage writes one message about all events of one owner's alerts, with most at
// risk first.
func (s *RoutingSnapshot) DigestMessage(owner string, events []AlertEvent, d Destination, now time.Time) Message {
	events = slices.Clone(events)
	for i, it := range events {
		a := *it.Alert // the store keeps what it says of the last finding
		a.Worth, a.AtRisk = a.value(s.account(a.Account))
		events[i].Alert = &a
	}
	slices.SortFunc(events, func(a, b AlertEvent) int { return byValue(a.Alert, b.Alert) })
	alerts := make([]*Alert, len(events))
	for i := range events {
		alerts[i] = events[i].Alert
	}
	m := RenderDigest(s.Routing.Language, alerts, s.account)
	if d.Role == StandIn {
		m.insert(s.Routing.Language.DeliveryText().StandIn(owner, s.Routing.escalateAfter()))
	}
	s.link(&m, links.Link{Action: links.ToList}, d, now)
	m.ID = "digest/" + events[0].Ref().DeliveryID(d)
	return m
}

// deliveryLines tell readers why they get the message, and why now.
func (s *RoutingSnapshot) deliveryLines(a *Alert, e *Event, d Destination) []string {
	lines := s.recipientLines(a, e, d)
	if a.Earlier != nil && (e.Kind == detector.Raised || e.Kind == detector.Neglected) {
		lines = append(lines, message.Returned(s.Routing.Language, a.facts(e.Kind, s.account(a.Account)), s.Day(a.Earlier.Closed)))
	}
	return lines
}

func (s *RoutingSnapshot) recipientLines(a *Alert, e *Event, d Destination) []string {
	owner, account, text := s.OwnerOf(a), s.account(a.Account), s.Routing.Language.DeliveryText()
	switch {
	case d.Role == Superior:
		return []string{text.Superior(owner)}
	case e.Kind == assigned:
		return []string{text.AssignedBy(e.By)}
	case d.Role == StandIn && !e.Kind.Raises() && e.fromFinding():
		return nil // the alert closed
	case d.Role == StandIn:
		return []string{text.StandIn(owner, s.Routing.escalateAfter())}
	case e.Kind == woken:
		if answer := a.answerBefore(e); answer != nil {
			return []string{text.Woken(answer.By, s.Day(*answer.Until))}
		}
	case s.copyTo(e, account) != "":
		return []string{text.Copied(s.copyTo(e, account))}
	case e.Kind == detector.RaisedAgain:
		if answer := a.answerBefore(e); answer != nil {
			return []string{s.grownSince(answer)}
		}
	}
	return nil
}

// grownSince says who gave which answer before the evidence grew.
func (s *RoutingSnapshot) grownSince(answer *Event) string {
	text, on := s.Routing.Language.DeliveryText(), s.Day(answer.Time)
	switch answer.Kind {
	case snoozed:
		return text.GrownSinceSnooze(answer.By, on)
	case labelled:
		return text.GrownSinceLabel(answer.By, on, answer.Label)
	}
	return text.GrownSinceAck(answer.By, on)
}

// link gives a message its last line and its button: where its reader answers. Without an
// owner the answer is in the channel's name.
func (s *RoutingSnapshot) link(m *Message, k links.Link, d Destination, now time.Time) {
	if s.Links == nil {
		return
	}
	k.To = cmp.Or(d.To, d.Channel)
	ask := s.Routing.Language.DeliveryText().AnswerLink
	if k.Action == links.ToList {
		ask = s.Routing.Language.DeliveryText().ListLink
	}
	m.Button = Button{Text: strings.TrimRight(ask, ": ："), URL: s.Links.URL(k, now)}
	m.Answer = ask + m.Button.URL
}
