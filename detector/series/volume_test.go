package series

import (
	"math/rand/v2"
	"testing"

	"firstsign/signals"
)

// What is added to runs of days is what is added to each day of them.
func TestRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const view = 1<<ViewDays - 1
	masks := []uint64{0, 1, view, 1 << (ViewDays - 1), view &^ 1}
	for range 50 {
		masks = append(masks, rng.Uint64()&view)
	}
	var runs Runs
	var days [ViewDays]int64
	for _, m := range masks {
		n := rng.Int64N(1000) - 300
		runs.Add(m, n)
		for i := range days {
			days[i] += n * int64(m>>i&1)
		}
	}
	for i, want := range days {
		if n := runs.At(i); n != want {
			t.Errorf("day %d has %d, want %d", i, n, want)
		}
	}
}

// Counts with a learned mean are added up in whole numbers: the same as by the general way,
// which reads each day as a float.
func TestVolumeOfLearnedCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		s := &Series{First: 0, Baseline: Baseline{Total: float32(rng.Float64() * 200), Exposure: Enough + float32(rng.IntN(200))}}
		most := rng.IntN(2) * 20
		for d := signals.Day(0); d < ViewDays; d++ {
			if rng.IntN(3) > 0 {
				s.Add(d, int64(1+rng.IntN(1+most)))
			}
		}
		could := rng.Uint64() & (1<<ViewDays - 1)
		if rng.IntN(2) == 0 {
			could = 1<<ViewDays - 1
		}
		var got, want Volume
		got.Add(s, Count, 0, could)
		if days := Since(s.Active, 0) & could; days != 0 {
			mean := whole(float64(s.Baseline.Total) / float64(s.Baseline.Exposure))
			each := Whole * Whole / (Whole + mean/livelyDays)
			for i := range ViewDays {
				if days>>i&1 == 1 {
					want.Counted[i] += min(whole(float64(s.At(Slot(signals.Day(i))))), FloodFactor*(mean+Whole)) * each / Whole
				}
			}
			want.Usual.Add(could, mean*each/Whole)
		}
		if got != want {
			t.Fatalf("%+v\n%+v, want\n%+v", s, got, want)
		}
	}
}
