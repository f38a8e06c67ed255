package calibrate

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestFitWithoutHistoryIsShipped(t *testing.T) {
	curve := fitCurve(&episodeCounts{})
	for _, years := range []float64{0.3, 1, 3, 10, 100} {
		near(t, "evidence of the shipped curve", curve.Evidence(years), shippedCurve.Evidence(years), 0.05)
	}
}

// A long history from another curve is believed, wherever it has episodes.
func TestFitFollowsTheHistory(t *testing.T) {
	for _, truth := range []stretched{{0.6, 1}, {1.5, 1}, {1, 0.3}, {0.8, 2}} {
		w := &episodeCounts{years: 3000}
		for i := range w.episodes {
			w.episodes[i] = w.years * truth.yearly(float64(i)*levelStep)
		}
		curve := fitCurve(w)
		for _, years := range []float64{1, 2, 5, 20, 100} {
			near(t, "years by the fitted curve", curve.Years(truth.evidence(years))/years, 1, 0.1)
		}
	}
}

func TestFitIsACurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &episodeCounts{years: rapid.Float64Range(0, 500).Draw(t, "years")}
		n := float64(rapid.IntRange(0, 1000).Draw(t, "episodes"))
		for i := range w.episodes {
			w.episodes[i] = n
			n = math.Max(0, n-float64(rapid.IntRange(0, 60).Draw(t, "fewer")))
		}
		curve := fitCurve(w)
		if len(curve) < 2 {
			t.Fatalf("%v is no curve", curve)
		}
		for i, p := range curve {
			if math.IsNaN(p.Evidence) || p.Years <= 0 || i > 0 && (p.Evidence <= curve[i-1].Evidence || p.Years <= curve[i-1].Years) {
				t.Fatalf("%v does not rise", curve)
			}
		}
	})
}
