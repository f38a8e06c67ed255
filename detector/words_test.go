package detector

import (
	"strings"
	"testing"

	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/vocabulary"
)

// Who acted decides which series a record is of. A word that is not understood
// must never make it one of theirs.
func TestWhoActedIsReadFromTheDirection(t *testing.T) {
	rules := testRules()
	rules.Signals[2].Directions = vocabulary.Directions{Inbound: []string{"MO"}}
	for _, c := range []struct {
		signal, word string
		ours, theirs int
		reason       signals.Reason
	}{
		{"mail", "outbound", 1, 0, ""},
		{"mail", "OUTGOING", 1, 0, ""},
		{"mail", "发出", 1, 0, ""},
		{"Mail", "Sent", 1, 0, ""}, // the signal in another case as well
		{"mail", "Inbound", 0, 1, ""},
		{"mail", "received", 0, 1, ""},
		{"mail", "mo", 0, 1, ""}, // a word of the source's own
		{"mail", "", 0, 1, ""},   // no word is theirs, as documented
		{"mail", "Internal", 0, 0, ""},
		{"mail", "内部", 0, 0, ""},
		{"mail", "sideways", 0, 0, signals.UnknownWord},
		{"mail", "mt", 0, 0, signals.UnknownWord},
		{"call", "sideways", 0, 1, ""}, // whose act a call is does not depend on it
		{"visit", "outbound", 1, 0, ""},
	} {
		e := NewEngine(0, 1, rules)
		e.Apply(tickAt(0, at(0, 0)))
		var l written
		l.event(at(0, 9), "acme", c.signal, "direction", c.word)
		r := l.records[0]
		r.Offset = e.Next()
		reject := e.Apply(&r)
		if reject == nil && c.reason != "" || reject != nil && reject.Reason != c.reason {
			t.Errorf("%s %q: %v, want %q", c.signal, c.word, reject, c.reason)
		}
		if reject != nil && !strings.Contains(reject.Detail, c.word) {
			t.Errorf("%q: the reason does not name the word: %s", c.word, reject.Detail)
		}
		ours, theirs := 0, 0
		if a := e.index.of("acme"); a != nil {
			for i := range a.Series {
				if n := int(a.Series[i].At(series.Slot(dayN(0)))); a.Series[i].Key.Ours {
					ours += n
				} else {
					theirs += n
				}
			}
		}
		if ours != c.ours || theirs != c.theirs {
			t.Errorf("%s %q: %d of ours and %d of theirs, want %d and %d", c.signal, c.word, ours, theirs, c.ours, c.theirs)
		}
		internal := int64(0)
		if c.ours+c.theirs == 0 && c.reason == "" {
			internal = 1
		}
		if got := e.Stats().Internal; got != internal {
			t.Errorf("%s %q: %d counted as internal, want %d", c.signal, c.word, got, internal)
		}
	}
}

func TestWordsOfAForwardingMustBeUnderstood(t *testing.T) {
	for _, c := range []struct {
		attributes []string
		reason     signals.Reason
	}{
		{[]string{"action", "Cleared"}, ""},
		{[]string{"action", "取消"}, ""},
		{[]string{"target", "+8675588123456"}, ""},
		{[]string{"target_class", "mobile", "target", "+8675588123456"}, ""},
		{[]string{"target_class", "mobile"}, signals.UnknownWord},
		{[]string{"action", "queried", "target", "+8675588123456"}, signals.UnknownWord},
	} {
		e := NewEngine(0, 1, testRules())
		e.Apply(tickAt(0, at(0, 0)))
		var l written
		l.event(at(0, 9), "acme", "Forwarding", c.attributes...)
		r := l.records[0]
		r.Offset = e.Next()
		if reject := e.Apply(&r); reject == nil && c.reason != "" || reject != nil && reject.Reason != c.reason {
			t.Errorf("%v: %v, want %q", c.attributes, reject, c.reason)
		}
	}
}

// Words in another spelling cost no allocation, and the exact ones no search.
func TestWordsAllocateNothing(t *testing.T) {
	racetest.Arithmetic(t) // and the race detector allocates
	e := NewEngine(0, 1, testRules())
	e.Apply(tickAt(0, at(0, 0)))
	var l written
	l.event(at(0, 9), "acme", "MAIL", "direction", "Outgoing Email")
	r := l.records[0]
	n := testing.AllocsPerRun(200, func() {
		r.Offset = e.Next()
		if reject := e.Apply(&r); reject != nil {
			t.Fatal(reject)
		}
	})
	if n != 0 {
		t.Errorf("%g allocations an event", n)
	}
}
