package evidence

import (
	"firstsign/detector/series"
)

// decay looks for a slow fall.
func decay(p *series.Baseline, v *series.View, k *Measurements) {
	c, ok := p.ChartOf()
	if !ok {
		return
	}
	sum, from := float64(p.Charted), 0
	for i := 1; i < series.ViewDays; i++ {
		if sum = c.Step(sum, v.X[i], v.N[i]); sum == 0 {
			from = i
		}
	}
	if sum == 0 {
		return
	}
	w := series.ViewDays - 1 - from
	n, seen := v.Counted(series.ViewDays-w, series.ViewDays), v.Exposure(series.ViewDays-w, series.ViewDays)
	t := Term{Kind: Drop, Window: w, Last: series.ViewDays - w, From: 7 * c.Rate, To: PerWeek(n, seen)}
	k.see(statChart, sum, t)
}
