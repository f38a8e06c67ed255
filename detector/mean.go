package detector

// sample is a weighted mean and the spread around it.
type sample struct{ weight, mean, spread, days float64 }

func (s *sample) add(x, w float64) {
	d := x - s.mean
	s.spread += d * d * w * s.weight / (w + s.weight)
	s.weight += w
	s.mean += d * w / s.weight
	s.days++
}
