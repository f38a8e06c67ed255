package alerting

import (
	"errors"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/signals"
)

// Kinds of events that no finding brings.
const (
	acknowledged detector.FindingKind = "acknowledged" // somebody takes care of it
	snoozed      detector.FindingKind = "snoozed"      // somebody wants to hear of it later
	labelled     detector.FindingKind = "labelled"     // somebody says what it was
	woken        detector.FindingKind = "woken"        // its sleep is over, and it goes on
	escalated    detector.FindingKind = "escalated"    // nobody answered, so the stand-in hears of it
)

// ownKinds lists them.
var ownKinds = []detector.FindingKind{acknowledged, snoozed, labelled, woken, escalated}

// fromFinding says whether a finding brought the event.
func (e *Event) fromFinding() bool { return !slices.Contains(ownKinds, e.Kind) }

// isAnswer says whether the event is what a person said.
func (e *Event) isAnswer() bool {
	return e.Kind == acknowledged || e.Kind == snoozed || e.Kind == labelled
}

// Why an answer is not taken.
var (
	ErrOver     = errors.New("the alert is closed")
	ErrGrown    = errors.New("the alert was raised again since it was read")
	ErrAnswered = errors.New("the alert is acknowledged already")
	ErrLabelled = errors.New("the alert is labelled so already")
	ErrLabel    = errors.New("such an alert cannot be labelled so")
)

// Answer is what a person says to an alert: they take care of it, it is to sleep
// for a while, or what it was. The last may be said when it is over as well.
type Answer struct {
	Alert string        // its id
	By    string        // who says so
	Label signals.Label // what it was; empty: the answer is no label
	Until time.Time     // how long it is to sleep; zero: it is acknowledged
	Of    time.Time     // the raise that was read; zero: whichever is the newest
}

func (n *Answer) kind() detector.FindingKind {
	switch {
	case n.Label != "":
		return labelled
	case n.Until.IsZero():
		return acknowledged
	}
	return snoozed
}

// applyAnswer adds an answer to the alert's history and says whether that is new: one
// that stands there and may not be in the topic yet is returned as it is.
func (a *Alert) applyAnswer(n *Answer, now time.Time) (e Event, isNew bool, refusal error) {
	if len(a.History) == 0 {
		return e, false, ErrNoAlert
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
		if !was.Published { // the detector may not have heard it
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

// nextTime is the time of something that happens now: after all that was said
// before, although clocks of instances differ.
func (a *Alert) nextTime(now time.Time) time.Time {
	t := now.UTC()
	for i := range a.History {
		if e := &a.History[i]; !e.fromFinding() && !e.Time.Before(t) {
			t = e.Time.Add(1)
		}
	}
	return t
}

// insert adds an event to the history and returns its place.
func (a *Alert) insert(e Event) int {
	at, _ := slices.BinarySearchFunc(a.History, e, compareEvents)
	a.History = slices.Insert(a.History, at, e)
	return at
}

// lastRaise is the newest event that calls for attention, and nil only before
// the first.
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

// Answer is what was said to the newest raise last: nil when nothing was,
// or when what was said is no longer in force.
func (a *Alert) Answer() *Event {
	raise := a.lastRaise()
	for i := range slices.Backward(a.History) {
		e := &a.History[i]
		if raise == nil || e.Of == nil || e.Of.Before(raise.Time) || e.Kind != woken && !a.inForce(e) {
			continue // nothing is said to a raise before it is found
		}
		if e.Kind == woken {
			return nil
		}
		return e
	}
	return nil
}

// inForce says whether an event answers, and was not taken back by another label.
// That nothing is known is no answer.
func (a *Alert) inForce(e *Event) bool {
	return e.isAnswer() && (e.Kind != labelled || e.Label != signals.NotKnown && e == a.Labelled())
}

// lastAnswer is the newest event that somebody's words brought, nil without one.
func (a *Alert) lastAnswer() *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.isAnswer() {
			return e
		}
	}
	return nil
}

// Labelled is the event by which somebody said last what the alert was, nil when
// nobody did.
func (a *Alert) Labelled() *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.Kind == labelled {
			return e
		}
	}
	return nil
}

// answeredState is the state that answers give to an alert whose episode goes on.
func (a *Alert) answeredState() (State, *time.Time) {
	switch e := a.Answer(); {
	case e == nil:
		return Open, nil
	case e.Kind == snoozed:
		return Snoozed, e.Until
	}
	return Acknowledged, nil
}
