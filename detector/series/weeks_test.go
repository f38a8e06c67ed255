package series

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/signals"
)

// anyPast is what can be kept of a series.
func anyPast(t *rapid.T) *pastSeries {
	p := &pastSeries{
		weeks: rapid.IntRange(0, KeptWeeks).Draw(t, "weeks"), known: rapid.IntRange(0, 6).Draw(t, "known"), mean: rapid.Bool().Draw(t, "mean"),
		seen: 0, sum: rapid.Int64Range(0, 1<<40).Draw(t, "sum"),
	}
	if p.mean {
		p.sum, p.seen = p.sum-1<<39, rapid.Int64Range(0, 1<<30).Draw(t, "seen")
	}
	all := uint32(1)<<p.weeks - 1
	p.unknown = rapid.Uint32().Draw(t, "unknown") & all
	p.partly = rapid.Uint32().Draw(t, "partly") & all &^ p.unknown
	width := rapid.IntRange(0, 46).Draw(t, "bits")
	for i := range p.values[:p.weeks] {
		p.values[i] = rapid.Int64Range(0, 1<<width-1).Draw(t, "value")
		if p.mean && rapid.Bool().Draw(t, "below 0") {
			p.values[i] *= -1
		}
	}
	return p
}

// What is read is what was written, small values exactly and great ones rounded together
// with the greatest. Written and read again, nothing changes any more.
func TestWeeksRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, got, again := anyPast(t), &pastSeries{}, &pastSeries{}
		b := p.append(nil)
		r := Reader{Rest: b}
		got.read(&r)
		again.read(&Reader{Rest: got.append(nil)})
		if err := r.End(); err != nil || *again != *got {
			t.Fatalf("%v; %+v is read again as %+v", err, got, again)
		}
		if at, size := Weeks(b).sumOf(); size != len(b) || at >= size {
			t.Fatalf("%d bytes are %d", len(b), size)
		}
		greatest := 0.0
		for _, v := range p.values {
			greatest = max(greatest, math.Abs(float64(v)))
		}
		exact, part := 255.0, 255.0
		if p.mean {
			exact, part = 127, 127
		}
		for i, v := range p.values {
			off := math.Abs(float64(got.values[i] - v))
			if off > greatest/part || off > 0 && greatest <= exact {
				t.Fatalf("%d is read as %d, the greatest is %g", v, got.values[i], greatest)
			}
		}
		got.values = p.values
		if *got != *p {
			t.Fatalf("%+v is read as %+v", p, got)
		}
	})
}

// Bytes that are no weeks are refused, and those that are accepted can be used.
func TestDamagedWeeks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Weeks(noRisk)
		for day := range signals.Day(rapid.IntRange(0, 200).Draw(t, "days")) {
			w.KeepRisk(day, rapid.Float32Range(0, 40).Draw(t, "evidence"))
		}
		all := make([]Series, 3)
		for range all {
			w = append(w, anyPast(t).append(nil)...)
		}
		for range rapid.IntRange(0, 3).Draw(t, "damages") {
			w[rapid.IntRange(0, len(w)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		w = w[:rapid.IntRange(0, len(w)).Draw(t, "length")]
		var to Writer
		w.Encode(&to)
		r := Reader{Rest: to.Bytes}
		read := DecodeWeeks(&r, len(all))
		if err := r.End(); err != nil {
			return
		}
		if !bytes.Equal(read, w) {
			t.Fatalf("%x is read as %x", w, read)
		}
		for day := signals.Day(300); day < 330; day++ {
			read.Keep(all, &Exposure{Lo: day, Known: 1})
			read.KeepRisk(day, 1)
		}
		for i := range all {
			read.Of(i, &all[i], 400)
		}
		read.Risk(400, 1)
		read.Remove(1)
		read.Remove(5)
		to, r = Writer{}, Reader{}
		read.Encode(&to)
		if r.Rest = to.Bytes; DecodeWeeks(&r, len(all)) == nil || r.End() != nil {
			t.Fatalf("%x is not read again: %v", read, r.Err)
		}
	})
}

// Three weeks of a risk by hand: eighths of a nat, and the highest of the days.
func TestRiskByHand(t *testing.T) {
	const monday = signals.Day(4) // 1970-01-05
	var w Weeks
	for i, evidence := range []float32{1, 1, 5, 1, 1, 1, 2.3 /* Sunday */, 0, 0, 0, 0, 0, 0, 0.3 /* Sunday */, 9, 7} {
		w.KeepRisk(monday+signals.Day(i), evidence)
	}
	got := w.Risk(monday+15, 7)
	want := []RiskWeek{{4, 10, 2.25, 5}, {11, 17, 0.25, 0.25}, {18, 19, 7, 9}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	if w := Weeks(nil); w.Risk(monday, 3) != nil || len(w.Of(0, &Series{}, monday)) != 0 {
		t.Error("there are weeks before the first day")
	}
}
