package alerting

import (
	"context"
	"errors"
	"fmt"
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

// unfound lists them.
var unfound = []detector.FindingKind{acknowledged, snoozed, labelled, woken, escalated}

// found says whether a finding brought the event.
func (e *Event) found() bool { return !slices.Contains(unfound, e.Kind) }

// answers says whether the event is what a person said.
func (e *Event) answers() bool {
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

// Reception takes answers. Its methods may be called concurrently, from any
// instance.
type Reception struct {
	Book      Book
	Publisher Publisher // nil: there is no topic
	Feedback  Feedback  // of labels; nil: there is no detector to tell
	Metrics   *Metrics
}

// Take enters an answer into the book and into the topic of alerts, a label into
// the detector's log as well, and returns the alert as it is then; with ErrOver,
// ErrGrown, ErrAnswered, ErrLabelled and ErrLabel as it is without the answer.
// After another error the answer may be repeated.
func (r *Reception) Take(ctx context.Context, n Answer, now time.Time) (*Alert, error) {
	var refusal error
	var e Event
	isNew := false
	a, err := Update(ctx, r.Book, n.Alert, func(a *Alert) bool {
		e, isNew, refusal = a.take(&n, now)
		return isNew
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("answer alert %s: %w", n.Alert, err)
	case errors.Is(refusal, ErrNoAlert):
		return nil, refusal
	case refusal != nil:
		return a, refusal
	}
	if isNew {
		r.Metrics.answered(&e)
	}
	if e.Kind == labelled && r.Feedback != nil {
		if err := r.Feedback.Feedback(ctx, a.control(&e)); err != nil {
			return nil, fmt.Errorf("tell the detector what alert %s was: %w", a.ID, err)
		}
	}
	if r.Publisher == nil {
		return a, nil
	}
	value, err := answerLine(a, &e)
	if err != nil {
		return nil, err
	}
	if err := r.Publisher.Publish(ctx, []Record{{Key: a.key(), Value: value}}); err != nil {
		return nil, fmt.Errorf("publish the answer to alert %s: %w", a.ID, err)
	}
	if a, err = markPublished(ctx, r.Book, a.ID, e.Kind, e.Time); err != nil {
		return nil, err
	}
	return a, nil
}

// take adds an answer to the alert's history and says whether that is new: one
// that stands there and may not be in the topic yet is returned as it is.
func (a *Alert) take(n *Answer, now time.Time) (e Event, isNew bool, refusal error) {
	if len(a.History) == 0 {
		return e, false, ErrNoAlert
	}
	raise := a.lastRaise()
	last, was := a.lastSaid(), a.Labelled()
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
	e = Event{Kind: n.kind(), Time: a.moment(now), Entered: now.UTC(), By: n.By, Of: &of, Label: n.Label}
	if !n.Until.IsZero() {
		until := n.Until.UTC()
		e.Until = &until
	}
	a.insert(e)
	a.settle()
	return e, true, nil
}

// moment is the time of something that happens now: after all that was said
// before, although clocks of instances differ.
func (a *Alert) moment(now time.Time) time.Time {
	t := now.UTC()
	for i := range a.History {
		if e := &a.History[i]; !e.found() && !e.Time.Before(t) {
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
	return e.answers() && (e.Kind != labelled || e.Label != signals.NotKnown && e == a.Labelled())
}

// lastSaid is the newest event that somebody's words brought, nil without one.
func (a *Alert) lastSaid() *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.answers() {
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

// answered is the state that answers give to an alert whose episode goes on.
func (a *Alert) answered() (State, *time.Time) {
	switch e := a.Answer(); {
	case e == nil:
		return Open, nil
	case e.Kind == snoozed:
		return Snoozed, e.Until
	}
	return Acknowledged, nil
}

func markPublished(ctx context.Context, b Book, id string, kind detector.FindingKind, t time.Time) (*Alert, error) {
	return Update(ctx, b, id, func(a *Alert) bool {
		i := a.event(kind, t)
		if i < 0 || a.History[i].Published {
			return false // expired meanwhile, or another noted it
		}
		a.History[i].Published = true
		return true
	})
}
