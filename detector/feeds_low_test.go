package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"firstsign/detector/finding"
	"firstsign/internal/racetest"
)

// clientele writes one day of lively and sparse accounts with two sources:
// calls by pbx, mails by chat. part says how much of an account's calls comes
// through, chat how much is written.
func (l *written) clientele(rng *rand.Rand, day, n int, part func(account int) float64, chat float64) {
	busy := 1.0
	switch at(day, 0).Weekday() {
	case time.Saturday, time.Sunday:
		busy = 0.05
	}
	for i := range n {
		rate := []float64{5, 4, 1, 0.3}[i%4] * math.Exp(0.2*rng.NormFloat64())
		for range poisson(rng, busy*rate) {
			if rng.Float64() < part(i) {
				l.event(at(day, 9), fmt.Sprintf("client-%d", i), "call", "source", "pbx")
			}
		}
		for range poisson(rng, chat*busy*rate) {
			l.event(at(day, 10), fmt.Sprintf("client-%d", i), "mail", "source", "chat")
		}
	}
}

func poisson(rng *rand.Rand, mean float64) (n int) {
	for p := rng.Float64(); p > math.Exp(-mean); p *= rng.Float64() {
		n++
	}
	return n
}

// A feed that is down by half is one thing for an operator, and nothing about
// any account: with every second record lost, and with half of the accounts.
func TestFeedDownByHalf(t *testing.T) {
	racetest.Arithmetic(t)
	all := func(int) float64 { return 1 }
	half := func(int) float64 { return 0.5 }
	for _, c := range []struct {
		name     string
		part     func(int) float64
		chat     float64 // before and after
		chatThen float64
		want     string
		within   int // days to the finding
	}{
		{"every second record", half, 1, 1, "feed_low feed_back", 3},
		{"half of the accounts", func(i int) float64 { return float64(i / 4 % 2) }, 1, 1, "feed_low feed_back", 3},
		{"every second record of the only source", half, 0, 0, "feed_low feed_back", 5},
		{"everybody does half as much", half, 1, 0.5, "", 0},
		{"nothing happens", all, 1, 1, "", 0},
		{"then none", half, 1, 1, "feed_low feed_dead feed_back", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			e := NewEngine(0, 1, testRules())
			before := 0.0
			for d := range 190 {
				var l written
				switch {
				case d >= 154 && d < 161 && c.name == "then none":
					l.clientele(rng, d, 80, func(int) float64 { return 0 }, c.chat)
				case d >= 140 && d < 161: // three weeks, from a Monday on
					l.clientele(rng, d, 80, c.part, c.chatThen)
				default:
					l.clientele(rng, d, 80, all, c.chat)
				}
				l.tick(at(d+1, 0))
				for i := range l.records {
					l.records[i].Offset = e.Next()
					e.Apply(&l.records[i])
				}
				switch d {
				case 139:
					before = meanEvidence(e)
				case 160:
					if now := meanEvidence(e); now > 1.35*before {
						t.Errorf("mean evidence rose from %.2f to %.2f", before, now)
					}
				}
			}
			found := findingsOf(t, e)
			var told []string
			for _, f := range ofKind(found, finding.FeedLow, finding.FeedDead, finding.FeedBack) {
				told = append(told, string(f.Kind))
				if f.ID != "feed:pbx:"+dayN(140).String() {
					t.Errorf("one failure is %s", f.ID)
				}
				if f.Kind == finding.FeedLow && f.Time > at(140+c.within, 0).UnixNano() || f.Kind == finding.FeedBack && f.Time > at(163, 0).UnixNano() {
					t.Errorf("%s on %s", f.Kind, time.Unix(0, f.Time).UTC())
				}
			}
			if got := strings.Join(told, " "); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
			for _, f := range ofKind(found, finding.Raised) {
				if f.Time > at(140, 0).UnixNano() {
					t.Errorf("account finding %s %s %+v", f.ID, time.Unix(0, f.Time).UTC(), f.Reasons)
				}
			}
		})
	}
}

// meanEvidence of all accounts is what a common failure must not move.
func meanEvidence(e *Engine) (mean float64) {
	for _, a := range e.accounts {
		mean += float64(a.Evidence) / float64(len(e.accounts))
	}
	return mean
}

// What is known of a failing feed and of a quiet portfolio is in the state: an
// engine that goes on from it finds the same.
func TestFailuresSurviveARestart(t *testing.T) {
	racetest.Arithmetic(t)
	type failure struct{ part, chat float64 }
	for name, fails := range map[string]failure{"low": {0.5, 1}, "quiet": {0, 0.01}} {
		t.Run(name, func(t *testing.T) {
			var engines [2]*Engine
			var told [2]string
			for n := range engines {
				rng := rand.New(rand.NewPCG(1, 2))
				e := NewEngine(0, 1, testRules())
				for d := range 165 {
					var l written
					now := failure{1, 1}
					if d >= 140 && d < 154 {
						now = fails
					}
					l.clientele(rng, d, 80, func(int) float64 { return now.part }, now.chat)
					l.tick(at(d+1, 0))
					for i := range l.records {
						l.records[i].Offset = e.Next()
						e.Apply(&l.records[i])
					}
					if d >= 138 {
						for _, f := range ofKind(findingsOf(t, e), finding.FeedLow, finding.FeedDead, finding.AllQuiet, finding.FeedBack) {
							told[n] += fmt.Sprint(f.Kind, " ", f.ID, " ", f.Time, "\n")
						}
						if n == 1 { // anew every day
							e = restored(t, e)
						}
					}
				}
				engines[n] = e
			}
			if told[0] == "" || told[0] != told[1] {
				t.Errorf("without a restart\n%swith one each day\n%s", told[0], told[1])
			}
			if string(engines[0].encodeLog()) != string(engines[1].encodeLog()) {
				t.Error("the states differ")
			}
		})
	}
}
