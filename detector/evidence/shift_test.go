package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// moods is a score whose learned days had a mean and a deviation, and the view
// of what came since: one observation on each day on which there is any.
func moods(mean, deviation, days float32, came func(i int) float64) (*series.Series, *series.View) {
	s := new(series.Series)
	s.SetLevel(&series.Level{Mean: mean, Weight: days, Spread: (days - 1) * deviation * deviation, Days: days})
	return s, seriestest.Flat(came)
}

// twice makes a day one of two observations.
func twice(s *series.Series, d signals.Day) {
	s.Add(d, 0)
	s.Add(d, 0)
}

func TestShiftSeesAFallenMean(t *testing.T) {
	// Twenty days learned with mean 500 and spread 100 a day, then a fall to 300.
	s, v := moods(500, 100, 20, func(i int) float64 {
		if i >= series.ViewDays-14 && i%2 == 0 {
			return 300
		}
		return 0
	})
	x, ok := MeanFell(s, v)
	// t = 200 / (100*sqrt(1/7+1/20)) = 4.554 with 19 degrees of freedom.
	want := stats.StudentUpper(200/(100*math.Sqrt(1.0/7+1.0/20)), 19)
	if !ok || x.From != 500 || x.To != 300 {
		t.Errorf("shift %+v", x)
	}
	near(t, "shift", x.Evidence, want, 1e-3)
	near(t, "worth", x.Worth, shiftCurve.Nats(x.Evidence), 1e-12)
}

// A day on which several spoke counts for as many: 20 days of 500 and a day of
// two at 200 and one of one at 500 have a recent mean of 300.
func TestShiftWeighsByObservations(t *testing.T) {
	s, v := moods(500, 100, 20, func(i int) float64 { return map[int]float64{50: 400, 53: 500}[i] })
	twice(s, v.Lo+50) // 400 is the sum of two
	x, ok := MeanFell(s, v)
	if !ok {
		t.Fatal("two days are enough")
	}
	near(t, "mean", x.To, 300, 1e-12)
	near(t, "shift", x.Evidence, stats.StudentUpper(200/(100*math.Sqrt(1.0/3+1.0/20)), 19), 1e-3)
}

// What leaves the ring is learned with the weight of what it rests on: 8 days
// of 10 with a spread of 32, then one of two observations of mean 20.
func TestLevelLearnsByHand(t *testing.T) {
	s, v := moods(10, 0, 8, func(i int) float64 { return 40 * float64(1-min(1, i)) })
	s.Level().Spread = 32
	twice(s, v.Lo)
	s.Level().Learn(s, v, 1)
	keep := math.Exp(-math.Ln2 / series.HalfLife)
	old := 8 * keep
	near(t, "mean", float64(s.Level().Mean), 10+10*2/(2+old), 1e-6)
	near(t, "spread", float64(s.Level().Spread), 32*keep+100*2*old/(2+old), 1e-6)
	near(t, "weight", float64(s.Level().Weight), old+2, 1e-6)
	near(t, "days", float64(s.Level().Days), old+1, 1e-6)
}

// A lower mood within the last fortnight never is less evidence.
func TestShiftIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		part, wide := rng.Float64(), math.Pow(10, 9*rng.Float64())
		s, v := moods(float32(wide*(rng.Float64()-0.5)), float32(wide*rng.Float64()), float32(40*rng.Float64()), func(int) float64 {
			if rng.Float64() < part {
				return wide * (rng.Float64() - 0.5)
			}
			return 0
		})
		before, ok := MeanFell(s, v)
		if !(before.Evidence >= 0 && before.Evidence <= stats.MaxNats) || !(before.Worth >= 0) {
			t.Fatalf("%+v", before)
		}
		i := rapid.IntRange(series.ViewDays-shiftWindows[0], series.ViewDays-1).Draw(t, "day")
		if v.Seen>>i&1 == 0 {
			return
		}
		v.N[i] -= wide * rng.Float64()
		after, still := MeanFell(s, v)
		if ok != still || after.Evidence < before.Evidence-1e-9 {
			t.Fatalf("%+v, of a lower mood %+v", before, after)
		}
	})
}

