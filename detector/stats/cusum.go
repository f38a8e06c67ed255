package stats

import "math"

// chartedFall is the fall that the chart is made to find: to three quarters. A
// deeper one is found sooner.
const chartedFall = 0.75

var lnChartedFall = math.Log(chartedFall)

// MostCharted bounds the chart, in nats, so that it comes down again within a
// season once what it saw is over.
const MostCharted = 20

// CUSUM is a sequential chart for counts that fall (Page 1954; for counts Lucas
// 1985; divided by the overdispersion as in Rossi, Lampugnani, Marchi 1999): the
// log-likelihood ratio of three quarters of the rate to the rate, added up while
// it is above 0. It sees a slow decay that no window sees.
type CUSUM struct {
	Rate       float64 // counts a day of exposure
	gain, loss float64 // of a day of exposure, and of each count
}

// NewCUSUM returns the chart of a rate a day. spread is the ratio of variance to
// mean of a week's count; 1 is a Poisson process.
func NewCUSUM(rate, spread float64) CUSUM {
	return CUSUM{rate, (1 - chartedFall) * rate / spread, lnChartedFall / spread}
}

// Walk is what an exposure of x with a count of n moves the chart by while it stays between
// its bounds.
func (c CUSUM) Walk(x, n float64) float64 { return c.gain*x + c.loss*n }

// Step returns sum after a day, or several, of exposure x on which n was
// counted: max(0, sum + gain x + loss n), at most MostCharted.
func (c CUSUM) Step(sum, x, n float64) float64 {
	// Branches are foreseen, so that a chart of many days waits for its sums alone.
	sum += c.gain * x
	if sum += c.loss * n; sum <= 0 {
		return 0
	}
	if sum > MostCharted {
		return MostCharted
	}
	return sum
}
