package detector

import (
	"firstsign/detector/stats"
)

// chartOf returns the sequential chart of a series' learned rate; not ok while
// there is no habit yet. It is advanced by days as they leave the ring, when late
// records are in, and runs over the ring anew at each close.
func (p *pace) chartOf() (c stats.CUSUM, ok bool) {
	if p.exposure < enough || p.total <= 0 {
		return c, false
	}
	rate := float64(p.total) / float64(p.exposure)
	week := 7 * rate
	spread := 1 + p.learned(7, week)*week // variance to mean of a week
	return stats.NewCUSUM(rate, spread), true
}

// decay looks for a slow fall.
func (p *pace) decay(v *view, k *look) {
	c, ok := p.chartOf()
	if !ok {
		return
	}
	sum, from := float64(p.charted), 0
	for i := 1; i < viewDays; i++ {
		if sum = c.Step(sum, v.x[i], v.n[i]); sum == 0 {
			from = i
		}
	}
	if sum == 0 {
		return
	}
	w := viewDays - 1 - from
	n, seen := v.counted(viewDays-w, viewDays), v.exposure(viewDays-w, viewDays)
	t := term{kind: Drop, window: w, last: viewDays - w, from: 7 * c.Rate, to: perWeek(n, seen)}
	k.see(lensChart, sum, t)
}
