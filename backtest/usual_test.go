package backtest

import (
	"testing"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/detector"
	"firstsign/internal/racetest"
)

// The range that pages call usual holds four of five weeks of accounts that stay: their
// weeks are counted that lie in it, below it and above it.
func TestUsualRangesHoldFourOfFiveWeeks(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 120, 364)
	p.Seed, p.Declines, p.Story = 7, 0, false
	s := simulate.New(p)
	rules := simulationRules(p)
	rules.Accounts = accounts.NewDirectory(s.Accounts())
	replay := Replay{Rules: rules, Partitions: 1, First: start(p), Keep: true}
	outcome, err := replay.Run(t.Context(), s.History())
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ weeks, below, above int }
	counts := map[detector.Kind]*tally{}
	for _, a := range s.Accounts() {
		x, ok := outcome.Inspect(a.ID)
		if !ok {
			continue
		}
		for _, one := range x.Series {
			if one.Habit == 0 || one.Kind == detector.Count && one.Usual < 1 { // most such weeks are empty
				continue
			}
			n := counts[one.Kind]
			if n == nil {
				n = &tally{}
				counts[one.Kind] = n
			}
			for _, w := range one.Weeks {
				if w.Known < 7 || one.Kind == detector.Score && w.Seen == 0 {
					continue
				}
				n.weeks++
				switch {
				case w.Actual < w.Low:
					n.below++
				case w.Actual > w.High:
					n.above++
				}
			}
		}
	}
	for kind, n := range counts {
		inside := 1 - float64(n.below+n.above)/float64(n.weeks)
		t.Logf("%s: %d weeks, %.0f %% in the range, %.0f %% below, %.0f %% above", kind, n.weeks, 100*inside,
			100*float64(n.below)/float64(n.weeks), 100*float64(n.above)/float64(n.weeks))
		if n.weeks < 500 || inside < 0.72 || inside > 0.93 {
			t.Errorf("%s: %.2f of %d weeks are in the range", kind, inside, n.weeks)
		}
	}
}
