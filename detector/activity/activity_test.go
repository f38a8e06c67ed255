package activity

import (
	"testing"

	"firstsign/detector/series"
	"firstsign/signals"
)

func TestActivityIsForgotten(t *testing.T) {
	var x Activity
	day := signals.Day(20458)
	for range 200 {
		x.Learn(day, true)
		day++
	}
	if most := float64(x.best) / quarters; most < 55 {
		t.Fatalf("the most of daily contact is %g", most)
	}
	for range 730 + series.JudgedDays {
		x.Learn(day, false)
		day++
	}
	if most := float64(x.best) / quarters; most < 24 || most > 28 {
		t.Errorf("after two years it is %g, want a little less than half", most)
	}
}
