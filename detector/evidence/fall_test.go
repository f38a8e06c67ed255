package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// exactly is how exact a measure is: tails of counts of many millions are less so
// than floats.
const exactly = 1e-5

// looked is what all statistics show.
func looked(p series.Baseline, v *series.View) (k Measurements, t Term) {
	t, _ = Fall(&p, v, 1, false, &k)
	return k, t
}

// Whatever was learned and whatever came, each statistic shows a number that is not
// negative, and so is what they come to.
func TestStatisticsAreFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := seriestest.Any(t, 12)
		k, sum := looked(p, v)
		for l, x := range k.Measure {
			if !(x >= 0) || math.IsInf(x, 0) {
				t.Fatalf("statistic %d shows %g", l, x)
			}
		}
		if !(sum.Worth >= 0 && sum.Worth <= stats.MaxNats) {
			t.Fatalf("all together %g", sum.Worth)
		}
	})
}

// knownSeries is one with a past that is long enough to be compared with.
func knownSeries(t *rapid.T) (p series.Baseline, v *series.View) {
	p, v = seriestest.Any(t, 6)
	p.Exposure += series.Enough
	return p, v
}

// lately is a day of the last fortnight, which is in every window and in no
// reference.
func lately(t *rapid.T) int {
	return rapid.IntRange(series.ViewDays-dayWindows[0], series.ViewDays-1).Draw(t, "day")
}

// Less contact in the last fortnight never is less to any statistic that counts.
// The statistics that compare a silence with the pauses before are left out: less contact
// makes those longer as well.
func TestLessContactIsNeverLessEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := knownSeries(t)
		before, _ := looked(p, v)
		after, _ := looked(p, seriestest.Less(v, lately(t), rapid.Float64Range(0, 1).Draw(t, "part")))
		for l := range statistics {
			if l == statGap || l == statSeldom || l == statFarOut || l == statOverdue || l == statSilence && after.Measure[l] == 0 { // no habit is left
				continue
			}
			if after.Measure[l] < before.Measure[l]-exactly {
				t.Fatalf("statistic %d: %g, with less contact %g", l, before.Measure[l], after.Measure[l])
			}
		}
	})
}

// Contact on the closed day never is more evidence, to any statistic and to all
// together: it ends the silence. (Where that began before the ring it also
// becomes part of the past, and what is usual changes; that is left out.)
func TestContactTodayIsNeverMoreEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := knownSeries(t)
		p.Silent = 0
		v.X[series.ViewDays-1], v.N[series.ViewDays-1] = 1, 0
		before, was := looked(p, seriestest.Summed(v))
		v.N[series.ViewDays-1] = float64(rapid.IntRange(1, 1000).Draw(t, "contacts"))
		after, is := looked(p, seriestest.Summed(v))
		for l := range statistics {
			if after.Measure[l] > before.Measure[l]+exactly {
				t.Fatalf("statistic %d: %g, with contact today %g", l, before.Measure[l], after.Measure[l])
			}
		}
		if is.Worth > was.Worth+exactly {
			t.Fatalf("all together %g, with contact today %g", was.Worth, is.Worth)
		}
	})
}

// A silence that goes on is never less to the statistics of silence, days and the
// chart: here by days without contact that count for more.
func TestLongerSilenceIsNeverLessEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := knownSeries(t)
		silent := rapid.IntRange(1, dayWindows[0]).Draw(t, "silent days")
		for i := series.ViewDays - silent; i < series.ViewDays; i++ {
			v.N[i] = 0
		}
		before, _ := looked(p, seriestest.Summed(v))
		v.X[series.ViewDays-1] += rapid.Float64Range(0, 5).Draw(t, "more")
		after, _ := looked(p, seriestest.Summed(v))
		for _, l := range []statistic{statSilence, statGap, statSeldom, statFarOut, statOverdue, statDays14, statDays28, statDays42, statDays56, statChart} {
			if after.Measure[l] < before.Measure[l]-exactly {
				t.Fatalf("statistic %d: %g, after longer silence %g", l, before.Measure[l], after.Measure[l])
			}
		}
	})
}

