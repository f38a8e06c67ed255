package alerting

import (
	"context"
	"slices"
	"time"
)

// applyTime adds the event that is due and reports whether there was one.
func (a *Alert) applyTime(snapshot *RoutingSnapshot, now time.Time) (e Event, changed bool) {
	if e, changed = a.due(snapshot, now); changed {
		a.insert(e)
		a.deriveState()
	}
	return e, changed
}

// due is the event that time brings: the end of a snooze, or the escalation to the
// stand-in when nobody has answered.
func (a *Alert) due(snapshot *RoutingSnapshot, now time.Time) (e Event, is bool) {
	raise := a.lastRaise()
	switch a.State {
	case Snoozed:
		if now.Before(*a.Until) {
			return e, false
		}
		e = Event{Kind: woken, Delivery: ByMessage}
	case Open:
		opener := a.opener(raise)
		if !snapshot.escalates(a) || a.wasEscalated(raise) || !opener.waitedFor(snapshot.Routing.escalateAfter(), now) {
			return e, false
		}
		e = Event{Kind: escalated, Delivery: opener.Delivery}
	default:
		return e, false
	}
	of := raise.Time
	e.Time, e.Entered, e.Of = a.nextTime(now), now.UTC(), &of
	return e, true
}

// opener is the event that made an alert open: its newest raise, or the end of a
// snooze since.
func (a *Alert) opener(raise *Event) *Event {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.Kind == woken && e.Of.Equal(raise.Time) {
			return e
		}
	}
	return raise
}

func (a *Alert) wasEscalated(raise *Event) bool {
	return slices.ContainsFunc(a.History, func(e Event) bool { return e.Kind == escalated && !e.Of.Before(raise.Time) })
}

// waitedFor reports whether people have had so much time to answer. It counts
// from the delivery, or without one from when the event entered the store.
func (e *Event) waitedFor(d time.Duration, now time.Time) bool {
	if e.Delivery == Silently || e.Delivery == ByDigest && !e.Delivered {
		return false
	}
	from := e.Entered
	for _, s := range e.Sent {
		if s.At.After(from) {
			from = s.At
		}
	}
	return now.Sub(from) >= d
}

// escalates reports whether an alert's owner has a stand-in to escalate to.
func (s *RoutingSnapshot) escalates(a *Alert) bool {
	account := s.account(a.Account)
	return s.Routing.escalateAfter() > 0 && account != nil && account.StandIn != "" && account.StandIn != account.Owner
}

// ApplyTime writes the event that time has brought to an alert, if there is one: the end
// of a snooze, or the escalation to the stand-in. It looks at the newest version of the
// alert when the given one says that an event is due.
func ApplyTime(ctx context.Context, store AlertStore, metrics *Metrics, snapshot *RoutingSnapshot, a *Alert, now time.Time) error {
	if _, due := a.due(snapshot, now); !due {
		return nil
	}
	var e Event
	changed := false
	_, err := Update(ctx, store, a.ID, func(a *Alert) bool {
		e, changed = Event{}, false
		if len(a.History) > 0 {
			e, changed = a.applyTime(snapshot, now)
		}
		return changed
	})
	if err != nil {
		return err
	}
	if changed {
		metrics.changed(&e)
	}
	return nil
}
