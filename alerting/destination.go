package alerting

import (
	"cmp"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Role is as what somebody is told.
type Role string

// The capacities.
const (
	Owner    Role = ""
	Superior Role = "superior" // of the owner, when the neglect is ours
	StandIn  Role = "stand_in" // when the owner does not answer
)

// destination is where a message goes, and to whom.
type destination struct {
	channel, to string
	role        Role
}

// destinations that an event of an alert is to reach: of the log, if there is one,
// and of people. None when it is out of date.
func (s *RoutingSnapshot) destinations(a *Alert, e *Event) []destination {
	owner, account := s.owner(a), s.account(a.Account)
	if (e.Kind == woken || e.Kind == escalated) && a.State != Open {
		return nil // answered or over before it could be told
	}
	if e.Kind == escalated {
		if account == nil || account.StandIn == "" {
			return nil // taken out of the files meanwhile
		}
		return s.inRole(StandIn, account.StandIn, s.withLog(s.Routing.channelsFor(account.StandIn, account)))
	}
	names := s.withLog(s.Routing.ownerChannels(a, owner, account))
	places := s.inRole(Owner, owner, names)
	// Whom the owner's message reaches anyway needs no copy of it: it says so.
	besides := func(as Role, name string) {
		others := slices.DeleteFunc(slices.Clone(s.Routing.channelsFor(name, account)), func(c string) bool { return slices.Contains(names, c) })
		places = append(places, s.inRole(as, name, others)...)
	}
	if superior := s.copyTo(e, account); superior != "" {
		besides(Superior, superior)
	}
	if e.fromFinding() && !e.Kind.Raises() && account != nil && account.StandIn != "" && a.toldStandIn() {
		besides(StandIn, account.StandIn) // who was asked to help hears that it is over
	}
	return places
}

// toldStandIn says whether the stand-in was told of an alert.
func (a *Alert) toldStandIn() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool {
		return slices.ContainsFunc(e.Sent, func(s Sent) bool { return s.Role == StandIn })
	})
}

func (s *RoutingSnapshot) inRole(as Role, to string, channels []string) []destination {
	places := make([]destination, len(channels))
	for i, name := range channels {
		places[i] = destination{name, to, as}
	}
	return places
}

func (s *RoutingSnapshot) withLog(channels []string) []string {
	if s.Channels[LogChannel] == nil {
		return channels
	}
	return append([]string{LogChannel}, channels...)
}

// copyTo is who gets a copy of an event: the owner's superior when the neglect
// is ours, and nobody otherwise.
func (s *RoutingSnapshot) copyTo(e *Event, account *accounts.Account) string {
	if e.Kind != detector.Neglected || account == nil || account.Superior == account.Owner {
		return ""
	}
	return account.Superior
}

// Day of a moment, where the deployment is.
func (s *RoutingSnapshot) Day(t time.Time) signals.Day {
	return signals.NewZone(cmp.Or(s.Location, time.UTC)).Day(t.UnixNano())
}

// answerBefore is the last answer before an event.
func (a *Alert) answerBefore(e *Event) *Event {
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
func (s *RoutingSnapshot) Concerns(a *Alert, name string) bool {
	if s.owner(a) == name {
		return true
	}
	return slices.ContainsFunc(a.History, func(e Event) bool {
		return slices.ContainsFunc(e.Sent, func(s Sent) bool { return cmp.Or(s.To, s.Channel) == name && s.Role != Superior })
	})
}
