package series

import (
	"math"
	"math/bits"

	"firstsign/signals"
)

// Sums over accounts are whole numbers, because sums of floats would depend on the
// order of the accounts.
const (
	// Whole is 1 in the fixed point of these sums.
	Whole = 1 << 16
	// FewestAccounts must use a signal, or be active on a day of a source, before
	// what they do together says something about a day.
	FewestAccounts = 20
)

// Volume sums up how much accounts did on each day of a view, and how much they
// usually do. It shows what the number of active accounts hides: a source that
// loses every second record leaves lively accounts active every day.
type Volume struct{ Counted, Usual [ViewDays]int64 }

// livelyDays weigh accounts by how much they tell of a day. A lively account tells
// more than a sparse one, but less than its number of contacts suggests: its days
// vary by more than chance. An account with a mean of m contacts a day counts each
// of them as 1 / (1 + m/livelyDays), the weight of a negative binomial with
// dispersion 1/livelyDays in a weighted mean.
const livelyDays = 2

// Add takes in the days of a count, or of an amount in units of an average active
// day. could are the days on which something could have been seen. A day counts for
// at most FloodFactor times the account's mean.
func (v *Volume) Add(s *Series, kind Kind, lo signals.Day, could uint64) {
	days := Since(s.Active, lo) & could
	if days == 0 {
		return
	}
	counted, mean := amounts(s, kind, lo, days, could)
	weight := Whole * Whole / (Whole + mean/livelyDays)
	flood := FloodFactor * (mean + Whole)
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		v.Counted[i] += min(counted[i], flood) * weight / Whole
	}
	for m := could; m != 0; m &= m - 1 {
		v.Usual[bits.TrailingZeros64(m)] += mean * weight / Whole
	}
}

// amounts are what was counted on each of the days and the mean of a day, in fixed
// point. The mean is the learned one where enough was learned: a failure that goes
// on must not become what is usual.
func amounts(s *Series, kind Kind, lo signals.Day, days, could uint64) (counted [ViewDays]int64, mean int64) {
	var steps [ViewDays]float64
	total := 0.0
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		steps[i] = float64(s.days.At(Slot(lo+signals.Day(i))) + 1) // they are active
		total += steps[i]
	}
	unit := 1.0
	if kind == Amount {
		if unit = total / float64(bits.OnesCount64(days)); unit <= 0 {
			unit = 1
		}
	}
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		counted[i] = int64(math.Round(steps[i] / unit * Whole))
	}
	perDay := total / float64(bits.OnesCount64(could))
	if s.Baseline.Exposure >= Enough {
		perDay = float64(s.Baseline.Total) / float64(s.Baseline.Exposure)
	}
	return counted, int64(math.Round(perDay / unit * Whole))
}
