package detector

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
)

// A source that others stand in for is no failure: nobody is blind for it, and
// nothing stays failing for ever. One that nobody stands in for is, also when
// the others have busy days.
func TestReplacedSource(t *testing.T) {
	racetest.Arithmetic(t)
	const friday, monday = 137, 140
	one := func(*rand.Rand) string { return "pbx" }
	two := func(rng *rand.Rand) string { return []string{"pbx", "mobile"}[rng.IntN(2)] }
	instead := func(name string, from int) func(*rand.Rand, int, string) string {
		return func(rng *rand.Rand, d int, s string) string {
			switch {
			case s == "pbx" && d >= from:
				return name
			case s == "pbx" && d > friday:
				return ""
			}
			return s
		}
	}
	for _, c := range []struct {
		name   string
		source func(*rand.Rand) string
		then   func(rng *rand.Rand, day int, source string) string
		busy   float64
		want   string
		known  int // days, of the last 8 weeks, of an account on the last day but 7 weeks
		open   int // accounts of 60 that are judged then
	}{
		{"another name for the only source", one, instead("new", monday), 0, "", 57, 60},
		{"another name for one of two", two, instead("new", monday), 0, "", 57, 60},
		{"two dead days, then another name", two, instead("new", monday+2), 0, "feed_dead pbx, feed_back pbx moved", 56, 60},
		{"another name, from a morning on, after an evening", two, func(rng *rand.Rand, d int, s string) string {
			if s == "pbx" && (d >= monday || d == friday && rng.IntN(6) == 0) {
				return "new"
			}
			return s
		}, 0, "", 57, 60},
		{"all by the other of two", two, instead("mobile", monday), 0, "feed_dead pbx, feed_back pbx moved", 53, 60},
		{"a second source", one, func(rng *rand.Rand, d int, s string) string {
			if d >= monday && d%2 == 0 {
				return "new"
			}
			return s
		}, 0, "", 57, 60},
		{"dead for good", two, instead("", monday), 0, "feed_dead pbx", 47, 0},
		{"dead for good, and busy days", two, instead("", monday), 0.3, "feed_dead pbx", 47, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var logs [2]string
			for n := range logs {
				rng := rand.New(rand.NewPCG(3, 4))
				e := NewEngine(0, 1, testRules())
				var told []string
				for d := range 210 {
					l := standIns(rng, d, c.source, c.then, c.busy)
					for i := range l.records {
						l.records[i].Offset = e.Next()
						e.Apply(&l.records[i])
					}
					for _, f := range findingsOf(t, e) {
						switch {
						case f.Kind == finding.Raised:
							t.Errorf("account finding %s %s %+v", f.ID, time.Unix(0, f.Time).UTC(), f.Reasons)
						case f.Moved:
							told = append(told, fmt.Sprint(f.Kind, " ", f.Source, " moved"))
						default:
							told = append(told, fmt.Sprint(f.Kind, " ", f.Source))
						}
					}
					if d == monday+9 && n == 0 {
						if known, open := knownCalls(e); known < c.known-1 || known > c.known || open < c.open-2 || open > c.open {
							t.Errorf("%d days known and %d accounts judged, want %d and %d", known, open, c.known, c.open)
						}
					}
					if n == 1 && d > friday { // anew every day
						e = restored(t, e)
					}
				}
				if got := strings.Join(told, ", "); got != c.want {
					t.Errorf("told %q, want %q", got, c.want)
				}
				if known, open := knownCalls(e); known != 57 || open != 60 {
					t.Errorf("in the end %d days known and %d accounts judged", known, open)
				}
				logs[n] = string(e.encodeLog())
			}
			if logs[0] != logs[1] {
				t.Error("the states with a restart each day and without differ")
			}
		})
	}
}

// standIns are one day of 60 accounts: calls by what then makes of source, and
// mails, on busy days more of both.
func standIns(rng *rand.Rand, day int, source func(*rand.Rand) string, then func(*rand.Rand, int, string) string, busy float64) *written {
	l := new(written)
	if w := at(day, 0).Weekday(); w != time.Saturday && w != time.Sunday {
		part := 1 + busy*(2*rng.Float64()-1)
		for i := range 60 {
			for range poisson(rng, part*[]float64{4, 2, 0.6}[i%3]) {
				if s := then(rng, day, source(rng)); s != "" {
					l.event(at(day, 9), fmt.Sprintf("client-%d", i), "call", "source", s)
				}
			}
			for range poisson(rng, part) {
				l.event(at(day, 18), fmt.Sprintf("client-%d", i), "mail", "source", "chat")
			}
		}
	}
	l.tick(at(day+1, 0))
	return l
}

// knownCalls are the days of calls that are known of an account, and how many
// accounts are judged on the closed day.
func knownCalls(e *Engine) (days, open int) {
	for _, a := range e.accounts {
		known := e.yardstick.Today.KnownOf(a.Find(series.Key{Signal: e.signals.Index["call"]}))
		days += bits.OnesCount64(known)
		open += int(known >> series.JudgedDays & 1)
	}
	return days / len(e.accounts), open
}
