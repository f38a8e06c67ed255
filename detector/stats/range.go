package stats

import "math"

// usualTail is the probability on each side of a usual range, and usualDeviations the
// normal deviate that leaves as much: four of five values lie between.
const (
	usualTail       = 0.1
	usualDeviations = 1.2816
)

// summedMean is the greatest mean whose terms are summed up. Above it a negative binomial
// is close enough to a normal distribution.
const summedMean = 400

// UsualCount is the range in which four of five values of a negative binomial of mean m
// and variance m + dispersion m^2 lie: below it at most one of ten, above it as many.
func UsualCount(m, dispersion float64) (low, high float64) {
	if m <= 0 {
		return 0, 0
	}
	if m > summedMean {
		return UsualMean(m, math.Sqrt(m+dispersion*m*m))
	}
	k := 1 / max(dispersion, 1e-6)
	q := m / (k + m)
	p := math.Exp(k * math.Log1p(-q)) // of none
	for n, below := 0.0, 0.0; ; n++ {
		if below <= usualTail {
			low = n // fewer are at most one of ten
		}
		if below += p; below >= 1-usualTail || p == 0 && n > m {
			return low, n
		}
		p *= q * (n + k) / (n + 1)
	}
}

// UsualMean is the same range of a mean whose standard error is given.
func UsualMean(mean, deviation float64) (low, high float64) {
	return mean - usualDeviations*deviation, mean + usualDeviations*deviation
}
