package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/series/seriestest"
	"math"
	"testing"
)

// By hand. A share of 0.6 that becomes 0.36 has changed by ln 0.6 = -0.511.
// With 4 % around one share, over 10 before and 1 now, its variance is
// 0.05^2 (1 + 1/10) = 0.00275, for nobody estimates better than to 5 %.
func TestShareByHand(t *testing.T) {
	l := &series.Level{Mean: 600, Weight: 10, Spread: 9 * 24 * 24, Days: 10}
	s := &series.Series{First: -1000}
	s.SetLevel(l)
	s.Add(50, 360) // in a ring whose first day is 0
	v := &series.View{Seen: 1 << 50}
	v.N[50] = 360
	c, ok := shareChanged(s, v, 28, 29)
	if !ok {
		t.Fatal("not known")
	}
	near(t, "change", c.by, math.Log(0.6), 1e-9)
	near(t, "variance", c.variance, 0.0025*1.1, 1e-9)
	if _, ok := shareChanged(s, v, 6, 51); ok {
		t.Error("known of a window without any")
	}
	s.Add(55, 600) // on a day that is blind
	v.Seen |= 1 << 55
	if c, _ := shareChanged(s, v, 28, 29); math.Abs(c.by-math.Log(0.6)) > 1e-9 {
		t.Errorf("a share of a blind day counts as none: the change is %g", c.by)
	}
}

// By hand. 60 orders of 100 in 240 days of exposure, four days apart, are 7 in 28
// days; 2 came, and all before the guard as ever: ln(2.5/7.0..).
func TestPurchasesByHand(t *testing.T) {
	p := series.Baseline{Total: 6000, Exposure: 240, Days: 60}
	v := seriestest.Flat(func(i int) float64 {
		switch {
		case i == 40, i == 50, i <= 28 && i%4 == 1:
			return 100
		}
		return 0
	})
	c, ok := purchasesChanged(&p, v, 28, true)
	if !ok {
		t.Fatal("not known")
	}
	total := 60.0 + 6 // days 1, 5, 9, 13, 17 and 21 before the guard
	_, _, exposure := p.Reference(v, 28)
	near(t, "exposure", exposure, 240+21, 1e-9)
	expected := (total + 0.5) / 261 * 28
	near(t, "change", c.by, math.Log(2.5/expected), 1e-9)
	// Nothing learned: the usual spread of 0.1 is less than what so few orders
	// vary by themselves.
	near(t, "variance", c.variance, 1/(total+0.5)+(1/expected+1/2.5)/2, 1e-9)
}

func TestStories(t *testing.T) {
	for name, c := range map[string]struct {
		share, sales change
		cools        bool
		want         Verdict
	}{
		"share and sales by half":             {change{-0.7, 0.003}, change{-0.7, 0.06}, false, Defection},
		"share by half, sales not yet":        {change{-0.7, 0.003}, change{0, 0.06}, false, Defection},
		"share by half, sales by nine in ten": {change{-0.7, 0.003}, change{-2.3, 0.06}, false, ""},
		"sales by half":                       {change{0, 0.003}, change{-0.7, 0.06}, false, Downturn},
		"sales by half, share grows":          {change{0.2, 0.003}, change{-0.7, 0.06}, false, Downturn},
		"sales by a fifth, nobody knows":      {change{0, 0.003}, change{-0.22, 0.06}, false, ""},
		"sales by half, the share vague":      {change{-0.2, 0.06}, change{-0.7, 0.06}, false, ""},
		"nothing, and it cools":               {change{0, 0.003}, change{0, 0.06}, true, EarlyDefection},
		"more than ever, and it cools":        {change{0.3, 0.003}, change{0.4, 0.06}, true, EarlyDefection},
		"nothing":                             {change{0, 0.003}, change{0, 0.06}, false, ""},
		"sales by a fifth, and it cools":      {change{0, 0.003}, change{-0.22, 0.06}, true, ""},
		"the share vague, and it cools":       {change{0, 0.06}, change{0, 0.06}, true, ""},
	} {
		if got := story(c.share, c.sales, c.cools, FairlyStrong); got != c.want {
			d, u, s := likelihoods(c.share, c.sales)
			t.Errorf("%s: %q, want %q (defection %.2f, downturn %.2f, steady %.2f)", name, got, c.want, d, u, s)
		}
	}
	// ln 8 by hand: a share lower by 0.3 with a deviation of 0.1 is 4.5 nats from
	// steady and none from defection; sales that fell as much fit both.
	d, u, s := likelihoods(change{-0.3, 0.01}, change{-0.3, 0.09})
	near(t, "defection", d, 0, 1e-9)
	near(t, "downturn", u, -4.5, 1e-9)
	near(t, "steady", s, -4.5-0.5, 1e-9)
}
