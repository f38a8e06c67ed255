package stats

import (
	"testing"
)

// By hand: half way between two points, and as steep beyond the last as before.
func TestCurveByHand(t *testing.T) {
	c := Curve{{0, 0}, {2, 1}, {4, 4}}
	for _, x := range []struct{ measure, Nats float64 }{
		{-3, 0}, {0, 0}, {1, 0.5}, {2, 1}, {3, 2.5}, {4, 4}, {6, 7},
	} {
		near(t, "nats", c.Nats(x.measure), x.Nats, 1e-12)
	}
}
