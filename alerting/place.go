package alerting

import (
	"cmp"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// Capacity is as what somebody is told.
type Capacity string

// The capacities.
const (
	Owner    Capacity = ""
	Superior Capacity = "superior" // of the owner, when the neglect is ours
	StandIn  Capacity = "stand_in" // when the owner does not answer
)

// place is where a message goes, and to whom.
type place struct {
	channel, to string
	as          Capacity
}

// places that an event of an alert is to reach: of the log, if there is one,
// and of people. None when it is out of date.
func (d *Desk) places(a *Alert, e *Event) []place {
	owner, account := d.owner(a), d.account(a.Account)
	if (e.Kind == woken || e.Kind == escalated) && a.State != Open {
		return nil // answered or over before it could be told
	}
	if e.Kind == escalated {
		if account == nil || account.StandIn == "" {
			return nil // taken out of the files meanwhile
		}
		return d.inCapacity(StandIn, account.StandIn, d.withLog(d.Routing.person(account.StandIn, account)))
	}
	names := d.withLog(d.Routing.channels(a, owner, account))
	places := d.inCapacity(Owner, owner, names)
	// Whom the owner's message reaches anyway needs no copy of it: it says so.
	besides := func(as Capacity, name string) {
		others := slices.DeleteFunc(slices.Clone(d.Routing.person(name, account)), func(c string) bool { return slices.Contains(names, c) })
		places = append(places, d.inCapacity(as, name, others)...)
	}
	if superior := d.copied(e, account); superior != "" {
		besides(Superior, superior)
	}
	if e.found() && !e.Kind.Raises() && account != nil && account.StandIn != "" && a.toldStandIn() {
		besides(StandIn, account.StandIn) // who was asked to help hears that it is over
	}
	return places
}

// toldStandIn says whether the stand-in was told of an alert.
func (a *Alert) toldStandIn() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool {
		return slices.ContainsFunc(e.Sent, func(s Sent) bool { return s.As == StandIn })
	})
}

func (d *Desk) inCapacity(as Capacity, to string, channels []string) []place {
	places := make([]place, len(channels))
	for i, name := range channels {
		places[i] = place{name, to, as}
	}
	return places
}

func (d *Desk) withLog(channels []string) []string {
	if d.Channels[LogChannel] == nil {
		return channels
	}
	return append([]string{LogChannel}, channels...)
}

// copied is who gets a copy of an event: the owner's superior when the neglect
// is ours, and nobody otherwise.
func (d *Desk) copied(e *Event, account *accounts.Account) string {
	if e.Kind != detector.Neglected || account == nil || account.Superior == account.Owner {
		return ""
	}
	return account.Superior
}

// why are the lines that tell a reader why this comes, and comes now.
func (d *Desk) why(a *Alert, e *Event, p place) []string {
	lines := d.whyYou(a, e, p)
	if a.Before != nil && (e.Kind == detector.Raised || e.Kind == detector.Neglected) {
		lines = append(lines, message.Returned(d.Routing.Language, a.facts(e.Kind, d.account(a.Account)), d.Day(a.Before.Closed)))
	}
	return lines
}

func (d *Desk) whyYou(a *Alert, e *Event, p place) []string {
	owner, account, text := d.owner(a), d.account(a.Account), d.Routing.Language.DeliveryText()
	switch {
	case p.as == Superior:
		return []string{text.Superior(owner)}
	case p.as == StandIn && !e.Kind.Raises() && e.found():
		return nil // it is over
	case p.as == StandIn:
		return []string{text.StandIn(owner, d.Routing.escalateAfter())}
	case e.Kind == woken:
		if s := a.said(e); s != nil {
			return []string{text.Woken(s.By, d.Day(*s.Until))}
		}
	case d.copied(e, account) != "":
		return []string{text.Copied(d.copied(e, account))}
	case e.Kind == detector.RaisedAgain:
		if s := a.said(e); s != nil {
			return []string{d.grownSince(s)}
		}
	}
	return nil
}

// grownSince says who answered what, before the alert grew.
func (d *Desk) grownSince(answer *Event) string {
	text, on := d.Routing.Language.DeliveryText(), d.Day(answer.Time)
	switch answer.Kind {
	case snoozed:
		return text.GrownSinceSnooze(answer.By, on)
	case labelled:
		return text.GrownSinceLabel(answer.By, on, answer.Label)
	}
	return text.GrownSinceAck(answer.By, on)
}

// link is a message's last line: where its reader answers. Where nobody owns
// an account, the channel answers.
func (d *Desk) link(k Link, p place, now time.Time) string {
	if d.Links == nil {
		return ""
	}
	k.To = cmp.Or(p.to, p.channel)
	ask := d.Routing.Language.DeliveryText().AnswerLink
	if k.Action == ToList {
		ask = d.Routing.Language.DeliveryText().ListLink
	}
	return ask + d.Links.URL(k, now)
}

// Day of a moment, where the deployment is.
func (d *Desk) Day(t time.Time) signals.Day {
	return signals.NewZone(cmp.Or(d.Location, time.UTC)).Day(t.UnixNano())
}

// said is the last answer before an event.
func (a *Alert) said(e *Event) *Event {
	for i := range slices.Backward(a.History) {
		s := &a.History[i]
		if a.inForce(s) && !s.Entered.After(e.Entered) {
			return s
		}
	}
	return nil
}

// Concerns says whether an alert is somebody's to answer: its owner's, or the
// stand-in's once it was told.
func (d *Desk) Concerns(a *Alert, name string) bool {
	if d.owner(a) == name {
		return true
	}
	return slices.ContainsFunc(a.History, func(e Event) bool {
		return slices.ContainsFunc(e.Sent, func(s Sent) bool { return cmp.Or(s.To, s.Channel) == name && s.As != Superior })
	})
}
