// Package seriestest answers: which series do tests judge?
package seriestest

import (
	"math"
	"math/rand/v2"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Day is day n after Monday, 5 January 2026.
func Day(n int) signals.Day { return monday + signals.Day(n) }

const monday signals.Day = 20458

// Flat is a view of even exposure 1 with n a day on some days.
func Flat(contact func(i int) float64) *series.View {
	v := &series.View{Lo: Day(0)}
	for i := range series.ViewDays {
		v.X[i], v.N[i] = 1, contact(i)
	}
	return Summed(v)
}

// Summed brings what a view derives from its days up to date.
func Summed(v *series.View) *series.View {
	v.Seen = 0
	for i := range series.ViewDays {
		if v.N[i] != 0 {
			v.Seen |= 1 << i
		}
		v.Cx[i+1], v.Cn[i+1] = v.Cx[i]+v.X[i], v.Cn[i]+v.N[i]
	}
	return v
}

// Less is v with only part of what was counted on day i; 0 is no contact.
func Less(v *series.View, i int, part float64) *series.View {
	w := *v
	w.N[i] = math.Floor(w.N[i] * part)
	return Summed(&w)
}

// Any is any past that can have been learned, and any 57 days after it:
// lively or sparse, with days of which nothing is known. A day brings up to so
// many digits.
func Any(t *rapid.T, digits float64) (p series.Baseline, v *series.View) {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	part := rapid.Float64Range(0, 1).Draw(t, "part of days with contact")
	most := math.Pow(10, rapid.Float64Range(0, digits).Draw(t, "digits"))
	blind := rapid.Float64Range(0, 0.5).Draw(t, "part of days that are blind")
	v = &series.View{Lo: Day(0)}
	for i := range series.ViewDays {
		if rng.Float64() < blind {
			continue
		}
		v.X[i] = float64(1+rng.IntN(255)) / 50
		if rng.Float64() < part {
			v.N[i] = math.Ceil(most * rng.Float64())
		}
	}
	exposure := rapid.Float64Range(0, 500).Draw(t, "exposure")
	p.Exposure, p.Days = float32(exposure), float32(exposure*rng.Float64())
	p.Total = p.Days * float32(most*rng.Float64())
	p.Charted = float32(stats.MostCharted * rng.Float64())
	if rng.IntN(2) == 0 {
		p.Silent = float32(1000 * rng.Float64())
	}
	for i, w := range series.Spans {
		m := float64(w) * most * rng.Float64()
		p.Square[i] = float32(m * m * rng.Float64())
		p.Excess[i] = float32(m*m*rng.Float64()*rng.Float64() - m)
	}
	return p, Summed(v)
}
