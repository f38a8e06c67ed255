package alerting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firstsign/detector"
)

// AnswerHandler accepts answers. It may be used concurrently, by any instance.
type AnswerHandler struct {
	Store     AlertStore
	Publisher Publisher // nil: there is no topic
	Feedback  Feedback  // takes labels; nil: there is no detector to tell
	Metrics   *Metrics
}

// Handle writes an answer into the store and the topic of alerts, and a label into
// the detector's log as well. It returns the alert after the answer. With ErrOver,
// ErrGrown, ErrAnswered, ErrLabelled or ErrLabel the answer was refused and the
// alert is unchanged. After any other error, repeat the answer.
func (h *AnswerHandler) Handle(ctx context.Context, n Answer, now time.Time) (*Alert, error) {
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
		h.Metrics.answered(&e)
	}
	if e.Kind == labelled && h.Feedback != nil {
		if err := h.Feedback.Feedback(ctx, a.feedback(&e)); err != nil {
			return nil, fmt.Errorf("tell the detector what alert %s was: %w", a.ID, err)
		}
	}
	if h.Publisher == nil {
		return a, nil
	}
	value, err := answerLine(a, &e)
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
