package alerting

import (
	"context"
	"slices"

	"firstsign/detector"
	"firstsign/signals"
)

// Feedback takes what an alert was, as a person says, to the log that the
// detector reads. It returns when the log has it.
type Feedback interface {
	Feedback(ctx context.Context, c signals.Control) error
}

// Labels that may be given to an alert, in the order in which they are offered:
// of a feed nothing can be said but that it is not to come back, and of our own
// neglect nothing but what we do about it.
func (a *Alert) Labels() []signals.Label {
	switch {
	case a.Account == "" && a.Source != detector.AllSources && (a.Kind == detector.FeedDead || a.Kind == detector.FeedLow):
		return []signals.Label{signals.Expected}
	case a.Account == "":
		return nil // everybody at once, misrouted records, or a failure that is over
	case a.isNeglect():
		return nil
	}
	return []signals.Label{signals.FalseAlarm, signals.Expected, signals.ActedSaved, signals.ActedLost}
}

// allows says whether a label means anything for the alert; not known takes
// another one back.
func (a *Alert) allows(l signals.Label) bool {
	allowed := a.Labels()
	return slices.Contains(allowed, l) || l == signals.NotKnown && len(allowed) > 0
}

func (a *Alert) isNeglect() bool {
	return slices.ContainsFunc(a.History, func(e Event) bool { return e.Kind == detector.Neglected })
}

// LabelText is a label as people read it.
func LabelText(l Language, label signals.Label) string {
	if l == Chinese {
		return chineseLabels[label]
	}
	return englishLabels[label]
}

var englishLabels = map[signals.Label]string{
	signals.FalseAlarm: "a false alarm", signals.Expected: "expected", signals.ActedSaved: "acted, and the account stays",
	signals.ActedLost: "acted, and the account is lost", signals.NotKnown: "not known",
}

var chineseLabels = map[signals.Label]string{
	signals.FalseAlarm: "误报", signals.Expected: "预料之中", signals.ActedSaved: "已采取行动，客户保住了",
	signals.ActedLost: "已采取行动，客户仍流失", signals.NotKnown: "尚不清楚",
}

// control is the record that takes a label to the log.
func (a *Alert) control(e *Event) signals.Control {
	return signals.Control{
		Kind: signals.Feedback, Time: e.Time.UnixNano(), Owner: e.By, Account: a.Account, Source: a.Source, Alert: a.ID, Label: e.Label,
	}
}
