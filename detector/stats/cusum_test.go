package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// By hand, at two a day and no more spread than chance: a day adds a quarter of
// what was expected, 0.5, and takes ln(4/3) = 0.28768 for each that came. Never
// below 0, and never above its cap.
func TestCUSUMByHand(t *testing.T) {
	c := NewCUSUM(2, 1)
	sum := 0.0
	for i, day := range []struct{ n, sum float64 }{{0, 0.5}, {1, 0.71232}, {2, 0.63696}, {5, 0}, {0, 0.5}} {
		sum = c.Step(sum, 1, day.n)
		if math.Abs(sum-day.sum) > 1e-5 {
			t.Errorf("day %d: %g, want %g", i, sum, day.sum)
		}
	}
	near(t, "half a day", c.Step(1, 0.5, 0), 1.25, 1e-12)
	near(t, "blind", c.Step(1, 0, 0), 1, 1e-12)
	near(t, "variance four times the mean", NewCUSUM(2, 4).Step(1, 1, 0), 1.125, 1e-12)
	near(t, "cap", c.Step(0, 1e6, 0), MostCharted, 1e-12)
}

// At the rate itself the chart comes down, at three quarters of it and less it
// climbs: that is what it is made for.
func TestCUSUMClimbsBelowItsFall(t *testing.T) {
	c := NewCUSUM(4, 2)
	walk := func(n float64) (sum float64) {
		for range 100 {
			sum = c.Step(sum, 1, n)
		}
		return sum
	}
	if walk(4) != 0 {
		t.Errorf("at the rate: %g", walk(4))
	}
	if up, more := walk(3), walk(2); !(up > 5 && more > up) {
		t.Errorf("at three quarters %g, at half %g", up, more)
	}
}

func TestCUSUMIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewCUSUM(rapid.Float64Range(0, 1e6).Draw(t, "rate"), rapid.Float64Range(1, 1e6).Draw(t, "spread"))
		sum, x := rapid.Float64Range(0, MostCharted).Draw(t, "sum"), rapid.Float64Range(0, 500).Draw(t, "exposure")
		n := rapid.Float64Range(0, 1e6).Draw(t, "n")
		e := c.Step(sum, x, n)
		if !(e >= 0 && e <= MostCharted) {
			t.Fatalf("%g", e)
		}
		if more := c.Step(sum, x, n+1); more > e {
			t.Fatalf("%g, for one more %g", e, more)
		}
		if above := c.Step(min(MostCharted, sum+1), x, n); above < e {
			t.Fatalf("%g, from a higher place %g", e, above)
		}
	})
}
