package evidence

import (
	"firstsign/detector/series/seriestest"
	"testing"

	"firstsign/detector/series"
)

// By hand: two a day of one and one a day of another are three a day. Where the
// other's feed is dead the day counts for two thirds.
func TestUnionByHand(t *testing.T) {
	var u Union
	u.Reset(series.ViewDays)
	u.Take(seriestest.Flat(func(int) float64 { return 2 }), &series.Baseline{Total: 200, Exposure: 100})
	if u.Finish(seriestest.Day(0)) {
		t.Error("one series is a union")
	}
	other := seriestest.Flat(func(i int) float64 { return float64(1 - i/50 + i/51) }) // none on day 50
	other.X[50] = 0
	u.Take(seriestest.Summed(other), &series.Baseline{Total: 100, Exposure: 100})
	if !u.Finish(seriestest.Day(0)) {
		t.Fatal("two series are none")
	}
	v := &u.View
	near(t, "a day", v.X[10], 1, 1e-12)
	near(t, "contact", v.N[10], 3, 1e-12)
	near(t, "a day with a dead feed", v.X[50], 2.0/3, 1e-12)
	near(t, "contact then", v.N[50], 2, 1e-12)
	near(t, "all days", v.Exposure(0, series.ViewDays), series.ViewDays-1.0/3, 1e-12)
	if v.Last() != series.ViewDays-1 {
		t.Errorf("last contact %d", v.Last())
	}
}
