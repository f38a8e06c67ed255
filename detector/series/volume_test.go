package series

import (
	"math/rand/v2"
	"testing"
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
