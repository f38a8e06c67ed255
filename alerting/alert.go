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
	Open         State = "open"         // nobody has answered the newest raise
	Acknowledged State = "acknowledged" // somebody has
	Snoozed      State = "snoozed"      // until a time, or until the evidence grows
	Closed       State = "closed"
)

// States lists every state.
var States = []State{Open, Acknowledged, Snoozed, Closed}

// Severity is how urgent an alert is. The set is closed: it is a metric label.
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

// Alert is one episode of an account, or one failure of a feed, with its whole
// history.
type Alert struct {
	ID      string         `json:"id"`                // of the episode; Finding.ID
	Account string         `json:"account,omitempty"` // empty for a feed
	Source  string         `json:"source,omitempty"`  // of a feed
	Name    string         `json:"name,omitempty"`    // of the account, as of the last finding
	Owner   string         `json:"owner,omitempty"`   // as of the last finding or reload; delivery looks it up again
	Grade   accounts.Grade `json:"grade,omitempty"`

	State    State                `json:"state"`
	Severity Severity             `json:"severity"`
	Kind     detector.FindingKind `json:"kind"` // the last finding

	Since   signals.Day `json:"since"`            // the day it began
	Raised  time.Time   `json:"raised"`           // when it was first found
	Updated time.Time   `json:"updated"`          // when something happened last
	Closed  *time.Time  `json:"closed,omitempty"` // when it ended
	Until   *time.Time  `json:"until,omitempty"`  // when its snooze ends
	Risk    float64     `json:"risk,omitempty"`   // of the newest raise, in account-years
	// HistoryDays is how many days of the account were known at the newest raise.
	HistoryDays int `json:"history_days,omitempty"`

	Rules   string            `json:"rules"`             // the rules it was found under
	Reasons []detector.Reason `json:"reasons,omitempty"` // of the newest raise, strongest first
	// AsTold is the day of the raise before, where the headline of the newest one says the
	// same; 0 where it says something new.
	AsTold signals.Day `json:"as_told,omitzero"`
	// Pictured is the series of the newest raise that messages show a picture of; nil when it
	// is about none, and in alerts that were raised before there were pictures.
	Pictured *detector.Pictured `json:"pictured,omitempty"`
	// Verdict says what the fall means, when that is known.
	Verdict detector.Verdict `json:"verdict,omitempty"`
	// ShareNoted is the day of the newest note of our share, on which the verdict rests; 0
	// where it is not known.
	ShareNoted signals.Day `json:"share_noted,omitzero"`
	// Worth is the money that the account brings in a year. AtRisk is the part that
	// may be lost. Both are as of the last finding; 0 where the files hold no money.
	Worth  float64 `json:"worth,omitempty"`
	AtRisk float64 `json:"at_risk,omitempty"`
	// SeasonUnknown: with less than two years of history, a yearly pattern may look
	// like a decline.
	SeasonUnknown bool `json:"season_unknown,omitempty"`
	// NewLevel: it closed because the change has lasted and is the new normal.
	NewLevel bool `json:"new_level,omitempty"`
	// Moved: it closed because other feeds now bring what this feed brought.
	Moved bool `json:"moved,omitempty"`
	// IDs are how many account ids were replaced; nil of any other alert.
	IDs *detector.IDChange `json:"ids,omitempty"`

	// Label is the newest label that a person gave; empty when there is none.
	Label signals.Label `json:"label,omitempty"`
	// Assignee is who is to take care of it, when somebody was named.
	Assignee string `json:"assignee,omitempty"`

	// Earlier is a recent alert of the same account; nil when there is none.
	Earlier *EarlierAlert `json:"before,omitempty"`

	History []Event `json:"history"` // oldest first
	// Version counts the writes. AlertStore.Put refuses a write to an old version.
	Version uint64 `json:"version"`
}

