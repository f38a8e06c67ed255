package stats

import (
	"cmp"
	"math"
	"slices"
)

// Exceedance says how rarely a healthy account shows as much evidence: points
// of a curve that rises in both, straight in the logarithm of the years
// between its points and beyond them. firstsign calibrate fits it to a
// portfolio's own history. With fewer than two points it is the shipped curve.
type Exceedance []ExceedancePoint

// ExceedancePoint is one point of the curve.
type ExceedancePoint struct {
	// Evidence is the fused evidence of an account, in nats.
	Evidence float64 `yaml:"evidence" json:"evidence"`
	// Years of healthy accounts in which as much is seen once.
	Years float64 `yaml:"years" json:"years"`
}

// ShippedExceedance is the curve that is used where none was fitted.
func ShippedExceedance() Exceedance { return slices.Clone(shipped) }

// shipped was set on the accounts that the curves of the statistics were fitted to,
// by episodes that are counted once and end after a fortnight below. People
// pause for their own reasons, so below a year it is flatter than a nat to a
// factor e.
var shipped = Exceedance{{2.12, 0.5}, {3.5, 1}, {4.38, 2}, {5.38, 5}, {6, 10}}

// greatestRisk bounds what is said of rarity.
const greatestRisk = 1e6

// Years in which a healthy account shows as much evidence once: the risk.
func (x Exceedance) Years(evidence float64) float64 {
	if len(x) < 2 {
		x = shipped
	}
	i, _ := slices.BinarySearchFunc(x, evidence, func(p ExceedancePoint, e float64) int { return cmp.Compare(p.Evidence, e) })
	a, b := x.segment(i)
	return min(greatestRisk, a.Years*math.Exp((evidence-a.Evidence)*slope(a, b)))
}

// Evidence that is seen once in so many years: the inverse of Years.
func (x Exceedance) Evidence(years float64) float64 {
	if len(x) < 2 {
		x = shipped
	}
	i, _ := slices.BinarySearchFunc(x, years, func(p ExceedancePoint, y float64) int { return cmp.Compare(p.Years, y) })
	a, b := x.segment(i)
	return a.Evidence + math.Log(years/a.Years)/slope(a, b)
}

// segment is the two points around place i, or the nearest two.
func (x Exceedance) segment(i int) (a, b ExceedancePoint) {
	i = min(max(i, 1), len(x)-1)
	return x[i-1], x[i]
}

// slope is how many e-folds of years one nat is worth.
func slope(a, b ExceedancePoint) float64 {
	return math.Log(b.Years/a.Years) / (b.Evidence - a.Evidence)
}
