package stats

import (
	"math"
	"testing"
)

// By hand: of a Poisson of mean 2, P(0) = 0.135 and P(N <= 3) = 0.857, P(N <= 4) = 0.947.
func TestUsualCount(t *testing.T) {
	for _, c := range []struct{ m, dispersion, low, high float64 }{
		{0, 0.5, 0, 0},
		{2, 0, 0, 4},
		{4, 0, 2, 7},      // P(N <= 1) = 0.092, P(N <= 6) = 0.889, P(N <= 7) = 0.949
		{1, 1, 0, 3},      // geometric: P(N <= 2) = 0.875, P(N <= 3) = 0.9375
		{0.1, 0.5, 0, 0},  // P(0) = 0.907
		{20, 0.25, 8, 35}, // P(N <= 7) = 0.096, P(N <= 34) = 0.898
	} {
		if low, high := UsualCount(c.m, c.dispersion); low != c.low || high != c.high {
			t.Errorf("mean %g, dispersion %g: %g to %g, want %g to %g", c.m, c.dispersion, low, high, c.low, c.high)
		}
	}
	for _, dispersion := range []float64{0, 0.1} { // where summing ends, both ways agree
		low, high := UsualCount(summedMean, dispersion)
		near, far := UsualMean(summedMean, math.Sqrt(summedMean+dispersion*summedMean*summedMean))
		if math.Abs(low-near) > 0.05*summedMean || math.Abs(high-far) > 0.05*summedMean {
			t.Errorf("dispersion %g: %g to %g, as a normal %g to %g", dispersion, low, high, near, far)
		}
	}
}
