package alerting

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"firstsign/detector"
)

// Kinds of events by which people work on an alert without answering it.
const (
	assigned  detector.FindingKind = "assigned"  // somebody is to take care of it
	noted     detector.FindingKind = "noted"     // somebody wrote something about it
	withdrawn detector.FindingKind = "withdrawn" // somebody takes the own acknowledgement or snooze back
)

// Bounds of notes: each is written into the alert, which is read whole.
const (
	MaxNote  = 1000 // characters of one
	maxNotes = 100  // of one alert
)

// Why an action is refused.
var (
	ErrAssigned = errors.New("the alert is assigned so already, or was assigned to somebody else since it was read")
	ErrNote     = errors.New("a note has 1 to 1,000 characters, and an alert up to 100 notes")
	ErrNoted    = errors.New("the same note is there already")
	ErrNotYours = errors.New("there is no acknowledgement or snooze of yours to take back")
)

// Refusals are why an alert stays as it is although all of the service works.
var Refusals = []error{ErrOver, ErrGrown, ErrAnswered, ErrLabelled, ErrLabel, ErrAssigned, ErrNote, ErrNoted, ErrNotYours}

// Assignment says who is to take care of an alert.
type Assignment struct {
	To   string // a person; empty: nobody in particular, as before
	Held string // to whom it was assigned when it was read
}

// isAction reports whether a person brought the event: an answer, or one of the kinds above.
func (e *Event) isAction() bool {
	return e.isAnswer() || e.Kind == assigned || e.Kind == noted || e.Kind == withdrawn
}

// applyAction does for an assignment, a note and a withdrawal what applyAnswer does.
func (a *Alert) applyAction(n *Answer, now time.Time) (e Event, isNew bool, refusal error) {
	raise, kind := a.lastRaise(), n.kind()
	if raise == nil {
		return e, false, ErrOver
	}
	last, of := a.lastOf(kind), raise.Time
	e = Event{Kind: kind, Time: a.nextTime(now), Entered: now.UTC(), By: n.By, Of: &of, Text: n.Note}
	if n.Assign != nil {
		if e.To = n.Assign.To; e.To != "" && e.To != n.By {
			e.Delivery = ByMessage
		}
	}
	repeats := last != nil && !last.Published && last.By == e.By && last.To == e.To && last.Text == e.Text && last.Of.Equal(of)
	holds := kind == assigned && e.To == a.Assignee
	switch {
	case a.State == Closed && kind != noted:
		return e, false, ErrOver
	case !n.Of.IsZero() && !n.Of.Equal(of):
		return e, false, ErrGrown
	case kind == withdrawn && a.ownAnswer(n.By) == nil && !repeats:
		return e, false, ErrNotYours
	case kind == assigned && (holds && !repeats || !holds && n.Assign.Held != a.Assignee):
		return e, false, ErrAssigned
	case kind == noted && !isNote(n.Note):
		return e, false, ErrNote
	case repeats && (kind != withdrawn || a.ownAnswer(n.By) == nil) && (kind != assigned || holds):
		return *last, false, nil
	case kind == noted && last != nil && last.By == e.By && last.Text == e.Text:
		return e, false, ErrNoted
	case kind == noted && a.count(noted) >= maxNotes:
		return e, false, ErrNote
	}
	a.insert(e)
	a.deriveState()
	return e, true, nil
}

func isNote(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= 1 && n <= MaxNote && utf8.ValidString(text)
}

// lastOf is the newest event of a kind, nil without one.
func (a *Alert) lastOf(kind detector.FindingKind) *Event {
	for i := range slices.Backward(a.History) {
		if a.History[i].Kind == kind {
			return &a.History[i]
		}
	}
	return nil
}

func (a *Alert) count(kind detector.FindingKind) (n int) {
	for i := range a.History {
		if a.History[i].Kind == kind {
			n++
		}
	}
	return n
}

// ownAnswer is the acknowledgement or snooze in force, when a person gave it; otherwise nil.
func (a *Alert) ownAnswer(by string) *Event {
	if e := a.Answer(); e != nil && e.By == by && (e.Kind == acknowledged || e.Kind == snoozed) {
		return e
	}
	return nil
}

// MayUndo reports whether a person may take back the answer in force.
func (a *Alert) MayUndo(by string) bool { return a.State != Closed && a.ownAnswer(by) != nil }

// LastAction is the newest thing that a person did with the alert, nil when that person did
// nothing.
func (a *Alert) LastAction(by string) *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.By == by && e.isAction() {
			return e
		}
	}
	return nil
}

// Assigns reports whether the event says who is to take care of the alert.
func (e *Event) Assigns() bool { return e.Kind == assigned }

// Withdraws reports whether the event takes an answer back.
func (e *Event) Withdraws() bool { return e.Kind == withdrawn }

// Notes are what people wrote about the alert, oldest first.
func (a *Alert) Notes() (notes []Event) {
	for i := range a.History {
		if a.History[i].Kind == noted {
			notes = append(notes, a.History[i])
		}
	}
	return notes
}

// undone are the answers that were taken back, by their index in the history. A withdrawal
// takes back the newest acknowledgement or snooze of the same person before it.
func (a *Alert) undone() map[int]bool {
	var gone map[int]bool
	for i := range a.History {
		w := &a.History[i]
		if w.Kind != withdrawn {
			continue
		}
		for j := range slices.Backward(a.History[:i]) {
			if e := &a.History[j]; (e.Kind == acknowledged || e.Kind == snoozed) && e.By == w.By && !gone[j] {
				if gone == nil {
					gone = map[int]bool{}
				}
				gone[j] = true
				break
			}
		}
	}
	return gone
}
