package series_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"firstsign/detector/series"
)

// learned is what two years of days teach; came tells what was counted on each.
func learned(came func(day int) float64) *series.Baseline {
	var p series.Baseline
	for first := range 730 {
		v := &series.View{}
		for i := range series.ViewDays {
			v.X[i], v.N[i] = 1, came(first+i)
			if v.N[i] > 0 {
				v.Seen |= 1 << i
			}
			v.Cx[i+1], v.Cn[i+1] = v.Cx[i]+v.X[i], v.Cn[i]+v.N[i]
		}
		p.Learn(v, 1, true, false)
	}
	return &p
}

// Who comes every fortnight, give or take a day, is far more even than chance, whatever
// comes each time; who comes with the same chance every day is not, however often.
func TestEvenness(t *testing.T) {
	var fortnights, months [900]float64
	chance := rand.New(rand.NewPCG(9, 9))
	for d := 20; d < len(fortnights)-1; d += 14 {
		fortnights[d+chance.IntN(3)-1] = 1
	}
	for d := 20; d < len(months)-3; d += 30 {
		months[d+chance.IntN(7)-3] = 1
	}
	at := func(days []float64, each float64) func(int) float64 {
		return func(d int) float64 { return each * days[d] }
	}
	for _, c := range []struct {
		what  string
		p     *series.Baseline
		least float64
	}{
		{"every fortnight", learned(at(fortnights[:], 1)), 4},
		{"for a thousand", learned(at(fortnights[:], 1000)), 4},
		{"every month", learned(at(months[:], 1)), 2.5},
	} {
		if got := c.p.Evenness(); got < c.least {
			t.Errorf("%s: %.2f, at least %g is right", c.what, got, c.least)
		}
	}
	for _, rate := range []float64{0.03, 0.1, 0.5, 0.9} {
		sum, n := 0.0, 60
		for range n {
			var days [900]float64
			for d := range days {
				if chance.Float64() < rate {
					days[d] = 1
				}
			}
			sum += learned(at(days[:], 1)).Evenness()
		}
		if mean := sum / float64(n); mean > 1.6 {
			t.Errorf("by chance, %g a day: %.2f", rate, mean)
		}
	}
	if got := (&series.Baseline{}).Evenness(); got != 1 {
		t.Errorf("nothing known: %g", got)
	}
}

// Who comes every two months is left with 3 days that are known when the account is seldom in
// touch, and with what a half-life leaves else: at most 180/ln 2/60 = 4.3 days just after
// contact and half a day less before. The rate stays the same.
func TestSeldomIsNotForgotten(t *testing.T) {
	of := func(every int, seldom bool) series.Baseline {
		var p series.Baseline
		for day := range 8 * 365 {
			v := &series.View{}
			v.X[0] = 1
			if day%every == 0 {
				v.N[0] = 1
			}
			v.Seen = 1<<1 | uint64(v.N[0]) // contact later: the silence has ended
			p.Learn(v, 1, true, seldom)
		}
		return p
	}
	for _, c := range []struct {
		every     int
		days, not float64 // in the end, of who is seldom in touch and of who is not
	}{{60, 3.7, 3.7}, {180, 3, 1.2}, {365, 3, 0.5}} {
		p, q := of(c.every, true), of(c.every, false)
		if math.Abs(float64(p.Days)-c.days) > 0.6 || math.Abs(float64(q.Days)-c.not) > 0.6 {
			t.Errorf("every %d days: %.2f days are known, without it %.2f, want about %g and %g", c.every, p.Days, q.Days, c.days, c.not)
		}
		if rate := float64(p.Days / p.Exposure); rate < 0.7/float64(c.every) || rate > 1.5/float64(c.every) {
			t.Errorf("every %d days: a rate of %.4f", c.every, rate)
		}
	}
}
