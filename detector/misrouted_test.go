package detector

import (
	"fmt"
	"slices"
	"testing"

	"firstsign/detector/finding"
	"firstsign/signals"
)

// TestMisrouted: records on the wrong partition do not count, and a source
// whose producer does that is one finding until a week goes by without.
func TestMisrouted(t *testing.T) {
	var here, there string
	for i := 0; here == "" || there == ""; i++ {
		if name := fmt.Sprintf("acct-%d", i); signals.PartitionOf([]byte(name), 2) == 0 {
			here = name
		} else {
			there = name
		}
	}
	var l written
	l.tick(at(0, 0))
	for d := range 17 {
		l.event(at(d, 9), here, "call", "source", "pbx")
		if d == 1 || d == 8 { // six days without are not enough
			l.event(at(d, 10), there, "call", "source", "crm")
			l.event(at(d, 11), there, "call", "source", "crm")
		}
		l.tick(at(d+1, 0))
	}
	kinds := func(found []finding.Finding) (got []string) {
		for _, f := range found {
			if f.Kind == finding.Misrouted || f.Kind == finding.Routed {
				got = append(got, fmt.Sprintf("%s %s %s", f.Kind, f.Source, f.Since))
			}
		}
		return got
	}
	// Whether the engine is restored between any two records must not matter.
	for cut := range len(l.records) + 1 {
		e := NewEngine(0, 2, testRules())
		var found []finding.Finding
		rejected := 0
		for i := range l.records {
			if i == cut {
				found = append(found, findingsOf(t, e)...)
				e = restored(t, e)
			}
			if reject := e.Apply(&l.records[i]); reject != nil {
				if rejected++; reject.Reason != signals.WrongPartition {
					t.Fatal(reject)
				}
			}
		}
		want := []string{"misrouted crm 2026-01-06", "routed crm 2026-01-06"}
		if got := kinds(append(found, findingsOf(t, e)...)); !slices.Equal(got, want) || rejected != 4 {
			t.Fatalf("restored before record %d: %q with %d rejects, want %q with 4", cut, got, rejected, want)
		}
	}
}

// restored is an engine made from what another would commit.
func restored(t *testing.T, e *Engine) *Engine {
	t.Helper()
	again := NewEngine(e.partition, e.partitions, e.rules)
	var states []AccountState
	var portfolio []byte
	var position *Position
	for _, a := range e.accounts {
		e.touch(a)
	}
	err := e.Commit(100, 0, 0, func(c *Changes) error {
		for _, a := range c.Accounts {
			states = append(states, AccountState{ID: a.ID, State: slices.Clone(a.State)})
		}
		if c.Portfolio != nil {
			portfolio = slices.Clone(c.Portfolio)
		}
		if c.Position != nil {
			p := *c.Position
			p.Log = slices.Clone(p.Log)
			position = &p
		}
		return nil
	})
	if err == nil {
		err = again.Restore(position, portfolio)
	}
	for i := range states {
		if err == nil {
			err = again.RestoreAccount(states[i])
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return again
}
