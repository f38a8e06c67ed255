package detector

import (
	"testing"
	"time"

	"firstsign/signals"
)

// A tick of a time that had not come when it was written moves nothing, whoever
// wrote it.
func TestTickAhead(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call")
	ahead := func(by time.Duration) {
		value, headers := signals.Control{Kind: signals.Tick, Time: at(180, 0).Add(by).UnixNano()}.Record()
		l.add(signals.Record{Time: at(180, 0).UnixNano(), Value: value, Headers: headers})
	}
	value, headers := signals.Control{Kind: signals.Tick, Time: at(180, 0).UnixNano()}.Record()
	l.add(signals.Record{Time: at(1, 0).UnixNano(), Value: value, Headers: headers})
	l.tick(at(1, 12))
	e := NewEngine(0, 1, testRules())
	if got := applied(e, &l); len(got) != 1 || got[2] != signals.TickAhead || e.closed != dayN(0) {
		t.Errorf("rejects %v, closed %s", got, e.closed)
	}
	ahead(30 * time.Second)
	ahead(31 * time.Second)
	e = NewEngine(0, 1, testRules())
	if got := applied(e, &l); len(got) != 2 || got[5] != signals.TickAhead || e.Clock() != at(180, 0).Add(30*time.Second).UnixNano() {
		t.Errorf("rejects %v, clock %s", got, time.Unix(0, e.Clock()))
	}
}

// Where there are keys, what is not signed counts up to the first record that is: a
// topic from before the keys is read as it was. That it came is part of the state.
func TestUnsignedControl(t *testing.T) {
	rules := testRules()
	rules.Authority = signals.NewAuthority([]byte("a key that is long enough for the test"))
	var l written
	signed := func(c signals.Control) {
		value, headers := rules.Authority.Sign(0, &c, c.Time)
		l.add(signals.Record{Time: c.Time, Value: value, Headers: headers})
	}
	forged := func(at time.Time) {
		for _, c := range []signals.Control{
			{Kind: signals.Tick}, {Kind: signals.LoadBegin, Load: "x"}, {Kind: signals.LoadEnd, Load: "x"},
			{Kind: signals.Feedback, Alert: "acme-2026-01-01", Account: "acme", Label: signals.FalseAlarm}, {Kind: signals.Erase, Contact: "li-wei"},
		} {
			c.Time = at.UnixNano()
			l.control(c)
		}
	}
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call", "contact", "li-wei")
	l.tick(at(1, 0))
	signed(signals.Control{Kind: signals.Tick, Time: at(2, 0).UnixNano()})
	l.control(signals.Control{Kind: signals.Heartbeat, Time: at(2, 1).UnixNano(), Source: "crm"})
	forged(at(3, 0))
	e := NewEngine(0, 1, rules)
	got := applied(e, &l)
	if len(got) != 5 || e.closed != dayN(1) || len(e.index.of("acme").Contacts()) != 1 || e.load != "" {
		t.Errorf("rejects %v, closed %s, load %q", got, e.closed, e.load)
	}
	for offset, reason := range got {
		if reason != signals.UnsignedControl {
			t.Errorf("record %d: %s", offset, reason)
		}
	}
	k := &shelf{accounts: map[string][]byte{}}
	if err := e.Commit(1000, 0, 0, func(c *Changes) error { k.take(c); return nil }); err != nil {
		t.Fatal(err)
	}
	e = k.reopen(t, rules, l.records, nil)
	if reject := e.Apply(tickAt(e.Next(), at(9, 0))); reject == nil || reject.Reason != signals.UnsignedControl {
		t.Errorf("after a restart: %v", reject)
	}
	signed(signals.Control{Kind: signals.Tick, Time: at(4, 0).UnixNano()})
	last := l.records[len(l.records)-1]
	last.Offset = e.Next()
	if reject := e.Apply(&last); reject != nil || e.closed != dayN(3) {
		t.Errorf("signed: %v, closed %s", reject, e.closed)
	}
}
