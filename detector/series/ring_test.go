package series

import (
	"testing"

	"pgregory.net/rapid"
)

// A ring holds what was set last, of any width, in as few bytes as its greatest needs.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring
		var want [RingDays]int64
		for range rapid.IntRange(0, 200).Draw(t, "sets") {
			i := rapid.IntRange(0, RingDays-1).Draw(t, "day")
			v := rapid.Int64().Draw(t, "value") >> rapid.IntRange(32, 63).Draw(t, "bits less")
			r.Set(i, v)
			want[i] = v
		}
		for i, v := range want {
			if got := r.At(i); got != v {
				t.Fatalf("day %d is %d, want %d", i, got, v)
			}
		}
		if r.empty() != (want == [RingDays]int64{}) {
			t.Fatal("empty is wrong")
		}
	})
}

func TestRingIsNarrow(t *testing.T) {
	for greatest, size := range map[int64]int{
		0: 0, 1: 32, 15: 32, 16: 64, -1: 64, 127: 64, 128: 128, 32767: 128, 32768: 192, 8388607: 192, -8388609: 256, 1 << 40: 512,
	} {
		var r ring
		if r.Set(63, greatest); len(r) != size || r.At(63) != greatest || r.At(62) != 0 {
			t.Errorf("%d takes %d bytes, want %d, and is %d", greatest, len(r), size, r.At(63))
		}
	}
}
