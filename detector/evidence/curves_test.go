package evidence

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Each shipped curve begins at nothing, rises, and has no steps.
func TestShippedCurvesRise(t *testing.T) {
	for l, c := range append(curves[:], shiftCurve) {
		if c[0] != [2]float64{} {
			t.Errorf("curve %d begins at %v", l, c[0])
		}
		for i := 1; i < len(c); i++ {
			if c[i][0] <= c[i-1][0] || c[i][1] <= c[i-1][1] {
				t.Errorf("curve %d does not rise to %v", l, c[i])
			}
			const little = 1e-9
			x := c[i][0]
			if a, b := c.Nats(x-little), c.Nats(x+little); math.Abs(a-c[i][1]) > 1e-6 || math.Abs(b-c[i][1]) > 1e-6 {
				t.Errorf("curve %d jumps at %v: %g, %g", l, c[i], a, b)
			}
		}
	}
}

// More of a measure never is less evidence.
func TestCurvesAreMonotone(t *testing.T) {
	all := append(curves[:], shiftCurve)
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.IntRange(0, len(all)-1).Draw(t, "curve")]
		x := rapid.Float64Range(-10, 1000).Draw(t, "measure")
		a, b := c.Nats(x), c.Nats(x+rapid.Float64Range(0, 100).Draw(t, "more"))
		if !(a >= 0 && b >= a) || math.IsInf(b, 0) {
			t.Fatalf("%g, with more %g", a, b)
		}
	})
}
