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
type Volume struct {
	Counted [ViewDays]int64
	Usual   Runs
}

// Runs is a whole number for each day of a view, to which much is added for long runs of
// days: it keeps by how much each day differs from the one before it.
type Runs [ViewDays + 1]int64

// Add adds n to each of the days.
func (r *Runs) Add(days uint64, n int64) {
	for days != 0 {
		from := bits.TrailingZeros64(days)
		to := from + bits.TrailingZeros64(^(days >> from))
		r[from] += n
		r[to] -= n
		days &= ^uint64(0) << to
	}
}

// At is the number of a day.
func (r *Runs) At(day int) (n int64) {
	for _, step := range r[:day+1] {
		n += step
	}
	return n
}

// livelyDays weigh accounts by how much they tell of a day. A lively account tells
// more than a sparse one, but less than its number of contacts suggests: its days
// vary by more than chance. An account with a mean of m contacts a day counts each
// of them as 1 / (1 + m/livelyDays), the weight of a negative binomial with
// dispersion 1/livelyDays in a weighted mean.
const livelyDays = 2

// Add takes in the days of a count, or of an amount in units of an average active
// day, of the view from lo on. could are the days on which something could have been
// seen. A day counts for at most FloodFactor times the account's mean.
func (v *Volume) Add(s *Series, kind Kind, lo signals.Day, could uint64) {
	days := Since(s.Active, lo) & could
	if days == 0 {
		return
	}
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
	// The mean is the learned one where enough was learned: a failure that goes on must not
	// become what is usual.
	perDay := total / float64(bits.OnesCount64(could))
	if s.Baseline.Exposure >= Enough {
		perDay = float64(s.Baseline.Total) / float64(s.Baseline.Exposure)
	}
	mean := whole(perDay / unit)
	weight := Whole * Whole / (Whole + mean/livelyDays)
	flood := FloodFactor * (mean + Whole)
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		counted := steps[i]
		if kind == Amount {
			counted /= unit
		}
		v.Counted[i] += min(whole(counted), flood) * weight / Whole
	}
	v.Usual.Add(could, mean*weight/Whole)
}

// whole is x in fixed point.
func whole(x float64) int64 { return int64(math.Round(x * Whole)) }
