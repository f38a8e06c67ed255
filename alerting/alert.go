package alerting

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// State is where an alert is in its life.
type State string

// The states.
const (
	Open         State = "open"         // nobody has answered what was raised last
	Acknowledged State = "acknowledged" // somebody has
	Snoozed      State = "snoozed"      // it sleeps until a time, or until it grows
	Closed       State = "closed"
)

// States lists every state.
var States = []State{Open, Acknowledged, Snoozed, Closed}

// Severity is how loud an alert is. The set is closed: it is a metric label.
type Severity string

// The severities.
const (
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Severities lists every severity.
var Severities = []Severity{Warning, Critical}

// Operator is the owner of alerts about feeds.
const Operator = "operator"

// Alert is what a person sees: one episode of an account, or one failure of a
// feed, and what became of it.
type Alert struct {
	ID      string         `json:"id"`                // of the episode; Finding.ID
	Account string         `json:"account,omitempty"` // empty for a feed
	Source  string         `json:"source,omitempty"`  // of a feed
	Name    string         `json:"name,omitempty"`    // of the account, when it was last heard of
	Owner   string         `json:"owner,omitempty"`   // the same; delivery looks it up again
	Grade   accounts.Grade `json:"grade,omitempty"`

	State    State                `json:"state"`
	Severity Severity             `json:"severity"`
	Kind     detector.FindingKind `json:"kind"` // the last finding

	Since   signals.Day       `json:"since"`             // the day it began
	Raised  time.Time         `json:"raised"`            // when it was first found
	Updated time.Time         `json:"updated"`           // when something happened last
	Closed  *time.Time        `json:"closed,omitempty"`  // when it ended
	Until   *time.Time        `json:"until,omitempty"`   // when its sleep ends
	Risk    float64           `json:"risk,omitempty"`    // of the newest raise, in account-years
	Rules   string            `json:"rules"`             // the rules it was found under
	Reasons []detector.Reason `json:"reasons,omitempty"` // of the newest raise, strongest first
	// Verdict says what the fall means, when that is known.
	Verdict detector.Verdict `json:"verdict,omitempty"`
	// Worth is what the account brings in a year, and AtRisk what of it is at risk,
	// as the files said when the alert changed last; 0 where they hold no money.
	Worth  float64 `json:"worth,omitempty"`
	AtRisk float64 `json:"at_risk,omitempty"`
	// SeasonUnknown: a yearly shape could not be told from a decline.
	SeasonUnknown bool `json:"season_unknown,omitempty"`
	// NewLevel: it is closed because what moved has stayed where it is.
	NewLevel bool `json:"new_level,omitempty"`
	// Moved: it is closed because what came from the feed comes from others now.
	Moved bool `json:"moved,omitempty"`

	// Label is what it was, as a person said last; empty: nobody did.
	Label signals.Label `json:"label,omitempty"`

	// Earlier is the alert that this one returns to, if there is one.
	Earlier *EarlierAlert `json:"before,omitempty"`

	History []Event `json:"history"` // oldest first
	// Version counts the changes. AlertStore.Put compares it.
	Version uint64 `json:"version"`
}

// Event is one thing that happened to an alert, and how people are told: a
// finding, or one of the kinds in answer.go.
type Event struct {
	Kind detector.FindingKind `json:"kind"`
	Time time.Time            `json:"time"` // of the finding; of an answer the wall's
	// Entered is when it came into the store, by the clock of who brought it.
	Entered time.Time `json:"entered"`
	Risk    float64   `json:"risk,omitempty"`
	// Verdict, NewLevel and Moved are the finding's.
	Verdict  detector.Verdict `json:"verdict,omitempty"`
	NewLevel bool             `json:"new_level,omitempty"`
	Moved    bool             `json:"moved,omitempty"`
	// By is who answered, Until how long the alert is to sleep, and Of the time of
	// the raise that was answered: a newer one wakes the alert.
	// Label is what it was, as somebody said by this event.
	By    string        `json:"by,omitempty"`
	Label signals.Label `json:"label,omitempty"`
	Until *time.Time    `json:"until,omitempty"`
	Of    *time.Time    `json:"of,omitempty"`
	// Partition brought it first: it alone writes the line to the topic, or one
	// dead feed that several partitions notice would stand there several times.
	Partition int `json:"partition,omitempty"`
	// Published: its line stands in the topic of alerts.
	Published bool `json:"published,omitempty"`
	// Delivery is how people hear of it; Told that every channel has it.
	Delivery  Delivery `json:"tell,omitempty"`
	Delivered bool     `json:"told,omitempty"`
	Sent      []Sent   `json:"sent,omitempty"`
}

// Delivery is how people hear of an event.
type Delivery string

// The ways to tell.
const (
	Silently  Delivery = ""        // not at all: it stands in the store
	ByMessage Delivery = "message" // in a message of its own
	ByDigest  Delivery = "digest"  // in one digest with all others, once caught up
)

// Sent is one delivery that succeeded.
type Sent struct {
	Channel string    `json:"channel"`
	To      string    `json:"to,omitempty"` // the person at that time
	Role    Role      `json:"as,omitempty"`
	At      time.Time `json:"at"`
}

// Pending says whether somebody is still to be told something.
func (a *Alert) Pending() bool { return slices.ContainsFunc(a.History, Event.pending) }

func (e Event) pending() bool { return e.Delivery != Silently && !e.Delivered }

func (e Event) sentTo(p destination) bool {
	return slices.ContainsFunc(e.Sent, func(s Sent) bool { return s.Channel == p.channel && s.Role == p.role })
}

// deliveryID names one delivery: the same event to the same place is the same
// delivery, however often it is tried and by whom.
func (a *Alert) deliveryID(e Event, p destination) string {
	id := fmt.Sprintf("%s/%s/%d/%s", a.ID, e.Kind, e.Time.UnixNano(), p.channel)
	if p.role != Owner {
		id += "/" + string(p.role)
	}
	return id
}

// topicKey of the alert's lines in the topic: its account, or the source of a feed.
func (a *Alert) topicKey() string { return cmp.Or(a.Account, a.Source) }

// indexOf returns the place of an event in the history, -1 when it is not there.
func (a *Alert) indexOf(kind detector.FindingKind, t time.Time) int {
	return slices.IndexFunc(a.History, func(e Event) bool { return e.Kind == kind && e.Time.Equal(t) })
}

// eventOrder of the kinds that happen at the same time.
var eventOrder = map[detector.FindingKind]int{
	detector.FeedDead: 0, detector.FeedLow: 0, detector.AllQuiet: 0, detector.Misrouted: 0, detector.Raised: 0, detector.Neglected: 0,
	detector.RaisedAgain: 1,
	detector.Closed:      2, detector.CaredFor: 2, detector.FeedBack: 2, detector.FeedRetired: 2, detector.Routed: 2,
	acknowledged: 3, snoozed: 3, labelled: 3, woken: 3, escalated: 3,
}

func compareEvents(a, b Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return eventOrder[a.Kind] - eventOrder[b.Kind]
}

// applyFinding adds a finding to the alert and says whether it was new. Findings may
// repeat and come in any order: what the alert says in the end is the same.
// now is when it enters the store; late means that the finding is by then too
// old for a message of its own.
func (a *Alert) applyFinding(f *detector.Finding, now time.Time, late bool) bool {
	t := time.Unix(0, f.Time).UTC()
	if a.indexOf(f.Kind, t) >= 0 {
		return false
	}
	e := Event{Kind: f.Kind, Time: t, Entered: now.UTC(), Risk: f.Risk, Verdict: f.Verdict, NewLevel: f.NewLevel, Moved: f.Moved}
	at := a.insert(e)
	a.ID, a.Account, a.Source, a.Since = f.ID, f.Account, f.Source, f.Since
	if f.Grade != "" {
		a.Grade = f.Grade
	}
	newest := !slices.ContainsFunc(a.History[at+1:], func(e Event) bool { return e.fromFinding() })
	newerRaise := slices.ContainsFunc(a.History[at+1:], func(e Event) bool { return e.Kind.Raises() })
	if f.Kind.Raises() && !newerRaise {
		a.Risk, a.Reasons, a.SeasonUnknown, a.Rules = f.Risk, f.Reasons, f.SeasonUnknown, f.Rules
	}
	a.deriveState()
	if newest {
		a.chooseDelivery(at, late)
	}
	return true
}

// deriveState derives the alert's life from its history.
func (a *Alert) deriveState() {
	first, last := a.lastFinding(), a.lastFinding()
	for i := range a.History {
		if a.History[i].fromFinding() {
			first = &a.History[i]
			break
		}
	}
	a.Verdict = ""
	for i := range a.History {
		a.Verdict = cmp.Or(a.History[i].Verdict, a.Verdict) // what was clear once stays so
	}
	a.Raised, a.Kind = first.Time, last.Kind
	a.Updated, a.Label = a.History[len(a.History)-1].Time, ""
	if e := a.Labelled(); e != nil {
		a.Label = e.Label
	}
	a.State, a.Closed, a.Until, a.NewLevel, a.Moved = Open, nil, nil, last.NewLevel, last.Moved
	if last.Kind.Raises() {
		a.State, a.Until = a.answeredState()
	} else {
		a.State, a.Closed = Closed, &last.Time
	}
}

// lastFinding is the newest event that a finding brought.
func (a *Alert) lastFinding() *Event {
	for i := range slices.Backward(a.History) {
		if a.History[i].fromFinding() {
			return &a.History[i]
		}
	}
	return nil // an alert begins with a finding
}

// chooseDelivery decides how people hear of the newest finding. Nobody is told twice of
// what they hear anyway, and nobody hears the end of what they were never told.
func (a *Alert) chooseDelivery(newest int, late bool) {
	announced := false
	for i := range a.History {
		e := &a.History[i]
		if i == newest {
			continue
		}
		overtaken := e.Delivery == ByDigest || e.Delivery == ByMessage && e.Kind.Raises() && a.History[newest].Kind.Raises()
		if overtaken && !e.Delivered && len(e.Sent) == 0 {
			e.Delivery = Silently // the newest event says it all
		}
		announced = announced || e.Delivery != Silently
	}
	e := &a.History[newest]
	switch {
	case e.Kind.Raises() && late:
		e.Delivery = ByDigest
	case e.Kind.Raises(), announced && !late:
		e.Delivery = ByMessage
	}
}

// Encode is the alert as AlertStores keep it.
func (a *Alert) Encode() ([]byte, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("encode alert %s: %w", a.ID, err)
	}
	return b, nil
}

// Decode reads what Encode wrote.
func Decode(b []byte) (*Alert, error) {
	a := new(Alert)
	if err := json.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("decode alert: %w", err)
	}
	return a, nil
}