// A week before the window is left out of what it is compared with; seven days
// are no past, and one day is no recent mean.
func TestShiftNeedsAPast(t *testing.T) {
	fallen := func(i int) float64 { return map[int]float64{40: 900, 50: 300, 53: 300}[i] }
	s, v := moods(500, 100, 20, fallen)
	if x, ok := MeanFell(s, v); !ok || x.Window != 14 || x.From != 500 {
		t.Errorf("beside a good day a fortnight ago: %+v", x)
	}
	s, v = moods(500, 100, 7, fallen)
	if _, ok := MeanFell(s, v); ok {
		t.Error("seven days are a past")
	}
	s, v = moods(500, 100, 20, func(i int) float64 { return map[int]float64{50: 300}[i] })
	if _, ok := MeanFell(s, v); ok {
		t.Error("one day is a mean")
	}
}

// A rise of a score is found as its mirror image's fall is.
func TestRiseMirrorsFall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		up, down, same := new(series.Series), new(series.Series), rapid.Float64Range(0, 40).Draw(t, "step")
		up.SetLevel(new(series.Level))
		down.SetLevel(new(series.Level))
		var x, y series.View
		x.Lo, y.Lo = seriestest.Day(0), seriestest.Day(0)
		for i := 1; i < series.ViewDays; i++ {
			n := rapid.Int64Range(0, 100).Draw(t, "value")
			if i > series.ViewDays-14 {
				n += int64(same)
			}
			for _, s := range []struct {
				s *series.Series
				v *series.View
				n int64
			}{{up, &x, n}, {down, &y, -n}} {
				s.s.Add(seriestest.Day(i), s.n)
				s.v.X[i], s.v.N[i] = 1, float64(s.n)
				s.v.Seen |= 1 << i
			}
		}
		a, _ := MeanRose(up, &x)
		b, _ := MeanFell(down, &y)
		if math.Abs(a.Evidence-b.Evidence) > 1e-9 || a.Window != b.Window || a.From != -b.From || a.To != -b.To {
			t.Fatalf("rise %+v, fall of the mirror image %+v", a, b)
		}
		if c, _ := MeanFell(up, &x); a.Evidence > 0 && c.Evidence > 0 && c.Window == a.Window {
			t.Fatalf("the same window fell and rose: %+v %+v", a, c)
		}
	})
}

// The windows that are left out because they cannot be the strongest change nothing, and
// the levels before them that go on from one another are those of each by itself.
func TestShiftIsThatOfTheStrongestWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		part, fall := rapid.Float64Range(0, 1).Draw(t, "part"), rapid.Float64Range(0, 200).Draw(t, "fall")
		s, v := moods(500, 100, float32(rng.IntN(300)), func(i int) float64 {
			if rng.Float64() > part {
				return 0
			}
			return 500 + 100*rng.NormFloat64() - fall*float64(i)/series.ViewDays
		})
		var want Term
		for i, w := range shiftWindows {
			ref, now := LevelBefore(s, v, w), stats.Sample{}
			if ref != levelsBefore(s, v)[i] {
				t.Fatalf("before %d days %+v, want %+v", w, levelsBefore(s, v)[i], ref)
			}
			addDays(&now, s, v, series.ViewDays-w, series.ViewDays)
			if ref.Days < 8 || now.Days < 2 || now.Mean >= ref.Mean {
				continue
			}
			far := (ref.Mean - now.Mean) / math.Sqrt((ref.Spread+1)/(ref.Days-1)*(1/now.Weight+1/ref.Weight))
			if e := stats.StudentUpper(far, ref.Days-1); e > want.Evidence {
				want = Term{Window: w, Evidence: e}
			}
		}
		if got, _ := MeanFell(s, v); got.Evidence != want.Evidence || got.Window != want.Window {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}