// Event is one thing that happened to an alert, and its delivery to people. It
// comes from a finding, or is of one of the kinds in answer.go.
type Event struct {
	Kind detector.FindingKind `json:"kind"`
	Time time.Time            `json:"time"` // of the finding; for an answer, the wall clock
	// Entered is when it came into the store, by the clock of the process that
	// brought it.
	Entered time.Time `json:"entered"`
	Risk    float64   `json:"risk,omitempty"`
	// Verdict, ShareNoted, NewLevel and Moved are copied from the finding.
	Verdict    detector.Verdict `json:"verdict,omitempty"`
	ShareNoted signals.Day      `json:"share_noted,omitzero"`
	NewLevel   bool             `json:"new_level,omitempty"`
	Moved      bool             `json:"moved,omitempty"`
	// Of an answer: By is who answered. Until is when a snooze ends. Of is the time
	// of the raise that was answered; a newer raise opens the alert again.
	By    string        `json:"by,omitempty"`
	Label signals.Label `json:"label,omitempty"`
	Until *time.Time    `json:"until,omitempty"`
	Of    *time.Time    `json:"of,omitempty"`
	// To is to whom the alert was assigned, empty for nobody. Text is that of a note.
	To   string `json:"to,omitempty"`
	Text string `json:"text,omitempty"`
	// Partition brought the event first, and it alone writes the line to the topic.
	// Several partitions notice the same dead feed; the topic has it once.
	Partition int `json:"partition,omitempty"`
	// Published: its line is in the topic of alerts.
	Published bool `json:"published,omitempty"`
	// Delivery is how people hear of it. Delivered: every channel has it.
	Delivery  Delivery `json:"tell,omitempty"`
	Delivered bool     `json:"told,omitempty"`
	Sent      []Sent   `json:"sent,omitempty"`
}

// Delivery is how people hear of an event.
type Delivery string

// The ways of delivery.
const (
	Silently  Delivery = ""        // not at all: it is in the store only
	ByMessage Delivery = "message" // in a message of its own
	ByDigest  Delivery = "digest"  // in one digest, once all partitions have caught up
)

// Sent is one delivery that succeeded.
type Sent struct {
	Channel string    `json:"channel"`
	To      string    `json:"to,omitempty"` // the person at that time
	Role    Role      `json:"as,omitempty"`
	At      time.Time `json:"at"`
}

// Pending reports whether a delivery is still to be made.
func (a *Alert) Pending() bool { return slices.ContainsFunc(a.History, Event.Pending) }

// Unfinished reports whether something is still to be done: a delivery, or telling the
// topic of an answer.
func (a *Alert) Unfinished() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool { return e.Pending() || e.isAction() && !e.Published })
}

// Pending reports whether a delivery of the event is still to be made.
func (e Event) Pending() bool { return e.Delivery != Silently && !e.Delivered }

// SentTo reports whether a destination has the event.
func (e Event) SentTo(d Destination) bool {
	return slices.ContainsFunc(e.Sent, func(s Sent) bool { return s.Channel == d.Channel && s.Role == d.Role })
}

// topicKey is the key of the alert's lines in the topic: its account, or the
// source of a feed.
func (a *Alert) topicKey() string { return cmp.Or(a.Account, a.Source) }

// indexOf returns the index of an event in the history, or -1.
func (a *Alert) indexOf(kind detector.FindingKind, t time.Time) int {
	return slices.IndexFunc(a.History, func(e Event) bool { return e.Kind == kind && e.Time.Equal(t) })
}

// Has reports whether an event is in the history.
func (a *Alert) Has(kind detector.FindingKind, t time.Time) bool { return a.indexOf(kind, t) >= 0 }

// eventOrder sorts events of the same time.
var eventOrder = map[detector.FindingKind]int{
	detector.FeedDead: 0, detector.FeedLow: 0, detector.AllQuiet: 0, detector.Misrouted: 0, detector.IDsMigrated: 0, detector.Raised: 0, detector.Neglected: 0,
	detector.RaisedAgain: 1,
	detector.Closed:      2, detector.CaredFor: 2, detector.FeedBack: 2, detector.FeedRetired: 2, detector.Routed: 2, detector.IDsSettled: 2,
	acknowledged: 3, snoozed: 3, labelled: 3, woken: 3, escalated: 3, assigned: 3, noted: 3, withdrawn: 3,
}

