package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// newSeries is one that began so many days ago, with contact on days of its
// own: 0 is the first.
func newSeries(age int, contact ...int) (*series.Series, *series.View) {
	s, v := &series.Series{First: signals.Day(series.ViewDays - 1 - age)}, &series.View{}
	for i := max(0, int(s.First)); i < series.ViewDays; i++ {
		v.X[i] = 1
	}
	for _, c := range contact {
		i := int(s.First) + c
		v.N[i], v.Seen = 1, v.Seen|1<<i
	}
	for i := range series.ViewDays {
		v.Cx[i+1], v.Cn[i+1] = v.Cx[i]+v.X[i], v.Cn[i]+v.N[i]
	}
	return s, v
}

// 27 days without contact, after the first: 3/8 * 27 = 10.125 were to be
// expected. Dispersion 2.8/27 + 1/9, k = 4.6552: k ln(1 + 10.125/k) = 5.378.
func TestCompareWithPeers(t *testing.T) {
	q := &series.Prior{Rate: 0.375, Shape: 9, Each: 1.5}
	s, v := newSeries(27, 0)
	got := ComparePeers(q, s, v)
	if math.Abs(got.Evidence-5.378) > 0.001 || got.Kind != Gap || !got.Peers || got.To != 27 || math.Abs(got.From-1/0.375) > 1e-9 {
		t.Errorf("%+v", got)
	}
	// Five contacts in the next ten days, then 17 days of silence: k = 14 in
	// 24 + 10 days, so 7 were to be expected of 17. Dispersion 2.8/17 + 1/14, k = 4.2363.
	s, v = newSeries(27, 0, 2, 4, 6, 8, 10)
	got = ComparePeers(q, s, v)
	k := 1 / (2.8/17 + 1.0/14)
	if want := k * math.Log(1+7/k); math.Abs(got.Evidence-want) > 1e-6 || got.To != 17 {
		t.Errorf("%+v, want %g nats", got, want)
	}
	s, v = newSeries(6, 0)
	if got := ComparePeers(q, s, v); got.Worth != 0 {
		t.Errorf("a week says something: %+v", got)
	}
}

// More contact never makes it worse, and nothing is without bounds.
func TestCompareIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := &series.Prior{
			Rate: float32(rapid.Float64Range(0.001, 1).Draw(t, "rate")), Shape: float32(rapid.Float64Range(0.25, 28).Draw(t, "shape")), Each: 1}
		age := rapid.IntRange(1, 56).Draw(t, "age")
		late := rapid.IntRange(max(1, age-13), age).Draw(t, "late")
		var contact []int
		for d := range age + 1 {
			if d != late && (d == 0 || rapid.Bool().Draw(t, "contact")) {
				contact = append(contact, d)
			}
		}
		of := func(contact ...int) Term {
			s, v := newSeries(age, contact...)
			return ComparePeers(q, s, v)
		}
		fewer, more := of(contact...), of(append(contact, late)...)
		if math.IsNaN(fewer.Worth) || fewer.Worth < 0 || fewer.Worth > stats.MaxNats {
			t.Fatalf("%+v", fewer)
		}
		if late > age-7 && more.Worth > fewer.Worth+1e-9 {
			t.Fatalf("contact on day %d of %d: %+v, without %+v", late, age, more, fewer)
		}
	})
}
