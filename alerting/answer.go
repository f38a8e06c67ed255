package alerting

import (
	"errors"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/signals"
)

// Kinds of events that come from people or from timers, not from findings.
const (
	acknowledged detector.FindingKind = "acknowledged" // somebody takes care of it
	snoozed      detector.FindingKind = "snoozed"      // somebody wants to hear of it later
	labelled     detector.FindingKind = "labelled"     // somebody said what it was
	woken        detector.FindingKind = "woken"        // its snooze ended, and it is still open
	escalated    detector.FindingKind = "escalated"    // nobody answered in time, so the stand-in is told
)

// ownKinds lists them.
var ownKinds = []detector.FindingKind{acknowledged, snoozed, labelled, woken, escalated, assigned, noted, withdrawn}

// fromFinding reports whether the event comes from a finding.
func (e *Event) fromFinding() bool { return !slices.Contains(ownKinds, e.Kind) }

// isAnswer reports whether the event is a person's answer.
func (e *Event) isAnswer() bool {
	return e.Kind == acknowledged || e.Kind == snoozed || e.Kind == labelled
}

// Why an answer is refused.
var (
	ErrOver     = errors.New("the alert is closed")
	ErrGrown    = errors.New("the alert was raised again since it was read")
	ErrAnswered = errors.New("the alert is acknowledged already")
	ErrLabelled = errors.New("the alert is labelled so already")
	ErrLabel    = errors.New("such an alert cannot be labelled so")
)

// Answer is what a person does with an alert: acknowledge it, snooze it, label it, assign
// it, write a note, or take the own answer back. A closed alert can still be labelled, and
// notes can be written.
type Answer struct {
	Alert string        // its id
	By    string        // who answers
	Label signals.Label // what it was; empty: not a label
	Until time.Time     // end of a snooze; zero: not a snooze
	Of    time.Time     // time of the raise that the person read; zero: the newest

	Assign *Assignment // nil: not an assignment
	Note   string      // empty: not a note
	Undo   bool        // takes the person's acknowledgement or snooze back
}

func (n *Answer) kind() detector.FindingKind {
	switch {
	case n.Undo:
		return withdrawn
	case n.Assign != nil:
		return assigned
	case n.Note != "":
		return noted
	case n.Label != "":
		return labelled
	case n.Until.IsZero():
		return acknowledged
	}
	return snoozed
}

// applyAnswer adds an answer to the alert's history and reports whether it is new.
// A repeated answer that may not be in the topic yet is returned as it is.
func (a *Alert) applyAnswer(n *Answer, now time.Time) (e Event, isNew bool, refusal error) {
	if len(a.History) == 0 {
		return e, false, ErrNoAlert
	}
	if n.Undo || n.Assign != nil || n.Note != "" {
		return a.applyAction(n, now)
	}
	raise := a.lastRaise()
	last, was := a.lastAnswer(), a.Labelled()
	repeats := last != nil && last.Of != nil && last.Of.Equal(raise.Time) && last.Kind == n.kind() && last.By == n.By && last.Label == n.Label && !last.Published
	switch {
	case n.Label != "" && !a.allows(n.Label):
		return e, false, ErrLabel
	case a.State == Closed && n.Label == "":
		return e, false, ErrOver
	case !n.Of.IsZero() && !n.Of.Equal(raise.Time):
		return e, false, ErrGrown
	case repeats && (n.Until.IsZero() || n.Until.Equal(*last.Until)):
		return *last, false, nil
	case n.Label != "" && n.Label == a.Label && !was.Of.Before(raise.Time):
		if !was.Published { // the detector may not have it yet
			return *was, false, nil
		}
		return e, false, ErrLabelled
	case a.State == Acknowledged && n.Label == "" && n.Until.IsZero():
		return e, false, ErrAnswered
	}
	of := raise.Time
	e = Event{Kind: n.kind(), Time: a.nextTime(now), Entered: now.UTC(), By: n.By, Of: &of, Label: n.Label}
	if !n.Until.IsZero() {
		until := n.Until.UTC()
		e.Until = &until
	}
	a.insert(e)
	a.deriveState()
	return e, true, nil
}

// nextTime is the time of an event that happens now. It is after all earlier
// answers, even where the clocks of instances differ.
func (a *Alert) nextTime(now time.Time) time.Time {
	t := now.UTC()
	for i := range a.History {
		if e := &a.History[i]; !e.fromFinding() && !e.Time.Before(t) {
			t = e.Time.Add(1)
		}
	}
	return t
}

// insert adds an event to the history and returns its index.
func (a *Alert) insert(e Event) int {
	at, _ := slices.BinarySearchFunc(a.History, e, compareEvents)
	a.History = slices.Insert(a.History, at, e)
	return at
}

// lastRaise is the newest event that calls for attention; nil only before the
// first.
func (a *Alert) lastRaise() *Event {
	for i := range slices.Backward(a.History) {
		if a.History[i].Kind.Raises() {
			return &a.History[i]
		}
	}
	return nil
}

// RaisedLast is when the newest raise was found.
func (a *Alert) RaisedLast() time.Time {
	if e := a.lastRaise(); e != nil {
		return e.Time
	}
	return a.Raised
}

// Answer is the last answer to the newest raise. It is nil when there is none, or
// none that is still in force.
func (a *Alert) Answer() *Event {
	raise, undone := a.lastRaise(), a.undone()
	for i := range slices.Backward(a.History) {
		e := &a.History[i]
		if raise == nil || e.Of == nil || e.Of.Before(raise.Time) || undone[i] || e.Kind != woken && !a.inForce(e) {
			continue // an answer to an older raise
		}
		if e.Kind == woken {
			return nil
		}
		return e
	}
	return nil
}

// inForce reports whether an event is an answer that no later label has replaced.
// The label "unknown" is no answer.
func (a *Alert) inForce(e *Event) bool {
	return e.isAnswer() && (e.Kind != labelled || e.Label != signals.NotKnown && e == a.Labelled())
}

// lastAnswer is the newest answer that was not taken back, nil without one.
func (a *Alert) lastAnswer() *Event {
	undone := a.undone()
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.isAnswer() && !undone[i] {
			return e
		}
	}
	return nil
}

// Labelled is the event of the newest label, nil without one.
func (a *Alert) Labelled() *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.Kind == labelled {
			return e
		}
	}
	return nil
}

// answeredState is the state of an alert that is not closed, by its answers.
func (a *Alert) answeredState() (State, *time.Time) {
	switch e := a.Answer(); {
	case e == nil:
		return Open, nil
	case e.Kind == snoozed:
		return Snoozed, e.Until
	}
	return Acknowledged, nil
}
