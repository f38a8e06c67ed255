package alerting

import (
	"cmp"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
)

// deliveryLines tell readers why they get the message, and why now.
func (s *RoutingSnapshot) deliveryLines(a *Alert, e *Event, p destination) []string {
	lines := s.recipientLines(a, e, p)
	if a.Earlier != nil && (e.Kind == detector.Raised || e.Kind == detector.Neglected) {
		lines = append(lines, message.Returned(s.Routing.Language, a.facts(e.Kind, s.account(a.Account)), s.Day(a.Earlier.Closed)))
	}
	return lines
}

func (s *RoutingSnapshot) recipientLines(a *Alert, e *Event, p destination) []string {
	owner, account, text := s.owner(a), s.account(a.Account), s.Routing.Language.DeliveryText()
	switch {
	case p.role == Superior:
		return []string{text.Superior(owner)}
	case p.role == StandIn && !e.Kind.Raises() && e.fromFinding():
		return nil // the alert closed
	case p.role == StandIn:
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

// link is the last line of a message: where its reader answers. Without an owner
// the answer is in the channel's name.
func (s *RoutingSnapshot) link(k Link, p destination, now time.Time) string {
	if s.Links == nil {
		return ""
	}
	k.To = cmp.Or(p.to, p.channel)
	ask := s.Routing.Language.DeliveryText().AnswerLink
	if k.Action == ToList {
		ask = s.Routing.Language.DeliveryText().ListLink
	}
	return ask + s.Links.URL(k, now)
}
