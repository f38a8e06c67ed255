package detector

// A curve turns a lens's measure into nats: how rarely a healthy account shows
// as much. It never falls; between its points and beyond the last it is straight.
type curve []knot

type knot struct{ measure, nats float64 }

// nats of a measure; 0 is 0.
func (c curve) nats(x float64) float64 {
	if x <= 0 {
		return 0
	}
	i := 1
	for i < len(c)-1 && c[i].measure < x {
		i++
	}
	a, b := c[i-1], c[i]
	return a.nats + (x-a.measure)*(b.nats-a.nats)/(b.measure-a.measure)
}
