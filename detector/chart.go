package detector

import (
	"firstsign/detector/series"
)

// decay looks for a slow fall.
func decay(p *series.Baseline, v *series.View, k *look) {
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
	t := term{kind: Drop, window: w, last: series.ViewDays - w, from: 7 * c.Rate, to: perWeek(n, seen)}
	k.see(lensChart, sum, t)
}
