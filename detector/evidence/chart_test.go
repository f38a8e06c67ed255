package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
)

// 200 in 100 days are 14 a week; with the dispersion of 0.5 that is assumed of
// a series that was never compared with itself, the variance of a week is
// 1 + 0.5*14 = 8 times its mean. After 52 days as ever, four without any: 4*0.5/8.
func TestDecayByHand(t *testing.T) {
	p := series.Baseline{Total: 200, Exposure: 100, Days: 100}
	v := seriestest.Flat(func(i int) float64 {
		if i > 52 {
			return 0
		}
		return 2
	})
	var k Measurements
	decay(&p, v, &k)
	near(t, "chart", k.Measure[statChart], 0.25, 1e-12)
	x := k.term
	if x.Kind != Drop || x.Window != 4 || x.Last != 53 || x.From != 14 || x.To != 0 {
		t.Errorf("term %+v", x)
	}
	p.Charted = 3 // where it stood when the ring began: 52 days take 0.0754/8 each
	k, _ = looked(p, v)
	near(t, "from where it stood", k.Measure[statChart], 3+0.25+52*(0.5+2*math.Log(0.75))/8, 1e-6)
	if k, _ := looked(series.Baseline{Total: 50, Exposure: 27}, v); k.Measure[statChart] != 0 {
		t.Errorf("before four weeks: %g", k.Measure[statChart])
	}
}

// To begin where the chart surely came down to 0 gives the same bits as to run it over all
// days, and the same day since which it is above 0.
func TestChartMayBeginWhereItIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := seriestest.Any(t, rapid.SampledFrom([]float64{0.5, 2, 12}).Draw(t, "digits"))
		p.Exposure += series.Enough
		if rapid.Bool().Draw(t, "goes on as ever") {
			p.Total = p.Exposure * float32(v.Counted(1, series.ViewDays)/max(1, v.Exposure(1, series.ViewDays)))
		}
		var k Measurements
		decay(&p, v, &k)
		c, ok := p.ChartOf()
		if !ok {
			return
		}
		sum, from := float64(p.Charted), 0
		for i := 1; i < series.ViewDays; i++ {
			if sum = c.Step(sum, v.X[i], v.N[i]); sum == 0 {
				from = i
			}
		}
		if k.Measure[statChart] != sum || sum > 0 && k.term.Last != from+1 {
			t.Fatalf("%g since day %d, want %g since %d", k.Measure[statChart], k.term.Last-1, sum, from)
		}
	})
}
