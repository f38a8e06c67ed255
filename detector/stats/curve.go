package stats

// Curve turns a measure into nats: how rarely a healthy account shows as much.
// Its points are pairs of a measure and its nats. Both rise; between points and
// beyond the last the curve is straight.
type Curve [][2]float64

// Nats returns the nats of a measure; 0 of nothing.
func (c Curve) Nats(x float64) float64 {
	if x <= 0 {
		return 0
	}
	i := 1
	for i < len(c)-1 && c[i][0] < x {
		i++
	}
	a, b := c[i-1], c[i]
	return a[1] + (x-a[0])*(b[1]-a[1])/(b[0]-a[0])
}
