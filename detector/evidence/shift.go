package evidence

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// shiftWindows are the recent days whose mean is compared with the level
// before.
var shiftWindows = [...]int{14, 28, 56}

// shiftCurve puts the nats of Student's t, which takes the means of days for
// independent, on the scale of the other terms. Set by hand on simulated moods.
var shiftCurve = stats.Curve{{0, 0}, {5.3, 2.25}, {8.8, 3.62}, {12.3, 4.38}, {16.8, 5.25}, {20.3, 6}}

// MeanFell looks for a recent mean below the level before: Student's t of the
// two weighted means.
func MeanFell(s *series.Series, v *series.View) (Term, bool) {
	return worsen(s, v, 1)
}

// MeanRose looks for one above it.
func MeanRose(s *series.Series, v *series.View) (Term, bool) {
	return worsen(s, v, -1)
}

// worsen judges the values times a sign, so that worse is always less.
func worsen(s *series.Series, v *series.View, sign float64) (best Term, ok bool) {
	best.Kind = Shift
	before := levelsBefore(s, v)
	strongest, freedom := 0.0, 0.0
	for i, w := range shiftWindows {
		ref, now := &before[i], stats.Sample{}
		addDays(&now, s, v, series.ViewDays-w, series.ViewDays)
		if ref.Days < 8 || now.Days < 2 {
			continue
		}
		ok = true
		fall := sign * (ref.Mean - now.Mean)
		if fall <= 0 {
			continue
		}
		// One step of resolution is the least spread a score can be known to have.
		variance := (ref.Spread + 1) / (ref.Days - 1)
		t := fall / math.Sqrt(variance*(1/now.Weight+1/ref.Weight))
		if t < strongest-surelyLess && ref.Days-1 <= freedom {
			continue // less far out, of a distribution with a longer tail
		}
		e := stats.StudentUpper(t, ref.Days-1)
		if e > best.Evidence {
			strongest, freedom = t, ref.Days-1
			best = Term{Kind: Shift, Window: w, Last: series.ViewDays - w, From: ref.Mean, To: now.Mean, Evidence: e, Worth: shiftCurve.Nats(e)}
		}
	}
	return best, ok
}

// surelyLess is far more than the error of Student's tail makes of t.
const surelyLess = 1e-3

// LevelBefore is what is known of a score from before the window of so many days.
func LevelBefore(s *series.Series, v *series.View, window int) stats.Sample {
	before := learnedLevel(s.Level())
	addDays(&before, s, v, 1, series.ViewDays-window-series.Guard)
	return before
}

// levelsBefore are LevelBefore of all shiftWindows: that of a shorter one goes on where
// that of the longer ended.
func levelsBefore(s *series.Series, v *series.View) (list [len(shiftWindows)]stats.Sample) {
	before, from := learnedLevel(s.Level()), 1
	for i := len(shiftWindows) - 1; i >= 0; i-- {
		to := max(from, series.ViewDays-shiftWindows[i]-series.Guard)
		addDays(&before, s, v, from, to)
		list[i], from = before, to
	}
	return list
}

// learnedLevel is what was learned of a score.
func learnedLevel(l *series.Level) stats.Sample {
	return stats.Sample{Weight: float64(l.Weight), Mean: float64(l.Mean), Spread: float64(l.Spread), Days: float64(l.Days)}
}

// addDays adds the means of the days [from, to) of a view to a sample.
func addDays(sample *stats.Sample, s *series.Series, v *series.View, from, to int) {
	if to <= from {
		return
	}
	for m := v.Seen & (1<<to - 1) &^ (1<<from - 1); m != 0; m &= m - 1 {
		if i := bits.TrailingZeros64(m); v.X[i] != 0 {
			n := float64(s.Seen(series.Slot(v.Lo + signals.Day(i))))
			sample.Add(v.N[i]/n, n)
		}
	}
}
