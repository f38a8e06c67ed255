package detector_test

import (
	"math"
	"slices"
	"testing"
)

// after is the level of an account that changes in a week: what it was until
// then, then by a function of the weeks since, 1 in the first.
func after(week int, change func(weeks float64) float64) func(int, int) float64 {
	return func(w, _ int) float64 {
		if w < week {
			return 1
		}
		return change(float64(w - week + 1))
	}
}

// Slow decay of 2 % a week at 20 calls a week with a variance of twice the
// mean, after half a year and after a year of history.
func TestQualityDecay(t *testing.T) {
	simulated(t)
	n := sized(60, 600)
	habit := resident{perWeek: 20, spread: 2}
	decay := func(weeks float64) float64 { return math.Pow(0.98, weeks) }
	early, late := habit, habit
	early.level, late.level = after(26, decay), after(52, decay)
	w := world{
		residents: slices.Concat(residentsOf(n, "healthy-%d", habit), residentsOf(n, "early~%d", early), residentsOf(n, "late~%d", late)),
		signals:   1, weeks: 104, seed: 11,
	}
	l := w.live(t)
	healthy := l.group(0, n)
	for _, c := range []struct {
		what         string
		week         int
		changed      [][]float32
		asked, floor float64
	}{
		{"decay of 2 % a week, 26 weeks of history: within 26 weeks", 26, l.group(n, 2*n), 0.75, 0.3},
		{"decay of 2 % a week, 52 weeks of history: within 26 weeks", 52, l.group(2*n, 3*n), 0.85, 0.3},
	} {
		th := threshold(healthy, yearly, 7*c.week, 7*c.week+364)
		d := delays(c.changed, th, 7*c.week, 364)
		atLeast(t, c.what, found(d, 26*7), c.asked, c.floor)
		t.Logf("%62s median delay %s, threshold %.2g account-years", "", days(median(d)), th)
	}
}

// Visits at 0.8 a week, Poisson: silence is seen, a halving is not.
func TestQualityVisits(t *testing.T) {
	simulated(t)
	n := sized(80, 600)
	habit := resident{perWeek: 0.8, spread: 1}
	silent, halved := habit, habit
	silent.level = after(52, func(float64) float64 { return 0 })
	halved.level = after(52, func(float64) float64 { return 0.5 })
	w := world{
		residents: slices.Concat(residentsOf(n, "healthy-%d", habit), residentsOf(n, "silent~%d", silent), residentsOf(n, "halved~%d", halved)),
		signals:   1, weeks: 104, seed: 12,
	}
	l := w.live(t)
	th := threshold(l.group(0, n), yearly, 364, 728)
	silence, halving := delays(l.group(n, 2*n), th, 364, 364), delays(l.group(2*n, 3*n), th, 364, 364)
	// "Seen within 8 weeks" has no share: nine of ten is taken for it.
	atLeast(t, "0.8 visits a week fall silent: within 8 weeks", found(silence, 56), 0.90, 0.7)
	t.Logf("%62s median delay %s, threshold %.2g account-years", "", days(median(silence)), th)
	t.Logf("%-62s %-24s", "0.8 visits a week halve: within 6 weeks", found(halving, 42))
	t.Logf("%-62s %-24s median delay %s", "within a year", found(halving, 364), days(median(halving)))
}

// After a year of growth by 2 % a week, a halving is found as if there had
// been none. The threshold is that of accounts that grow and go on growing.
func TestQualityGrowth(t *testing.T) {
	simulated(t)
	n := sized(60, 600)
	growth := func(week int) float64 { return math.Pow(1.02, float64(week)) }
	grown := func(from int, then func(week int) float64) resident {
		return resident{perWeek: 10, spread: 2, level: func(w, _ int) float64 {
			if w < from {
				return growth(w)
			}
			return then(w)
		}}
	}
	w := world{
		residents: slices.Concat(
			residentsOf(60, "steady-%d", resident{perWeek: 20, spread: 2}),
			residentsOf(n, "growing~%d", grown(104, growth)),
			residentsOf(n, "halved~%d", grown(52, func(int) float64 { return growth(52) / 2 })),
			residentsOf(n, "levelled~%d", grown(52, func(int) float64 { return growth(52) }))),
		signals: 1, weeks: 104, seed: 13,
	}
	l := w.live(t)
	th := threshold(l.group(60, 60+n), yearly, 364, 728)
	d := delays(l.group(60+n, 60+2*n), th, 364, 364)
	atLeast(t, "halving after growth of 2 % a week: within 26 weeks", found(d, 26*7), 0.90, 0.6)
	t.Logf("%62s median delay %s, threshold %.2g account-years", "", days(median(d)), th)
	levelled := delays(l.group(60+2*n, 60+3*n), th, 364, 364)
	t.Logf("%-62s %-24s", "raised within a year when growth only ends", found(levelled, 364))
}
