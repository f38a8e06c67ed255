package messagecheck

import (
	"firstsign/signals"
)

// event is one interaction that happened.
type event struct {
	signal, contact string
	ours            bool
	day             signals.Day
	time            int64 // Unix nanoseconds
}

// record is what really happened with one account, in order of time.
type record struct {
	first  signals.Day // of anything
	events []event
	fell   signals.Day // the day from which it was made to do less; 0: never
}

// last is the last day, up to a time, on which something that fits happened; 0 when
// there is none.
func (r *record) last(until int64, fits func(*event) bool) (day signals.Day) {
	for i := range r.events {
		if e := &r.events[i]; e.time <= until && fits(e) {
			day = max(day, e.day)
		}
	}
	return day
}

// lastDay is the last day before another with an interaction that fits.
func (r *record) lastDay(before signals.Day, fits func(*event) bool) (day signals.Day) {
	for i := range r.events {
		if e := &r.events[i]; e.day < before && fits(e) {
			day = max(day, e.day)
		}
	}
	return day
}

// fellAfter is the first day that the fall may have begun on, by all that is known: the one
// after the last interaction before it that fits. Nothing tells the days between apart.
func (r *record) fellAfter(fits func(*event) bool) (day signals.Day) {
	for i := range r.events {
		if e := &r.events[i]; e.day < r.fell && fits(e) {
			day = max(day, e.day)
		}
	}
	return day + 1
}

// of are the interactions of one signal by one side, of one person or of anybody.
func of(signal, contact string, ours bool) func(*event) bool {
	return func(e *event) bool {
		same := e.signal == signal || signal == "contact" && unitedSignals[e.signal]
		return same && e.ours == ours && (contact == "" || e.contact == contact)
	}
}

// unitedSignals are those that contact of any kind is made of.
var unitedSignals = map[string]bool{"call": true, "meeting": true, "message": true, "order": true, "event_attended": true, "proposal_answer": true}

// inTouch is any interaction by a person of theirs.
func inTouch(contact string) func(*event) bool {
	return func(e *event) bool { return !e.ours && e.contact == contact }
}

// waits tells whether a complaint waits for its answer at a time.
func (r *record) waits(at int64) bool {
	open := false
	for i := range r.events {
		switch e := &r.events[i]; {
		case e.time > at:
		case e.signal == "complaint":
			open = true
		case e.signal == "complaint_resolved":
			open = false
		}
	}
	return open
}
