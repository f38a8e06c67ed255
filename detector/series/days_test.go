package series

import (
	"testing"

	"firstsign/signals"

	"pgregory.net/rapid"
)

// Days hold what was set last, of any width, whatever is set and dropped in between, and so do
// those that are made of all numbers at once.
func TestDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d days
		var want [RingDays]int64
		active := uint64(0)
		for range rapid.IntRange(0, 200).Draw(t, "changes") {
			i := rapid.IntRange(0, RingDays-1).Draw(t, "day")
			if active>>i&1 == 1 && rapid.IntRange(0, 3).Draw(t, "drop") == 0 {
				d.drop(active, i)
				active, want[i] = active&^(1<<i), 0
				continue
			}
			v := rapid.Int64().Draw(t, "value") >> rapid.SampledFrom([]int{32, 40, 52, 60, 61}).Draw(t, "bits less")
			d.set(active, i, v)
			active, want[i] = active|1<<i, v
		}
		made := daysOf(active, &want)
		for i, v := range want {
			if active>>i&1 == 0 {
				continue
			}
			if got, again := d.at(active, i), made.at(active, i); got != v || again != v {
				t.Fatalf("day %d is %d, and %d of all at once, want %d", i, got, again, v)
			}
		}
		if none := want == [RingDays]int64{}; d.zero(active) != none || made.zero(active) != none {
			t.Fatal("zero is wrong")
		}
	})
}

// The numbers of three days take as little memory as the greatest needs.
func TestDaysAreNarrow(t *testing.T) {
	for greatest, size := range map[int64]int{
		-1: 1, 16: 1, 127: 1, 128: 2, 32767: 2, 32768: 3, 8388607: 3, -8388609: 4, 1 << 31: 8, 1 << 40: 8,
	} {
		var d days
		d.set(0, 5, 3)
		d.set(1<<5, 63, greatest)
		d.set(1<<5|1<<63, 0, 0)
		active := uint64(1<<63 | 1<<5 | 1)
		if d.few != nil || len(*d.many()) != 1+3*size || d.at(active, 63) != greatest || d.at(active, 5) != 3 || d.at(active, 0) != 0 {
			t.Errorf("with %d they take %d bytes, want 1 and 3 times %d", greatest, len(*d.many()), size)
		}
	}
	var d days
	d.set(0, 5, 0)
	if d.few != nil || d.more != nil {
		t.Error("zeros take memory")
	}
	if d.set(1<<5, 6, 15); d.few == nil || d.more != nil || d.at(1<<5|1<<6, 6) != 15 {
		t.Error("15 is not in half a byte")
	}
}

// A day that comes and one that goes, of an amount on one day in five, take new memory once in
// many days.
func TestDaysKeepTheirMemory(t *testing.T) {
	s := Series{First: 0}
	day := 0
	pass := func() {
		if s.Drop(signals.Day(day - JudgedDays)); day%5 == 0 {
			s.Add(signals.Day(day), int64(100_000+day))
		}
		day++
	}
	for range 10 * RingDays {
		pass()
	}
	if allocated := testing.AllocsPerRun(10*RingDays, pass); allocated != 0 {
		t.Errorf("%g allocations a day", allocated)
	}
}
