package alerting

import (
	"context"
	"slices"

	"firstsign/detector"
	"firstsign/signals"
)

// Feedback writes the label of an alert to the log that the detector reads. It
// returns once the log has it.
type Feedback interface {
	Feedback(ctx context.Context, c signals.Control) error
}

// Labels that may be given to an alert, in the order in which they are offered. A
// failing feed can only be "expected": it will not come back. Our own neglect has
// no labels.
func (a *Alert) Labels() []signals.Label {
	switch {
	case a.Account == "" && a.Source != detector.AllSources && (a.Kind == detector.FeedDead || a.Kind == detector.FeedLow):
		return []signals.Label{signals.Expected}
	case a.Account == "":
		return nil // all sources at once, misrouted records, or a failure that is over
	case a.isNeglect():
		return nil
	}
	return []signals.Label{signals.FalseAlarm, signals.Expected, signals.ActedSaved, signals.ActedLost}
}

// allows reports whether a label may be given to the alert. "unknown" takes an
// earlier label back.
func (a *Alert) allows(l signals.Label) bool {
	allowed := a.Labels()
	return slices.Contains(allowed, l) || l == signals.NotKnown && len(allowed) > 0
}

func (a *Alert) isNeglect() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool { return e.Kind == detector.Neglected })
}

// feedback is the log record of a label.
func (a *Alert) feedback(e *Event) signals.Control {
	return signals.Control{
		Kind: signals.Feedback, Time: e.Time.UnixNano(), Owner: e.By, Account: a.Account, Source: a.Source, Alert: a.ID, Label: e.Label,
	}
}
