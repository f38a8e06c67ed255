package detector

import "math"

// level is what was learned of a score, and how many observations each day of
// the ring rests on.
type level struct {
	mean, weight, spread, days float32
	seen                       ring
}

// learn takes in the leaving day's mean, weighted by what it rests on. The
// spread is that of one observation, from the means of days, so that what
// several observations of a day have in common counts as spread (Chan, Golub,
// LeVeque 1983 for the update).
func (l *level) learn(s *series, v *view, weight float64) {
	if v.x[0] == 0 && v.n[0] == 0 || v.seen&1 == 0 {
		return
	}
	n := float64(l.seen.at(slot(v.lo)))
	mean := v.n[0] / n
	keep := math.Exp(-math.Ln2 / halfLife)
	n *= weight
	old := float64(l.weight) * keep
	d := mean - float64(l.mean)
	l.spread = float32(float64(l.spread)*keep + d*d*n*old/(n+old))
	l.mean += float32(d * n / (n + old))
	l.weight = float32(old + n)
	l.days = float32(float64(l.days)*keep + weight)
}

// fade is the same of the days a level rests on.
func (l *level) fade() {
	if l.days <= fadedWorth {
		return
	}
	part := fadedWorth / l.days
	l.weight, l.spread, l.days = l.weight*part, l.spread*part, fadedWorth
}
