package detector

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// However many judges close a day, the states and the findings are the same bytes.
func TestJudgesSideBySide(t *testing.T) {
	const accounts, known, silent = 3*fewestEach + 7, 70, 20
	run := func(cores int) (states []string, found []finding.Finding, stats Stats) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		e := portfolioOf(t, accounts, known)
		var scores int
		e.OnScore(func(string, signals.Day, float64) { scores++ })
		var l written
		for d := known; d < known+silent; d++ {
			for i := range accounts {
				for k, r := range e.rules.Signals {
					if i%9 == 0 || r.Kind == series.Event || (i+d+k)%4 == 0 { // every ninth falls silent
						continue
					}
					source := "pbx"
					if r.Kind == series.Amount {
						source = "erp"
					}
					l.value(at(d, 9), fmt.Sprintf("account-%06d", i), r.Name, 1, "source", source)
				}
			}
			l.tick(at(d+1, 6))
		}
		for i := range l.records {
			l.records[i].Offset = e.Next()
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
		if want := min(cores, accounts/fewestEach) - 1; len(e.others) != want {
			t.Errorf("%d others helped, want %d", len(e.others), want)
		}
		stats = *e.Stats().Clone()
		err := e.Commit(500, 0, 0, func(c *Changes) error {
			for _, a := range c.Accounts {
				states = append(states, a.ID+string(a.State))
			}
			for _, text := range c.Findings {
				var f finding.Finding
				if err := json.Unmarshal(text, &f); err != nil {
					return err
				}
				found = append(found, f)
			}
			states = append(states, string(c.Portfolio))
			if c.Position != nil {
				states = append(states, string(c.Position.Log))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return append(states, fmt.Sprint(scores)), found, stats
	}
	states, found, stats := run(1)
	if len(found) < accounts/20 {
		t.Fatalf("%d findings say little", len(found))
	}
	for _, cores := range []int{2, 3, 8} {
		s, f, st := run(cores)
		if !reflect.DeepEqual(s, states) || !reflect.DeepEqual(f, found) || !reflect.DeepEqual(st, stats) {
			t.Errorf("%d cores: %d findings and %+v, want %d and %+v", cores, len(f), st, len(found), stats)
		}
	}
}
