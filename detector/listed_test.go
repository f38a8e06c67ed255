package detector

import (
	"testing"

	"firstsign/accounts"
	"firstsign/signals"
)

// What the directory says is remembered, but not longer than the directory is
// in force.
func TestDirectoryOfNewRules(t *testing.T) {
	rules := testRules()
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme"}, {ID: "shop"}})
	e := NewEngine(0, 1, rules)
	var l written
	l.tick(at(0, 0))
	l.value(at(0, 9), "acme", rules.Signals[0].Name, 1)
	l.value(at(0, 10), "acme", rules.Signals[0].Name, 1)
	for i := range l.records {
		l.records[i].Offset = e.Next()
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatal(reject)
		}
	}
	fewer := *rules
	fewer.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "shop"}})
	e.SetRules(&fewer)
	e.Apply(tickAt(e.Next(), at(1, 3)))
	l.records = nil
	l.value(at(1, 9), "acme", rules.Signals[0].Name, 1)
	l.value(at(1, 9), "shop", rules.Signals[0].Name, 1)
	for i, want := range []signals.Reason{signals.UnknownAccount, ""} {
		r := &l.records[i]
		r.Offset = e.Next()
		got := signals.Reason("")
		if reject := e.Apply(r); reject != nil {
			got = reject.Reason
		}
		if got != want {
			t.Errorf("%s: %q, want %q", r.Value, got, want)
		}
	}
}
