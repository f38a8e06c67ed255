package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// An event that the portfolio shows once in 1000 days, and this account never
// in 500: a gamma prior of one event in 1000 and 500 more days of nothing make
// the mean of 7 days m = 7/1500, with a dispersion of 1 and the clustering 8,
// so k = 1/9: P(at least one) = 1-(k/(k+m))^k.
func TestIncidentByHand(t *testing.T) {
	p := series.Baseline{Exposure: 451}
	v := seriestest.Flat(func(int) float64 { return 0 })
	x, _ := BadNews(&p, v, 0.001, Arrived{1, 1})
	k, m := 1.0/9, 7.0/1500
	near(t, "one event", x.Evidence, -math.Log(1-math.Pow(k/(k+m), k)), 1e-6)
	if x.Window != 7 || x.To != 1 {
		t.Errorf("term %+v", x)
	}
	near(t, "usual", x.From, m, 1e-6)
	if x, _ := BadNews(&p, v, 0.001, Arrived{0, 1}); x.Evidence != 0 {
		t.Errorf("no event: %+v", x)
	}
	if _, ok := BadNews(&p, v, 0, Arrived{1, 1}); ok {
		t.Error("judged without a portfolio")
	}
}

// One more piece of bad news never is less evidence; what is common among the
// others, or was before, never is more.
func TestIncidentIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		peers := math.Pow(10, rapid.Float64Range(-6, 0).Draw(t, "digits"))
		now := float64(rapid.IntRange(0, 100).Draw(t, "now"))
		p := series.Baseline{Exposure: float32(rapid.Float64Range(0, 500).Draw(t, "exposure")), Total: float32(rapid.Float64Range(0, 50).Draw(t, "before"))}
		v := seriestest.Flat(func(int) float64 { return float64(rapid.IntRange(0, 20).Draw(t, "n") / 20) })
		x, ok := BadNews(&p, v, peers, Arrived{now, 1})
		if !ok || !(x.Evidence >= 0 && x.Evidence <= stats.MaxNats) {
			t.Fatalf("%+v", x)
		}
		if more, _ := BadNews(&p, v, peers, Arrived{now + 1, 1}); more.Evidence < x.Evidence-1e-9 {
			t.Fatalf("%+v, with one more %+v", x, more)
		}
		if common, _ := BadNews(&p, v, 2*peers, Arrived{now, 1}); common.Evidence > x.Evidence+1e-9 {
			t.Fatalf("%+v, where it is common %+v", x, common)
		}
		p.Total++
		if used, _ := BadNews(&p, v, peers, Arrived{now, 1}); used.Evidence > x.Evidence+1e-9 {
			t.Fatalf("%+v, where it came before %+v", x, used)
		}
	})
}

// Without bad news in the windows nothing of a view is read but the days with contact.
func TestNoNewsNeedsNoCounts(t *testing.T) {
	p := series.Baseline{Total: 3, Exposure: 300}
	old := seriestest.Flat(func(int) float64 { return 0 })
	old.Seen = 1 << (series.ViewDays - 29)
	if AnyNews(old, 0) || !AnyNews(old, 1) {
		t.Error("news on arrival only")
	}
	if x, ok := BadNews(&p, old, 0.001, Arrived{}); !ok || x != (Term{Kind: Incident}) {
		t.Errorf("%+v, %v", x, ok)
	}
	if old.Seen <<= 1; !AnyNews(old, 0) {
		t.Error("the first day of the window is in it")
	}
}
