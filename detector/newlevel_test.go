package detector

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

// lives writes the days of an account beside a crowd: n calls a day on average,
// as told for each day.
func (l *written) lives(rng *rand.Rand, days, crowd int, perDay func(day int) float64) {
	l.tick(at(0, 0))
	for d := range days {
		l.crowd(rng, d, crowd, 0.6, "")
		n := 0.0
		for mean := perDay(d) - rng.ExpFloat64(); mean > 0; mean -= rng.ExpFloat64() {
			n++
		}
		if n > 0 {
			l.value(at(d, 10), "acme", "call", n)
		}
		l.tick(at(d+1, 0))
	}
}

// watchful rules raise early.
func watchful() *Rules {
	rules := testRules()
	rules.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 0.6, Clear: 0.4}}
	return rules
}

// episodesOf are the days on which episodes of an account were raised and
// closed, and which of them closed at a new level.
func episodesOf(found []finding.Finding, account string) (raised, accepted []int) {
	for _, f := range about(found, account) {
		day := int(signals.Day((f.Time-1)/oneDay) - dayN(0))
		switch {
		case f.Kind == finding.Raised:
			raised = append(raised, day)
		case f.NewLevel && f.Kind == finding.Closed:
			accepted = append(accepted, day)
		}
	}
	return raised, accepted
}

// A lower level that stays is accepted after 84 days; a further halving of it is
// found again.
func TestNewLevelIsAccepted(t *testing.T) {
	racetest.Arithmetic(t)
	for seed := range uint64(15) {
		rng := rand.New(rand.NewPCG(seed, 3))
		rate := 6 + 6*rng.Float64()
		const fall, further = 120, 340
		var l written
		l.lives(rng, 460, 0, func(day int) float64 {
			switch {
			case day < fall:
				return rate
			case day < further:
				return 0.4 * rate
			}
			return 0.2 * rate
		})
		e, found := run(t, watchful(), &l)
		raised, accepted := episodesOf(found, "acme")
		if len(raised) < 2 || len(accepted) == 0 {
			t.Fatalf("raised on %d, accepted on %d", raised, accepted)
		}
		if d := accepted[0] - raised[0]; raised[0] < fall || d < 84 || d > 114 {
			t.Errorf("raised on %d, accepted on %d", raised[0], accepted[0])
		}
		if !slices.ContainsFunc(raised, func(d int) bool { return d >= further && d < further+100 }) {
			t.Errorf("raised on %d: want one within 100 days after day %d", raised, further)
		}
		for _, f := range about(found, "acme") {
			if f.Kind == finding.Raised && f.Time > at(further, 0).UnixNano() && f.Reasons[0].From > 7*0.6*rate {
				t.Errorf("a fall from %.1f a week, the new level was %.1f", f.Reasons[0].From, 7*0.4*rate)
			}
		}
		if n := e.stats.EpisodesOpen; n < 0 || n > 1 {
			t.Errorf("%d episodes open", n)
		}
	}
}

// Silence is never accepted, nor is a level that is still falling.
func TestSilenceIsNeverAccepted(t *testing.T) {
	racetest.Arithmetic(t)
	for seed := range uint64(25) {
		rng := rand.New(rand.NewPCG(seed, 4))
		rate, decay := 0.3+2*rng.Float64(), 0.96
		const fall = 120
		silence := fall + rng.IntN(90)
		var l written
		l.lives(rng, 420, 22*rng.IntN(2), func(day int) float64 {
			switch {
			case day < fall:
				return rate
			case day < silence:
				return rate * math.Pow(decay, float64(day-fall))
			}
			return 0
		})
		_, found := run(t, watchful(), &l)
		raised, accepted := episodesOf(found, "acme")
		if len(raised) == 0 {
			t.Fatal("never raised")
		}
		if len(accepted) > 0 && accepted[len(accepted)-1] >= silence {
			t.Errorf("silent since %d, accepted on %d", silence, accepted)
		}
	}
}

// 200 days at 1 a day, on every second one, become 28 at the same; the
// dispersion stays what it was.
func TestFadeOfAPace(t *testing.T) {
	p := series.Baseline{Total: 200, Exposure: 200, Days: 100, Charted: 2}
	for i := range series.Spans {
		p.Excess[i], p.Square[i] = 30, 60
	}
	p.Fade()
	if p.Total != 28 || p.Exposure != 28 || p.Days != 14 || p.Charted != 0 {
		t.Errorf("%+v", p)
	}
	if math.Abs(float64(p.Excess[0])-30*0.14) > 1e-6 || p.Excess[0] != p.Square[0]/2 {
		t.Errorf("%+v, want squares of %g", p, 60*0.14)
	}
	short := series.Baseline{Total: 5, Exposure: 20}
	if short.Fade(); short != (series.Baseline{Total: 5, Exposure: 20}) {
		t.Errorf("a past that is short already became %+v", short)
	}
	l := series.Level{Mean: 0.4, Weight: 112, Spread: 2, Days: 56}
	if l.Fade(); l.Mean != 0.4 || l.Weight != 56 || l.Spread != 1 || l.Days != 28 {
		t.Errorf("%+v", l)
	}
}
