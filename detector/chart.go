package detector

import "math"

// chartedFall is the fall that the chart is made to find: to three quarters. A
// deeper one is found sooner.
const chartedFall = 0.75

var lnChartedFall = math.Log(chartedFall)

// mostCharted bounds the chart, so that it comes down again within a season
// once what it saw is over.
const mostCharted = 20

// chart is a CUSUM for counts that fall (Page 1954; for counts Lucas 1985;
// divided by the overdispersion as in Rossi, Lampugnani, Marchi 1999): the
// log-likelihood ratio of three quarters of the rate to the rate, added up while
// it is above 0. It sees a slow decay that no window sees. It is advanced by days
// as they leave the ring, when late records are in, and runs over the ring anew at
// each close.
type chart struct {
	rate       float64 // of a day
	gain, loss float64 // of exposure, and of each contact
}

func (p *pace) chartOf() (c chart, ok bool) {
	if p.exposure < enough || p.total <= 0 {
		return c, false
	}
	c.rate = float64(p.total) / float64(p.exposure)
	week := 7 * c.rate
	spread := 1 + p.learned(7, week)*week // variance to mean of a week
	c.gain = (1 - chartedFall) * c.rate / spread
	c.loss = lnChartedFall / spread
	return c, true
}

// step adds a day, or several, of exposure x on which n was counted.
func (c chart) step(sum, x, n float64) float64 {
	return min(mostCharted, max(0, sum+c.gain*x+c.loss*n))
}

// decay looks for a slow fall.
func (p *pace) decay(v *view, k *look) {
	c, ok := p.chartOf()
	if !ok {
		return
	}
	sum, from := float64(p.charted), 0
	for i := 1; i < viewDays; i++ {
		if sum = c.step(sum, v.x[i], v.n[i]); sum == 0 {
			from = i
		}
	}
	if sum == 0 {
		return
	}
	w := viewDays - 1 - from
	n, seen := v.counted(viewDays-w, viewDays), v.exposure(viewDays-w, viewDays)
	t := term{kind: Drop, window: w, last: viewDays - w, from: 7 * c.rate, to: perWeek(n, seen)}
	k.see(lensChart, sum, t)
}
