package stats

// Sample is a weighted mean and the sum of squares around it, updated value by
// value (West 1979; Chan, Golub, LeVeque 1983).
type Sample struct{ Weight, Mean, Spread, Days float64 }

// Add takes in a value with a weight.
func (s *Sample) Add(x, w float64) {
	d := x - s.Mean
	s.Spread += d * d * w * s.Weight / (w + s.Weight)
	s.Weight += w
	s.Mean += d * w / s.Weight
	s.Days++
}
