package alerting

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"firstsign/detector"
)

// Record is one line for the topic of alerts.
type Record struct {
	Key   string // the account, or the source of a feed
	Value []byte
}

// Publisher writes to the topic of alerts. Publish returns when all in-sync
// replicas have all records, in their order. After an error the outcome is unknown.
type Publisher interface {
	Publish(ctx context.Context, records []Record) error
}

// AnswerHandler accepts answers. It may be used concurrently, by any instance.
type AnswerHandler struct {
	Store     AlertStore
	Publisher Publisher // nil: there is no topic
	Feedback  Feedback  // takes labels; nil: there is no detector to tell
	Metrics   *Metrics
	// Closed returns why no answer is taken at present; nil: all are. An answer to alerts
	// that are being brought in would be replaced by what is brought.
	Closed func(ctx context.Context) error
}

// Handle writes an answer into the store and the topic of alerts, and a label into
// the detector's log as well. It returns the alert after the answer. With an error of
// [Refusals] the answer was refused and the alert is unchanged. After any other error, repeat the answer.
func (h *AnswerHandler) Handle(ctx context.Context, n Answer, now time.Time) (*Alert, error) {
	if h.Closed != nil {
		if err := h.Closed(ctx); err != nil {
			return nil, fmt.Errorf("answer alert %s: %w", n.Alert, err)
		}
	}
	var refusal error
	var e Event
	isNew := false
	a, err := Update(ctx, h.Store, n.Alert, func(a *Alert) bool {
		e, isNew, refusal = a.applyAnswer(&n, now)
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
		h.Metrics.changed(&e)
	}
	return h.tell(ctx, a, &e)
}

// Finish tells what a handler that ended in between has not told: the answer is in the
// store and shown, so nobody would give it again. It leaves answers from a time on to
// their handlers, and returns how many it told.
func (h *AnswerHandler) Finish(ctx context.Context, a *Alert, before time.Time) (n int, err error) {
	for _, e := range a.History {
		if !e.isAction() || e.Published || !e.Entered.Before(before) {
			continue
		}
		if _, err := h.tell(ctx, a, &e); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// tell tells the detector of a label, and the topic of an answer. Telling again changes
// nothing.
func (h *AnswerHandler) tell(ctx context.Context, a *Alert, e *Event) (*Alert, error) {
	if e.Kind == labelled && h.Feedback != nil {
		if err := h.Feedback.Feedback(ctx, a.feedback(e)); err != nil {
			return nil, fmt.Errorf("tell the detector what alert %s was: %w", a.ID, err)
		}
	}
	if h.Publisher == nil {
		return a, nil
	}
	value, err := answerLine(a, e)
	if err != nil {
		return nil, err
	}
	if err := h.Publisher.Publish(ctx, []Record{{Key: a.topicKey(), Value: value}}); err != nil {
		return nil, fmt.Errorf("publish the answer to alert %s: %w", a.ID, err)
	}
	return Update(ctx, h.Store, a.ID, func(a *Alert) bool { return a.markPublished(e.Kind, e.Time) })
}

// markPublished notes that an event's line is in the topic, and reports whether it was
// news.
func (a *Alert) markPublished(kind detector.FindingKind, t time.Time) bool {
	i := a.indexOf(kind, t)
	if i < 0 || a.History[i].Published {
		return false // removed since, or recorded by another instance
	}
	a.History[i].Published = true
	return true
}

// PublishedAnswer is an answer as the topic of alerts has it.
type PublishedAnswer struct {
	Alert string
	event Event
}

// Time is when it was given.
func (p *PublishedAnswer) Time() time.Time { return p.event.Time }

// Kind is what it was: acknowledged, snoozed, labelled, assigned, noted or withdrawn.
func (p *PublishedAnswer) Kind() detector.FindingKind { return p.event.Kind }

// ReadAnswer reads a line of the topic of alerts. It returns nil for a line that is no
// answer.
func ReadAnswer(line []byte) *PublishedAnswer {
	var t TopicAnswer
	if json.Unmarshal(line, &t) != nil || t.ID == "" || t.Time.IsZero() || t.Kind == snoozed && t.Until == nil || t.Kind == noted && t.Text == "" {
		return nil
	}
	e := Event{Kind: t.Kind, Time: t.Time.UTC(), Entered: t.Time.UTC(), By: t.By, Until: t.Until, Of: t.Of, Label: t.Label, To: t.To, Text: t.Text, Published: true}
	if !e.isAction() {
		return nil
	}
	return &PublishedAnswer{t.ID, e}
}

// RestoreAnswers puts answers into the alerts that lack them. Those that are there stay as
// they are, and an older answer never replaces a newer one, because the state follows from
// the history in its order. It returns those that were put, and those whose alerts are
// not in the store.
func RestoreAnswers(ctx context.Context, store AlertStore, answers []*PublishedAnswer) (restored, absent []*PublishedAnswer, err error) {
	of := map[string][]*PublishedAnswer{}
	var ids []string
	for _, p := range answers {
		if of[p.Alert] == nil {
			ids = append(ids, p.Alert)
		}
		of[p.Alert] = append(of[p.Alert], p)
	}
	found := map[string][]*PublishedAnswer{} // what each alert lacked
	for some := range slices.Chunk(ids, UpdateAtOnce) {
		err := UpdateAll(ctx, store, some, func(a *Alert) bool {
			found[a.ID] = a.restore(of[a.ID])
			if len(a.History) == 0 {
				delete(found, a.ID)
			}
			return len(found[a.ID]) > 0
		})
		if err != nil {
			return nil, nil, fmt.Errorf("restore answers: %w", err)
		}
	}
	for _, id := range ids {
		if lacked, is := found[id]; is {
			restored = append(restored, lacked...)
		} else {
			absent = append(absent, of[id]...)
		}
	}
	return restored, absent, nil
}

// restore returns the answers that the alert lacked.
func (a *Alert) restore(answers []*PublishedAnswer) (lacked []*PublishedAnswer) {
	if len(a.History) == 0 {
		return nil
	}
	for _, p := range answers {
		if a.indexOf(p.event.Kind, p.event.Time) >= 0 {
			continue
		}
		e := p.event
		if e.Of == nil { // an older Firstsign wrote the line
			e.Of = a.raiseBefore(e.Time)
		}
		a.insert(e)
		lacked = append(lacked, p)
	}
	if len(lacked) > 0 {
		a.deriveState()
	}
	return lacked
}

// raiseBefore is the time of the newest raise that was found before a time, or of the
// first.
func (a *Alert) raiseBefore(t time.Time) *time.Time {
	var of *time.Time
	for i := range a.History {
		if e := &a.History[i]; e.Kind.Raises() && (of == nil || !e.Time.After(t)) {
			raised := e.Time
			of = &raised
		}
	}
	return of
}
