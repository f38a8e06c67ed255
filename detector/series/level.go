package series

import "math"

// Level is what was learned of a score, and how many observations each day of
// the ring rests on.
type Level struct {
	Mean, Weight, Spread, Days float32
	seen                       ring // one less than Seen
}

// Seen is how many observations there were on an active day of the ring.
func (l *Level) Seen(i int) int64 { return l.seen.At(i) + 1 }

// keptOfDay is what is kept of a level for each day that it learns.
var keptOfDay = math.Exp(-math.Ln2 / HalfLife)

// Learn takes in the leaving day's mean, weighted by what it rests on. The
// spread is that of one observation, from the means of days, so that what
// several observations of a day have in common counts as spread (Chan, Golub,
// LeVeque 1983 for the update).
func (l *Level) Learn(s *Series, v *View, weight float64) {
	if v.X[0] == 0 && v.N[0] == 0 || v.Seen&1 == 0 {
		return
	}
	n := float64(l.Seen(Slot(v.Lo)))
	mean := v.N[0] / n
	keep := keptOfDay
	n *= weight
	old := float64(l.Weight) * keep
	d := mean - float64(l.Mean)
	l.Spread = float32(float64(l.Spread)*keep + d*d*n*old/(n+old))
	l.Mean += float32(d * n / (n + old))
	l.Weight = float32(old + n)
	l.Days = float32(float64(l.Days)*keep + weight)
}

// Fade is the same of the days a level rests on.
func (l *Level) Fade() {
	if l.Days <= FadedWorth {
		return
	}
	part := FadedWorth / l.Days
	l.Weight, l.Spread, l.Days = l.Weight*part, l.Spread*part, FadedWorth
}
