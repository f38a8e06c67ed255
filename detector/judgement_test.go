package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
)

// While an account is silent and its feed alive, its risk never falls: not
// when what it did leaves the ring, not when others have a holiday.
func TestRiskNeverFallsInSilence(t *testing.T) {
	racetest.Arithmetic(t)
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		until, p, others := 60+rng.IntN(15), 0.05+0.9*rng.Float64(), 22*rng.IntN(2)
		e := NewEngine(0, 1, testRules())
		var l written
		l.tick(at(0, 0))
		for d := range until + 70 {
			l.crowd(rng, d, others, 0.2+0.7*rng.Float64(), "")
			if d < until && rng.Float64() < p {
				l.value(at(d, 9), "acme", []string{"call", "mail", "mood", "spend"}[rng.IntN(4)], float64(1+rng.IntN(3)))
			}
			l.tick(at(d+1, 0))
		}
		last, silence := float32(0), false
		for i := range l.records {
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
			a := e.index.of("acme")
			silence = e.closed >= dayN(until)
			if a == nil || !silence {
				continue
			}
			if a.Evidence < last {
				t.Fatalf("%s: evidence fell from %g to %g", e.closed, last, a.Evidence)
			}
			last = a.Evidence
		}
	})
}

// A fall of one series is seen, and one of all of them together that none
// shows alone.
func TestOneFallsALotAllFallALittle(t *testing.T) {
	racetest.Arithmetic(t)
	rules := testRules()
	rules.Signals = nil
	rules.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 1, Clear: 0.3}}
	for k := range 6 {
		rules.Signals = append(rules.Signals, series.Signal{Name: fmt.Sprint("s", k)})
	}
	rng := rand.New(rand.NewPCG(6, 6))
	e := NewEngine(0, 1, rules)
	for d := range 330 {
		var l written
		for i := range 30 {
			for k := range 6 {
				p := 0.5
				switch {
				case d < 260 || i > 1:
				case i == 0 && k == 0:
					p = 0
				case i == 1:
					p = 0.2
				}
				if rng.Float64() < p {
					l.event(at(d, 9), fmt.Sprint("a", i), fmt.Sprint("s", k))
				}
			}
		}
		l.tick(at(d+1, 0))
		for i := range l.records {
			l.records[i].Offset = e.Next()
			e.Apply(&l.records[i])
		}
	}
	found := findingsOf(t, e)
	for _, id := range []string{"a0", "a1"} {
		of := about(found, id)
		if len(of) == 0 || of[0].Time < at(260, 0).UnixNano() {
			t.Errorf("%s: %+v", id, of)
			continue
		}
		var names []string
		for _, r := range of[0].Reasons {
			names = append(names, r.Signal)
		}
		if id == "a0" && (names[0] != "s0") || id == "a1" && len(names) < 2 {
			t.Errorf("%s: reasons %v", id, names)
		}
	}
	if n := len(ofKind(found, finding.Raised)); n > 4 {
		t.Errorf("%d raised of 30", n)
	}
}

// One piece of bad news can be enough, at once.
func TestIncidentIsJudgedOnArrival(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 100 {
		l.crowd(rng, d, 60, 0.6, "")
		l.event(at(d, 10), "acme", "call")
		l.tick(at(d+1, 0))
	}
	l.event(at(100, 9.5), "acme", "forwarding")
	_, found := run(t, testRules(), &l)
	acme := about(found, "acme")
	if len(acme) != 1 || acme[0].Kind != finding.Raised || acme[0].Time != at(100, 9.5).UnixNano() || acme[0].Since != dayN(100) {
		t.Fatalf("found %+v", acme)
	}
	if r := acme[0].Reasons[0]; r.Signal != "forwarding" || r.Term != evidence.Incident || r.To != 1 || acme[0].Risk < 1.5 {
		t.Errorf("%+v", acme[0])
	}
}

// What we do ourselves is kept, shown, and no evidence.
func TestOursIsNoEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 200 {
		l.crowd(rng, d, 30, 0.6, "")
		l.event(at(d, 10), "acme", "call")
		if d < 100 {
			l.event(at(d, 11), "acme", "visit")
			l.event(at(d, 12), "acme", "mail", "direction", "outbound")
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, testRules(), &l)
	if of := about(found, "acme"); len(of) > 0 {
		t.Errorf("found %+v", of)
	}
	x, ok := e.Inspect("acme", 0)
	if !ok || len(x.Series) != 3 {
		t.Fatalf("inspection %+v", x)
	}
	if i := slices.IndexFunc(x.Series, func(s InspectedSeries) bool { return s.Signal == "visit" }); x.Series[i].Side != series.Ours || x.Series[i].First != dayN(0).String() {
		t.Errorf("visits %+v", x.Series[i])
	}
	if _, ok := e.Inspect("nobody", 0); ok {
		t.Error("inspected nobody")
	}
}

func TestAmountsAndScores(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	var l written
	l.tick(at(0, 0))
	for d := range 400 {
		l.crowd(rng, d, 30, 0.6, "")
		scale, mood := 1.0, 0.6
		if d >= 330 {
			scale, mood = 0.1, -0.3
		}
		l.value(at(d, 10), "spender", "spend", math.Round(100*scale*(50+50*rng.Float64()))/100)
		l.value(at(d, 11), "talker", "mood", mood+0.4*rng.Float64())
		l.tick(at(d+1, 0))
	}
	_, found := run(t, testRules(), &l)
	for id, want := range map[string]finding.Reason{
		"spender": {Signal: "spend", Term: evidence.Shrink, From: 7 * 75, To: 7 * 7.5},
		"talker":  {Signal: "mood", Term: evidence.Shift, From: 0.8, To: -0.1},
	} {
		of := about(found, id)
		if len(of) == 0 {
			t.Errorf("%s was not found", id)
			continue
		}
		if r := of[len(of)-1].Reasons[0]; r.Signal != want.Signal || r.Term != want.Term || r.To > r.From ||
			math.Abs(r.From-want.From) > 0.15*want.From || of[0].Time < at(330, 0).UnixNano() {
			t.Errorf("%s: %+v, want %+v", id, r, want)
		}
	}
}

// Episodes open once, are told again rarely, and end after a quiet fortnight.
func TestEpisodes(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	e.closed = dayN(0)
	a := account.New([]byte("acme"), dayN(0), dayN(0))
	var told []string
	day := func(n int, risk float64) {
		e.judge.step(e.assess(a), dayN(n), risk)
		e.take(&e.judge)
		for _, f := range e.news[a] {
			told = append(told, fmt.Sprint(n, " ", f.Kind, " ", f.ID))
		}
		clear(e.news)
	}
	e.yardstick.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 12, Clear: 2}}
	for n, risk := range []float64{1, 3, 5, 1, 3, 15, 200, 20, 20, 20, 20, 20, 170, 20, 20, 20, 20, 20, 20, 170, 1e4} {
		day(n, risk)
	}
	for n := 21; n < 47; n++ {
		risk := 1.0
		if n == 27 {
			risk = 5
		}
		day(n, risk)
	}
	want := []string{
		"5 raised acme-" + dayN(4).String(), "19 raised_again acme-" + dayN(4).String(), "41 closed acme-" + dayN(4).String(),
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if a.Weight(dayN(5)) != series.EpisodeWeight || a.Weight(dayN(4)) != 1 {
		t.Error("not the days inside the episode are learned less")
	}
}
