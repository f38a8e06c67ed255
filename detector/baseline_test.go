package detector

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
)

// Method of moments by hand: ten a day on every other day is 30 or 40 over 7
// days, where 35 are to be expected; each window counts for a seventh.
func TestDispersionByHand(t *testing.T) {
	p := series.Baseline{Total: 5000, Exposure: 1000, Days: 500}
	v := seriestest.Flat(func(i int) float64 { return 10 * float64(i%2) })
	p.LearnDispersion(v, 1)
	m := 7 * (5000 + 30) / (1000 + 7.0)
	near(t, "excess", float64(p.Excess[0]), ((30-m)*(30-m)-m)/7, 1e-6)
	near(t, "square", float64(p.Square[0]), m*m/7, 1e-6)
	// Two windows of the prior stand beside a seventh of one.
	want := (float64(p.Excess[0]) + 2*m*m*series.PriorDispersion) / (float64(p.Square[0]) + 2*m*m)
	near(t, "dispersion", p.Dispersion(14, 2*m), want, 1e-12)
}

// A silence that has ended is part of the past, one that goes on is not.
func TestReferenceByHand(t *testing.T) {
	p := series.Baseline{Total: 10, Exposure: 50, Days: 8, Silent: 30}
	total, days, exposure := p.Reference(seriestest.Flat(func(i int) float64 { return float64(i / 20 * 3) }), 28) // from day 20 on
	near(t, "total", total, 10+2*3, 1e-12)                                                                        // days 20 and 21
	near(t, "days", days, 8+2, 1e-12)
	near(t, "exposure", exposure, 50+30+21, 1e-12)
	_, _, exposure = p.Reference(seriestest.Flat(func(int) float64 { return 0 }), 28)
	near(t, "while it goes on", exposure, 50+21, 1e-12)
}

// What is learned is finite and forgotten: no day makes the past grow without
// bound, and none makes it negative.
func TestLearnedIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := seriestest.Any(t, 6)
		for range 3 {
			p.Learn(v, rapid.SampledFrom([]float64{1, series.EpisodeWeight}).Draw(t, "weight"), true, rapid.Bool().Draw(t, "seldom"))
		}
		for _, x := range []float32{p.Total, p.Exposure, p.Days, p.Silent, p.Charted, p.Square[0], p.Square[1]} {
			if !(x >= 0) || math.IsInf(float64(x), 0) {
				t.Fatalf("%+v", p)
			}
		}
		for _, w := range []int{7, 14, 28, 56} {
			if d := p.Dispersion(w, rapid.Float64Range(0, 1e6).Draw(t, "expected")); !(d > 0) || math.IsInf(d, 0) {
				t.Fatalf("dispersion %g of %+v", d, p)
			}
		}
	})
}
