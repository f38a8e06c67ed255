package evidence

import (
	"firstsign/detector/series/seriestest"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
)

// By hand: 100 learned days with 50 orders of 1,000 each, then as before until
// day 21 and nothing since. The unit is what a day with any brings, 1,000, so the
// fall is that of the number of orders.
func TestShrinkByHand(t *testing.T) {
	p := series.Baseline{Total: 50_000, Exposure: 100, Days: 50}
	orders := series.Baseline{Total: 50, Exposure: 100, Days: 50}
	every := func(n float64) *series.View {
		return seriestest.Flat(func(i int) float64 {
			if i <= 21 && i%2 == 1 {
				return n
			}
			return 0
		})
	}
	var amounts, counts Measurements
	Shrunk(&p, every(1000), &amounts)
	Fall(&orders, every(1), 1, false, &counts)
	for _, l := range []statistic{statSilence, statGap, statDays28, statDrop28, statDrop56} {
		near(t, "measure", amounts.Measure[l], counts.Measure[l], 1e-9)
	}
	x, ok := Shrunk(&p, seriestest.Flat(func(i int) float64 { return 100 * float64(i%2) }), &amounts) // a tenth of what it was
	if !ok || x.Kind != Shrink || x.From < 3000 || x.To > 400 {
		t.Errorf("term %+v", x)
	}
}

// Three days with any are no habit.
func TestShrinkNeedsAHabit(t *testing.T) {
	var k Measurements
	if _, ok := Shrunk(&series.Baseline{Total: 300, Exposure: 100, Days: 3}, seriestest.Flat(func(int) float64 { return 0 }), &k); ok {
		t.Error("judged")
	}
}

// One large order is not a hundred small ones: what is kept in cents is as much
// evidence as what is kept in whole yuan, as long as a day's amount is many
// steps.
func TestShrinkDoesNotDependOnTheCurrency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, v := seriestest.Any(t, 6)
		const large = 1 << 24
		scaled := func(by float32) (series.Baseline, *series.View) {
			q, w := p, *v
			q.Total *= by
			for i := range series.Spans {
				q.Excess[i] *= by * by
				q.Square[i] *= by * by
			}
			for i := range w.N {
				w.N[i] *= float64(by)
			}
			return q, seriestest.Summed(&w)
		}
		a, va := scaled(large)
		b, vb := scaled(large * 128)
		var ka, kb Measurements
		x, _ := Shrunk(&a, va, &ka)
		y, _ := Shrunk(&b, vb, &kb)
		if d := x.Worth - y.Worth; d > 0.02 || d < -0.02 {
			t.Fatalf("%g in yuan, %g in cents\n%v\n%v", x.Worth, y.Worth, ka.Measure, kb.Measure)
		}
	})
}
