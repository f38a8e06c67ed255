package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is an estimate with its 90 % confidence interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Times is the interval of a multiple.
func (i Interval) Times(f float64) Interval { return Interval{i.Value * f, i.Low * f, i.High * f} }

// confidence is the level of all intervals.
const confidence = 0.9

// CountInterval is the exact interval of a Poisson mean after n events (Garwood
// 1936): half the chi-square quantiles with 2n and 2n+2 degrees of freedom.
func CountInterval(n int) Interval {
	low := 0.0
	if n > 0 {
		low = distuv.ChiSquared{K: 2 * float64(n)}.Quantile((1-confidence)/2) / 2
	}
	return Interval{float64(n), low, distuv.ChiSquared{K: 2*float64(n) + 2}.Quantile((1+confidence)/2) / 2}
}

// ShareInterval is Wilson's score interval of a proportion (Wilson 1927).
func ShareInterval(hits, of int) Interval {
	if of == 0 {
		return Interval{math.NaN(), 0, 1}
	}
	n, p := float64(of), float64(hits)/float64(of)
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Interval{p, max(0, mid-half), min(1, mid+half)}
}
