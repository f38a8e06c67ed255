package detector

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"firstsign/detector/finding"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

// A holiday that no calendar lists is told late and once, a short one not at
// all; a source that stays away when the others are back is told by itself.
func TestQuietPortfolio(t *testing.T) {
	racetest.Arithmetic(t)
	all, none := func(int) float64 { return 1 }, func(int) float64 { return 0 }
	told := func(kind finding.Kind, source string, since, on int) string {
		return fmt.Sprint(kind, " ", source, " ", dayN(since), " ", dayN(on), ";")
	}
	for _, c := range []struct {
		name     string
		dark     int // days, from Monday on
		pbx      int // days that pbx is dark
		calendar bool
		want     string
	}{
		{"three days off", 3, 3, false, ""},
		{"a week off", 5, 5, false, told(finding.AllQuiet, AllSources, 140, 143) + told(finding.FeedBack, AllSources, 140, 147)},
		{"a week off beside a calendar", 5, 5, true, told(finding.AllQuiet, AllSources, 140, 141) + told(finding.FeedBack, AllSources, 140, 147)},
		{"one stays away", 5, 12, false, told(finding.AllQuiet, AllSources, 140, 143) + told(finding.FeedBack, AllSources, 140, 147) +
			told(finding.FeedDead, "pbx", 140, 147) + told(finding.FeedBack, "pbx", 140, 152)},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := testRules()
			if c.calendar {
				rules.Holidays = map[signals.Day]float64{dayN(100): 0}
			}
			rng := rand.New(rand.NewPCG(1, 2))
			var l written
			for d := range 170 {
				part, chat := all, 1.0
				if d >= 140 && d < 140+c.pbx {
					part = none
				}
				if d >= 140 && d < 140+c.dark {
					chat = 0.01
				}
				l.clientele(rng, d, 80, part, chat)
				l.tick(at(d+1, 0))
			}
			_, found := run(t, rules, &l)
			got := ""
			for _, f := range ofKind(found, finding.FeedLow, finding.FeedDead, finding.AllQuiet, finding.FeedBack) {
				got += fmt.Sprint(f.Kind, " ", f.Source, " ", f.Since, " ", signals.Day(f.Time/oneDay)-1, ";")
			}
			if got != c.want {
				t.Errorf("told\n%s\nwant\n%s", got, c.want)
			}
			for _, f := range ofKind(found, finding.Raised) {
				if f.Time > at(140, 0).UnixNano() {
					t.Errorf("raised %s", f.ID)
				}
			}
		})
	}
}
