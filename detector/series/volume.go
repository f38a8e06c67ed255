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

// Join adds other numbers.
func (r *Runs) Join(o *Runs) {
	for i := range r {
		r[i] += o[i]
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
	if s.fewLearned(kind) {
		v.addFew(s, lo, days, could)
		return
	}
	var steps [ViewDays]float64
	s.read(&steps, lo, days)
	total := 0.0
	for m := days; m != 0; m &= m - 1 {
		total += steps[bits.TrailingZeros64(m)]
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
		perDay = s.Baseline.perDay()
	}
	w := weightOf(perDay / unit)
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		counted := steps[i]
		if kind == Amount {
			counted /= unit
		}
		v.Counted[i] += w.of(whole(counted))
	}
	v.Usual.Add(could, w.usual())
}

// Join adds another sum.
func (v *Volume) Join(o *Volume) {
	for i := range v.Counted {
		v.Counted[i] += o.Counted[i]
	}
	v.Usual.Join(&o.Usual)
}

// fewLearned tells whether a series is a count whose mean was learned and whose days count
// up to 16: most are.
func (s *Series) fewLearned(kind Kind) bool {
	return kind == Count && s.Baseline.Exposure >= Enough && s.days.many() == nil
}

// addFew is Add of a series that is fewLearned.
func (v *Volume) addFew(s *Series, lo signals.Day, days, could uint64) {
	w := weightOf(s.Baseline.perDay())
	v.Usual.Add(could, w.usual())
	half, first := s.days.few, Slot(lo)
	if half == nil {
		for once := w.of(Whole); days != 0; days &= days - 1 {
			v.Counted[bits.TrailingZeros64(days)] += once
		}
		return
	}
	for ; days != 0; days &= days - 1 {
		i := bits.TrailingZeros64(days)
		v.Counted[i] += w.of(Whole * half.counted((first+i)&(RingDays-1)))
	}
}

// perDay is the learned mean of a day of exposure.
func (p *Baseline) perDay() float64 { return float64(p.Total) / float64(p.Exposure) }

// weight is how much a series' days count in a volume, in Whole.
type weight struct{ mean, each, flood int64 }

// weightOf a series with so many contacts a day.
func weightOf(perDay float64) weight {
	mean := whole(perDay)
	return weight{mean, Whole * Whole / (Whole + mean/livelyDays), FloodFactor * (mean + Whole)}
}

// of is what a day counts for on which so much was counted.
func (w *weight) of(counted int64) int64 { return min(counted, w.flood) * w.each / Whole }

// usual is what a day usually counts for.
func (w *weight) usual() int64 { return w.mean * w.each / Whole }

// whole is x in fixed point.
func whole(x float64) int64 { return int64(math.Round(x * Whole)) }
