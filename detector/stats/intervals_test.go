package stats

import (
	"math"
	"testing"
)

func TestIntervals(t *testing.T) {
	// Garwood 1936: nobody seen is at most -ln 0.05; the 90 % limits of 10 are
	// half the chi-square quantiles of 20 and 22 degrees, 10.851 and 33.924.
	none, ten := CountInterval(0), CountInterval(10)
	near(t, "low of 0", none.Low, 0, 0)
	near(t, "high of 0", none.High, -math.Log(0.05), 1e-6)
	near(t, "low of 10", ten.Low, 5.4254, 1e-3)
	near(t, "high of 10", ten.High, 16.9622, 1e-3)
	// Wilson 1927, 8 of 10: z = 1.645, middle (0.8+z²/20)/(1+z²/10) = 0.7361,
	// half width z/(1+z²/10) sqrt(0.016+z²/400) = 0.1953.
	share := ShareInterval(8, 10)
	near(t, "low of 8 in 10", share.Low, 0.5408, 1e-3)
	near(t, "high of 8 in 10", share.High, 0.9314, 1e-3)
	if s := ShareInterval(0, 0); s.Low != 0 || s.High != 1 {
		t.Errorf("of nobody nothing is known, got %v", s)
	}
}
