package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestExceedance(t *testing.T) {
	// Between 10 and 14 nats the years grow tenfold, from 14 to 16 hundredfold.
	curve := Exceedance{{10, 1}, {14, 10}, {16, 1000}}
	for _, c := range []struct {
		name            string
		Curve           Exceedance
		evidence, years float64
	}{
		{"a point", curve, 14, 10},
		{"between two", curve, 12, math.Sqrt(10)},
		{"between the last two", curve, 15, 100},
		{"below the first", curve, 6, 0.1},
		{"beyond the last", curve, 17, 1e4},
		{"shipped", nil, 3.5, 1},
		{"shipped, in points", ShippedExceedance(), 6, 10},
		{"one point is no curve", curve[:1], 3.5, 1},
	} {
		if got := c.Curve.Years(c.evidence); math.Abs(got/c.years-1) > 1e-9 {
			t.Errorf("%s: %v nats are once in %v years, want %v", c.name, c.evidence, got, c.years)
		}
		if got := c.Curve.Evidence(c.years); math.Abs(got-c.evidence) > 1e-9 {
			t.Errorf("%s: once in %v years are %v nats, want %v", c.name, c.years, got, c.evidence)
		}
	}
	if got := curve.Years(300); got != greatestRisk {
		t.Errorf("300 nats are once in %v years, want %v", got, greatestRisk)
	}
}

// More evidence never is less risk, whatever the curve.
func TestExceedanceRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var curve Exceedance
		p := ExceedancePoint{rapid.Float64Range(-5, 10).Draw(t, "first"), rapid.Float64Range(0.01, 2).Draw(t, "years")}
		for range rapid.IntRange(0, 9).Draw(t, "points") {
			curve = append(curve, p)
			p.Evidence += rapid.Float64Range(0.1, 10).Draw(t, "more evidence")
			p.Years *= rapid.Float64Range(1.01, 20).Draw(t, "rarer")
		}
		a := rapid.Float64Range(0, 80).Draw(t, "a")
		b := a + rapid.Float64Range(0, 20).Draw(t, "more")
		if lo, hi := curve.Years(a), curve.Years(b); hi < lo {
			t.Fatalf("%v: %v nats once in %v years, %v once in %v", curve, a, lo, b, hi)
		}
		if y := curve.Years(a); y < greatestRisk && math.Abs(curve.Evidence(y)-a) > 1e-6 {
			t.Fatalf("%v: %v nats are %v years are %v nats", curve, a, y, curve.Evidence(y))
		}
	})
}
