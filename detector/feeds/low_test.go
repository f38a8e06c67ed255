package feeds

import (
	"testing"

	"firstsign/detector/series"
)

func TestLowStretches(t *testing.T) {
	const u = 100.0
	for _, c := range []struct {
		name  string
		got   []float64 // of the last days, u expected of each; below 0 not judged
		alone bool
		want  string // the last days: l low
	}{
		{"half on two days", []float64{u, u, 50, 50}, false, "..ll"},
		{"half on one day", []float64{u, u, u, 50}, false, "...."},
		{"half on two days, nobody to compare with", []float64{u, u, 50, 50}, true, "...."},
		{"half in a working week, nobody to compare with", []float64{u, 50, 50, 50, 50, 50}, true, ".lllll"},
		{"two thirds", []float64{67, 67, 67, 67}, false, "...."},
		{"a good day between", []float64{40, 40, 90, 40, 40}, false, "ll.ll"},
		{"a weekend between", []float64{u, 50, -1, -1, 50}, false, ".l..l"},
	} {
		var usual, got [series.ViewDays]float64
		judged, alone := uint64(1<<series.ViewDays-1), uint64(0)
		if c.alone {
			alone = judged
		}
		for k := range series.ViewDays {
			usual[k], got[k] = u, u
		}
		first := series.ViewDays - len(c.got)
		for i, g := range c.got {
			if got[first+i] = g; g < 0 {
				judged &^= 1 << (first + i)
			}
		}
		low, text := lowOf(&usual, &got, judged, alone), ""
		for k := first; k < series.ViewDays; k++ {
			text += string(".l"[low>>k&1])
		}
		if text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
	// From 20 contacts a day and a half of them, chance alone is not excluded.
	var usual, got [series.ViewDays]float64
	for k := range series.ViewDays {
		usual[k], got[k] = 20, 20
	}
	got[series.ViewDays-1], got[series.ViewDays-2] = 9, 11
	if low := lowOf(&usual, &got, 1<<series.ViewDays-1, 0); low != 0 {
		t.Errorf("low %x of 20 contacts", low)
	}
}
