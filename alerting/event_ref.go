package alerting

import (
	"fmt"

	"firstsign/detector"
)

// EventRef names an event of an alert. It is comparable.
type EventRef struct {
	Alert string // its id
	kind  detector.FindingKind
	time  int64 // Unix nanoseconds
}

// RefOf names an event.
func RefOf(a *Alert, e *Event) EventRef {
	return EventRef{a.ID, e.Kind, e.Time.UnixNano()}
}

// DeliveryID names one delivery of the event to one destination. Every attempt
// has the same id, whichever process makes it.
func (r EventRef) DeliveryID(d Destination) string {
	id := fmt.Sprintf("%s/%s/%d/%s", r.Alert, r.kind, r.time, d.Channel)
	if d.Role != Owner {
		id += "/" + string(d.Role)
	}
	return id
}

// Event is the event in an alert, or nil.
func (r EventRef) Event(a *Alert) *Event {
	for i := range a.History {
		if e := &a.History[i]; e.Kind == r.kind && e.Time.UnixNano() == r.time {
			return e
		}
	}
	return nil
}

// AlertEvent is one event of one alert.
type AlertEvent struct {
	Alert *Alert
	Event Event
}

// Ref names the event.
func (it AlertEvent) Ref() EventRef { return RefOf(it.Alert, &it.Event) }
