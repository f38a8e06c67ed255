package detector

// decay looks for a slow fall.
func decay(p *pace, v *view, k *look) {
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
