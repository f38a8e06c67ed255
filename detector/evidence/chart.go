package evidence

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// decay looks for a slow fall.
func decay(p *series.Baseline, v *series.View, k *Measurements) {
	c, ok := p.ChartOf()
	if !ok {
		return
	}
	sum, from := float64(p.Charted), emptied(&c, float64(p.Charted), v)
	if from > 0 {
		sum = 0
	}
	for i := from + 1; i < series.ViewDays; i++ {
		if sum = c.Step(sum, v.X[i], v.N[i]); sum == 0 {
			from = i
		}
	}
	if sum == 0 {
		return
	}
	if k.see(statChart, sum) {
		w := series.ViewDays - 1 - from
		n, seen := v.Counted(series.ViewDays-w, series.ViewDays), v.Exposure(series.ViewDays-w, series.ViewDays)
		k.term = Term{Kind: Drop, Window: w, Last: series.ViewDays - w, From: 7 * c.Rate, To: PerWeek(n, seen)}
	}
}

// emptied is a late day of a view on which the chart surely came down to 0, whatever it
// adds up before; 0 when there is none. It is the day after which the walk that the chart
// follows stands lowest, by more than the error of its sums, and below where it began.
// Each of the chart's days must wait for the one before, these need not.
func emptied(c *stats.CUSUM, sum float64, v *series.View) (day int) {
	const last = series.ViewDays - 1
	surely := surelyLower * (sum + c.Walk(v.Cx[last+1], 0) - c.Walk(0, v.Cn[last+1]))
	lowest := math.Inf(1)
	for m := v.Seen &^ 1; m != 0; { // it falls on days with contact only
		i := bits.Len64(m) - 1
		m &^= 1 << i
		if walked := c.Walk(v.Cx[i+1], v.Cn[i+1]); walked < lowest+surely {
			lowest, day = walked, i
		}
	}
	if lowest+surely < c.Walk(v.Cx[1], v.Cn[1])-sum {
		return day
	}
	return 0
}

// surelyLower is far more than the relative error of a sum over the days of a view.
const surelyLower = 1e-9
