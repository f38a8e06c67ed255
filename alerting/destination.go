package alerting

import (
	"cmp"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Role in which the recipient is told.
type Role string

// The roles.
const (
	Owner    Role = ""
	Superior Role = "superior" // the owner's, when the neglect is ours
	StandIn  Role = "stand_in" // when the owner does not answer
	Assignee Role = "assignee" // when somebody else assigned the alert to that person
)

// Destination is where a message goes, and to whom.
type Destination struct {
	Channel string // its name in the routing
	To      string // the person; empty when the channel stands for nobody
	Role    Role
}

// Destinations of an event: the log, if there is one, and people. None when the
// event is out of date.
func (s *RoutingSnapshot) Destinations(a *Alert, e *Event) []Destination {
	owner, account := s.OwnerOf(a), s.account(a.Account)
	if (e.Kind == woken || e.Kind == escalated) && a.State != Open {
		return nil // answered or closed before it could be delivered
	}
	if e.Kind == escalated {
		if account == nil || account.StandIn == "" {
			return nil // removed from the files since
		}
		return s.inRole(StandIn, account.StandIn, s.withLog(s.Routing.channelsFor(account.StandIn, account)))
	}
	if e.Kind == assigned {
		if a.State == Closed || a.Assignee != e.To {
			return nil // over, or somebody else's by now
		}
		return s.inRole(Assignee, e.To, s.withLog(s.Routing.channelsFor(e.To, account)))
	}
	names := s.withLog(s.Routing.ownerChannels(a, owner, account))
	places := s.inRole(Owner, owner, names)
	// A channel that has the owner's message gets no copy.
	besides := func(as Role, name string) {
		others := slices.DeleteFunc(slices.Clone(s.Routing.channelsFor(name, account)), func(c string) bool { return slices.Contains(names, c) })
		places = append(places, s.inRole(as, name, others)...)
	}
	if superior := s.copyTo(e, account); superior != "" {
		besides(Superior, superior)
	}
	if e.fromFinding() && !e.Kind.Raises() && account != nil && account.StandIn != "" && a.toldStandIn() {
		besides(StandIn, account.StandIn) // who was asked to help hears that the alert closed
	}
	return places
}

// toldStandIn reports whether the stand-in was told of an alert.
func (a *Alert) toldStandIn() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool {
		return slices.ContainsFunc(e.Sent, func(s Sent) bool { return s.Role == StandIn })
	})
}

func (s *RoutingSnapshot) inRole(as Role, to string, channels []string) []Destination {
	places := make([]Destination, len(channels))
	for i, name := range channels {
		places[i] = Destination{name, to, as}
	}
	return places
}

func (s *RoutingSnapshot) withLog(channels []string) []string {
	if s.Channels[LogChannel] == nil {
		return channels
	}
	return append([]string{LogChannel}, channels...)
}

// copyTo returns who gets a copy of an event: the owner's superior when the
// neglect is ours, otherwise nobody ("").
func (s *RoutingSnapshot) copyTo(e *Event, account *accounts.Account) string {
	if e.Kind != detector.Neglected || account == nil || account.Superior == account.Owner {
		return ""
	}
	return account.Superior
}

// Day of a moment, in the deployment's time zone.
func (s *RoutingSnapshot) Day(t time.Time) signals.Day {
	return signals.NewZone(cmp.Or(s.Location, time.UTC)).Day(t.UnixNano())
}

// answerBefore is the last answer in force before an event, or nil.
func (a *Alert) answerBefore(e *Event) *Event {
	undone := a.undone()
	for i := range slices.Backward(a.History) {
		s := &a.History[i]
		if a.inForce(s) && !undone[i] && !s.Entered.After(e.Entered) {
			return s
		}
	}
	return nil
}

// Concerns reports whether somebody should answer an alert: its owner, or a
// stand-in who was told.
func (s *RoutingSnapshot) Concerns(a *Alert, name string) bool {
	return s.OwnerOf(a) == name || slices.Contains(a.Told(), name)
}

// Told is who was told of an alert, without superiors: a person, or a channel where
// no person is known. Everybody is in it once.
func (a *Alert) Told() []string {
	var told []string
	for i := range a.History {
		for _, s := range a.History[i].Sent {
			if name := cmp.Or(s.To, s.Channel); s.Role != Superior && !slices.Contains(told, name) {
				told = append(told, name)
			}
		}
	}
	return told
}
