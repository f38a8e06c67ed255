package activity

import (
	"testing"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Half of the most is forgotten in two years, however much it was.
func TestActivityIsForgotten(t *testing.T) {
	for _, every := range []int{1, 3, 7} {
		var x Activity
		day := signals.Day(20458)
		for i := range 200 {
			x.Learn(day, i%every == 0)
			day++
		}
		before := float64(x.best) / quarters
		for range 730 + series.JudgedDays {
			x.Learn(day, false)
			day++
		}
		if part := float64(x.best) / quarters / before; part < 0.45 || part > 0.56 {
			t.Errorf("contact every %d days: of %g is left %.2f after two years, want a half", every, before, part)
		}
	}
}

// A silent account does not become active because all that it ever did is forgotten.
func TestSilentAccountStaysDormant(t *testing.T) {
	var x Activity
	day := signals.Day(20458)
	for i := range 200 {
		x.Learn(day, i%10 == 0)
		day++
	}
	for i := range 20 * 365 {
		x.Learn(day, false)
		if day++; i > dormantAfter && !x.Dormant(0) {
			t.Fatalf("active after %d silent days", i)
		}
	}
}

// Who comes once in two weeks is seldom in touch, who comes twice a week is not, and is not
// for the months in which that is remembered.
func TestSeldom(t *testing.T) {
	for every, want := range map[int]bool{14: true, 3: false} {
		var x Activity
		day := signals.Day(20458)
		for i := range 400 {
			x.Learn(day, i < 200 && i%every == 0)
			day++
		}
		if x.Seldom() != want {
			t.Errorf("contact every %d days: seldom is %v", every, x.Seldom())
		}
	}
}
