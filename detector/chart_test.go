package detector

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// chartAt is the chart of a rate, and of a variance that is spread times the mean.
func chartAt(rate, spread float64) chart {
	return chart{rate: rate, gain: rate / 4 / spread, loss: math.Log(0.75) / spread}
}

// By hand, at two a day and no more spread than chance: a day adds a quarter of
// what was expected, 0.5, and takes ln(4/3) = 0.28768 for each that came. Never
// below 0, and never above its cap.
func TestChartByHand(t *testing.T) {
	c := chartAt(2, 1)
	sum := 0.0
	for i, day := range []struct{ n, sum float64 }{{0, 0.5}, {1, 0.71232}, {2, 0.63696}, {5, 0}, {0, 0.5}} {
		sum = c.step(sum, 1, day.n)
		if math.Abs(sum-day.sum) > 1e-5 {
			t.Errorf("day %d: %g, want %g", i, sum, day.sum)
		}
	}
	near(t, "half a day", c.step(1, 0.5, 0), 1.25, 1e-12)
	near(t, "blind", c.step(1, 0, 0), 1, 1e-12)
	near(t, "variance four times the mean", chartAt(2, 4).step(1, 1, 0), 1.125, 1e-12)
	near(t, "cap", c.step(0, 1e6, 0), mostCharted, 1e-12)
}

// 200 in 100 days are 14 a week; with the dispersion of 0.5 that is assumed of
// a series that was never compared with itself, the variance of a week is
// 1 + 0.5*14 = 8 times its mean. After 52 days as ever, four without any: 4*0.5/8.
func TestDecayByHand(t *testing.T) {
	p := pace{total: 200, exposure: 100, days: 100}
	v := flat(func(i int) float64 {
		if i > 52 {
			return 0
		}
		return 2
	})
	k, _ := looked(p, v)
	near(t, "chart", k.measure[lensChart], 0.25, 1e-12)
	x := k.term[lensChart]
	if x.kind != Drop || x.window != 4 || x.last != 53 || x.from != 14 || x.to != 0 {
		t.Errorf("term %+v", x)
	}
	p.charted = 3 // where it stood when the ring began: 52 days take 0.0754/8 each
	k, _ = looked(p, v)
	near(t, "from where it stood", k.measure[lensChart], 3+0.25+52*(0.5+2*math.Log(0.75))/8, 1e-6)
	if k, _ := looked(pace{total: 50, exposure: 27}, v); k.measure[lensChart] != 0 {
		t.Errorf("before four weeks: %g", k.measure[lensChart])
	}
}

// At the rate itself the chart comes down, at three quarters of it and less it
// climbs: that is what it is made for.
func TestChartClimbsBelowItsFall(t *testing.T) {
	c := chartAt(4, 2)
	walk := func(n float64) (sum float64) {
		for range 100 {
			sum = c.step(sum, 1, n)
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

func TestChartIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chartAt(rapid.Float64Range(0, 1e6).Draw(t, "rate"), rapid.Float64Range(1, 1e6).Draw(t, "spread"))
		sum, x := rapid.Float64Range(0, mostCharted).Draw(t, "sum"), rapid.Float64Range(0, 500).Draw(t, "exposure")
		n := rapid.Float64Range(0, 1e6).Draw(t, "n")
		e := c.step(sum, x, n)
		if !(e >= 0 && e <= mostCharted) {
			t.Fatalf("%g", e)
		}
		if more := c.step(sum, x, n+1); more > e {
			t.Fatalf("%g, for one more %g", e, more)
		}
		if above := c.step(min(mostCharted, sum+1), x, n); above < e {
			t.Fatalf("%g, from a higher place %g", e, above)
		}
	})
}
