package detector

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"firstsign/detector/finding"
	"firstsign/signals"
)

// ofKind are the findings of a kind.
func ofKind(found []finding.Finding, kinds ...finding.Kind) (of []finding.Finding) {
	for _, f := range found {
		for _, k := range kinds {
			if f.Kind == k {
				of = append(of, f)
			}
		}
	}
	return of
}

func TestDeadFeedIsOneFinding(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var l written
	l.tick(at(0, 0))
	for d := range 200 {
		if d < 140 || d >= 170 {
			l.crowd(rng, d, 60, 0.7, "pbx")
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, testRules(), &l)
	dead, back := ofKind(found, finding.FeedDead), ofKind(found, finding.FeedBack)
	if len(dead) != 1 || len(back) != 1 {
		t.Fatalf("feeds %+v %+v", dead, back)
	}
	if dead[0].ID != "feed:pbx:"+dayN(140).String() || dead[0].Since != dayN(140) || dead[0].Account != "" || back[0].ID != dead[0].ID {
		t.Errorf("dead %+v back %+v", dead[0], back[0])
	}
	for _, f := range ofKind(found, finding.Raised) {
		if f.Time > at(140, 0).UnixNano() && f.Time < at(185, 0).UnixNano() {
			t.Errorf("account finding while the feed was dead: %s %s", f.ID, time.Unix(0, f.Time).UTC())
		}
	}
	if e.stats.Sources[FeedAlive] != 1 {
		t.Errorf("sources %v", e.stats.Sources)
	}
}

// A sparse source says by heartbeats that it lives: silence then counts.
func TestSparseSource(t *testing.T) {
	for _, c := range []struct {
		name       string
		beats      func(day int) bool
		wantRaised bool
		wantDead   int
		state      FeedState
	}{
		{"heartbeats", func(int) bool { return true }, true, 0, FeedAlive},
		{"heartbeats stop", func(d int) bool { return d < 151 }, false, 1, FeedIsDead},
		{"none", func(int) bool { return false }, true, 0, FeedUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l written
			l.tick(at(0, 0))
			for d := range 240 {
				if d < 150 {
					for i := range 3 {
						l.event(at(d, 10), fmt.Sprint("shop-", i), "call", "source", "crm")
					}
				}
				if c.beats(d) {
					l.control(signals.Control{Kind: signals.Heartbeat, Time: at(d, 12).UnixNano(), Source: "crm"})
				}
				l.tick(at(d+1, 0))
			}
			e, found := run(t, testRules(), &l)
			if raised := len(ofKind(found, finding.Raised)); (raised > 0) != c.wantRaised {
				t.Errorf("%d raised", raised)
			}
			if dead := len(ofKind(found, finding.FeedDead)); dead != c.wantDead {
				t.Errorf("%d dead feeds", dead)
			}
			if e.stats.Sources[c.state] != 1 {
				t.Errorf("sources %v", e.stats.Sources)
			}
		})
	}
}

// What a day's judgement finds depends on the days, not on how often somebody
// says what time it is.
func TestTickPerMinuteEqualsTickPerDay(t *testing.T) {
	history := func(every time.Duration) *written {
		rng := rand.New(rand.NewPCG(5, 6))
		var l written
		for now := at(0, 0); now.Before(at(120, 0)); now = now.Add(every) {
			l.tick(now)
			for d := range 120 {
				if noon := at(d, 12); !noon.Before(now) && noon.Before(now.Add(every)) {
					l.crowd(rng, d, 25, 0.6, "pbx")
					if d < 70 {
						l.event(noon, "acme", "call")
					}
				}
			}
		}
		l.tick(at(120, 0))
		return &l
	}
	rules := testRules()
	rules.Lateness = 6 * time.Hour
	a, daily := run(t, rules, history(24*time.Hour))
	b, often := run(t, rules, history(20*time.Minute))
	// With lateness a daily tick closes a day later; one more closes the last.
	a.Apply(tickAt(a.Next(), at(121, 0)))
	b.Apply(tickAt(b.Next(), at(121, 0)))
	daily, often = append(daily, findingsOf(t, a)...), append(often, findingsOf(t, b)...)
	if len(daily) == 0 || !reflect.DeepEqual(daily, often) {
		t.Errorf("a tick a day: %v\na tick each 20 minutes: %v", daily, often)
	}
}

func tickAt(offset int64, t time.Time) *signals.Record {
	value, headers := signals.Control{Kind: signals.Tick, Time: t.UnixNano()}.Record()
	return &signals.Record{Offset: offset, Time: t.UnixNano(), Value: value, Headers: headers}
}

// A quiet holiday that no calendar lists is everybody's, and nobody's decline.
func TestCommonSilenceIsNobodysDecline(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 160 {
		p := 0.8
		if d >= 130 && d < 144 {
			p = 0.15
		}
		l.crowd(rng, d, 80, p, "pbx")
		l.tick(at(d+1, 0))
	}
	_, found := run(t, testRules(), &l)
	if n := len(ofKind(found, finding.Raised)); n > 3 {
		t.Errorf("%d accounts raised in a common holiday", n)
	}
}