func compareEvents(a, b Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return eventOrder[a.Kind] - eventOrder[b.Kind]
}

// applyFinding adds a finding to the alert and reports whether it was new.
// Findings may repeat and come in any order; the final alert is the same. now is
// when the finding enters the store. late: it is too old for a message of its
// own.
func (a *Alert) applyFinding(f *detector.Finding, now time.Time, late bool) bool {
	t := time.Unix(0, f.Time).UTC()
	if a.indexOf(f.Kind, t) >= 0 {
		return false
	}
	e := Event{
		Kind: f.Kind, Time: t, Entered: now.UTC(), Risk: f.Risk, Verdict: f.Verdict, ShareNoted: f.ShareNoted,
		NewLevel: f.NewLevel, Moved: f.Moved,
	}
	at := a.insert(e)
	a.ID, a.Account, a.Source, a.Since = f.ID, f.Account, f.Source, f.Since
	if f.Grade != "" {
		a.Grade = f.Grade
	}
	newest := !slices.ContainsFunc(a.History[at+1:], func(e Event) bool { return e.fromFinding() })
	newerRaise := slices.ContainsFunc(a.History[at+1:], func(e Event) bool { return e.Kind.Raises() })
	if f.Kind.Raises() && !newerRaise {
		a.Risk, a.HistoryDays, a.Reasons, a.Pictured, a.SeasonUnknown, a.Rules, a.IDs = f.Risk, f.History, f.Reasons, f.Pictured, f.SeasonUnknown, f.Rules, f.IDs
	}
	a.deriveState()
	if newest {
		a.chooseDelivery(at, late)
	}
	return true
}

// deriveState computes the alert's state and its other summary fields from the
// history.
func (a *Alert) deriveState() {
	first, last := a.lastFinding(), a.lastFinding()
	for i := range a.History {
		if a.History[i].fromFinding() {
			first = &a.History[i]
			break
		}
	}
	a.Verdict, a.ShareNoted = "", 0
	for i := range a.History {
		if a.History[i].Kind.Raises() {
			a.Verdict, a.ShareNoted = a.History[i].Verdict, a.History[i].ShareNoted // of the newest raise: what was true then may no longer be
		}
	}
	a.Raised, a.Kind = first.Time, last.Kind
	a.Updated, a.Label = a.History[len(a.History)-1].Time, ""
	if e := a.Labelled(); e != nil {
		a.Label = e.Label
	}
	a.Assignee = ""
	if e := a.lastOf(assigned); e != nil {
		a.Assignee = e.To
	}
	a.State, a.Closed, a.Until, a.NewLevel, a.Moved = Open, nil, nil, last.NewLevel, last.Moved
	if last.Kind.Raises() {
		a.State, a.Until = a.answeredState()
	} else {
		a.State, a.Closed = Closed, &last.Time
	}
}

// lastFinding is the newest event that comes from a finding.
func (a *Alert) lastFinding() *Event {
	for i := range slices.Backward(a.History) {
		if a.History[i].fromFinding() {
			return &a.History[i]
		}
	}
	return nil // an alert begins with a finding
}

// chooseDelivery decides how people hear of the newest finding. It replaces
// messages that are still waiting, and nobody hears of the end of an alert whose
// beginning they never heard of.
func (a *Alert) chooseDelivery(newest int, late bool) {
	announced := false
	for i := range a.History {
		e := &a.History[i]
		if i == newest {
			continue
		}
		overtaken := e.Delivery == ByDigest || e.Delivery == ByMessage && e.Kind.Raises() && a.History[newest].Kind.Raises()
		if overtaken && !e.Delivered && len(e.Sent) == 0 {
			e.Delivery = Silently // the newest event replaces it
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

// Encode returns the alert as AlertStores keep it.
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