// By hand: statistics that show 2, 1 and 1 nats come to (64+1+1)^(1/6) = 2.0103,
// thirteen of 2 nats to 2*13^(1/6) = 3.0668.
func TestJoinByHand(t *testing.T) {
	var k Measurements
	one, two, less := k.see(statSilence, measureOf(t, statSilence, 1)), k.see(statDays28, measureOf(t, statDays28, 2)), k.see(statChart, measureOf(t, statChart, 1))
	if !one || !two || less {
		t.Errorf("the strongest so far: %v, %v and then %v", one, two, less)
	}
	k.term = Term{Kind: Drop, Window: 28}
	got := k.join()
	near(t, "three", got.Worth, 2.0103, 1e-4)
	if got.Kind != Drop || got.Window != 28 || got.Evidence != got.Worth {
		t.Errorf("not in the words of the strongest: %+v", got)
	}
	if x := k.Measure[statDays28]; k.see(statDays28, 0) || !k.see(statDays28, x) || k.see(statDays28, x) {
		t.Error("of as loud ones the first counts")
	}
	for l := range statistics {
		k.see(l, measureOf(t, l, 2))
	}
	near(t, "thirteen", k.join().Worth, 3.0668, 1e-4)
	if got := (&Measurements{}).join(); got != (Term{}) {
		t.Errorf("nothing seen: %+v", got)
	}
}

// measureOf is the measure at which a statistic shows so many nats.
func measureOf(t *testing.T, l statistic, nats float64) float64 {
	t.Helper()
	lo, hi := 0.0, 1e4
	for range 200 {
		if mid := (lo + hi) / 2; curves[l].Nats(mid) < nats {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// All together is never below the strongest and never falls when one statistic shows
// more.
func TestJoinIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var k Measurements
		strongest := 0.0
		for l := range statistics {
			k.see(l, rapid.Float64Range(0, 200).Draw(t, "measure"))
			strongest = max(strongest, curves[l].Nats(k.Measure[l]))
		}
		before := k.join().Worth
		if before < min(stats.MaxNats, strongest)-1e-9 {
			t.Fatalf("%g, the strongest alone %g", before, strongest)
		}
		l := statistic(rapid.IntRange(0, int(statistics)-1).Draw(t, "statistic"))
		k.see(l, k.Measure[l]+rapid.Float64Range(0, 100).Draw(t, "more"))
		if after := k.join().Worth; after < before-1e-9 {
			t.Fatalf("%g, with more %g", before, after)
		}
	})
}

// A series is judged for every account at every close: nothing is allocated.
func TestStatisticsAllocateNothing(t *testing.T) {
	p := series.Baseline{Total: 200, Exposure: 200, Days: 100, Silent: 3, Charted: 1}
	v := seriestest.Flat(func(i int) float64 { return float64(i % 3) })
	var k Measurements
	s, r := &series.Series{Baseline: p}, &series.Rule{Weight: 1}
	scored, view := moods(500, 100, 20, func(int) float64 { return 300 })
	var sink Term
	var cs Channels
	for name, judge := range map[string]func(){
		"fall":     func() { sink, _ = Fall(&p, v, 1, false, &k) },
		"shrink":   func() { sink, _ = Shrunk(&p, v, &k) },
		"incident": func() { sink, _ = BadNews(&p, v, 0.001, Arrived{1, 1}) },
		"shift":    func() { sink, _ = MeanFell(scored, view) },
		"channel":  func() { cs = cs[:0]; cs.Add(s, r, sink, v) },
	} {
		if n := testing.AllocsPerRun(100, judge); n != 0 {
			t.Errorf("%s: %g allocations", name, n)
		}
	}
}
