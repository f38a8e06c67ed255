package detector

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// volume sums how much accounts did day by day, beside how much they usually
// do. It sees what the number of active accounts does not: a feed that loses
// every second record leaves lively accounts active every day.
type volume struct{ counted, usual [series.ViewDays]int64 }

// Accounts count for what they tell of a day. A lively one tells more than a
// sparse one, but less than its contacts would make it: its days vary by more
// than chance. So each contact of an account with m a day weighs
// 1 / (1 + m/livelyDays), as in the weighted mean of negative binomials of
// dispersion 1/livelyDays. What one account does beyond floodFactor times its
// mean is left out.
const (
	livelyDays = 2
)

// add takes in the days of a count, or of an amount in units of what a day
// with any brings. could are the days on which it could have been seen.
func (v *volume) add(s *series.Series, kind series.Kind, lo signals.Day, could uint64) {
	days := series.Since(s.Active, lo) & could
	if days == 0 {
		return
	}
	counted, mean := amounts(s, kind, lo, days, could)
	weight := int64(whole * whole / (whole + mean/livelyDays))
	flood := series.FloodFactor * (mean + whole)
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		v.counted[i] += min(counted[i], flood) * weight / whole
	}
	for m := could; m != 0; m &= m - 1 {
		v.usual[bits.TrailingZeros64(m)] += mean * weight / whole
	}
}

// amounts are what was counted on each of the days, and the mean of a day, in
// the fixed point of sums. The mean is what was learned, where there is enough
// of it: a failure that goes on must not become what is usual.
func amounts(s *series.Series, kind series.Kind, lo signals.Day, days, could uint64) (counted [series.ViewDays]int64, mean int64) {
	total := 0.0
	for m := days; m != 0; m &= m - 1 {
		total += float64(s.Days.At(series.Slot(lo + signals.Day(bits.TrailingZeros64(m)))))
	}
	unit := 1.0
	if kind == series.Amount {
		if unit = total / float64(bits.OnesCount64(days)); unit <= 0 {
			unit = 1
		}
	}
	for m := days; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		counted[i] = int64(math.Round(float64(s.Days.At(series.Slot(lo+signals.Day(i)))) / unit * whole))
	}
	perDay := total / float64(bits.OnesCount64(could))
	if s.Baseline.Exposure >= series.Enough {
		perDay = float64(s.Baseline.Total) / float64(s.Baseline.Exposure)
	}
	return counted, int64(math.Round(perDay / unit * whole))
}

const (
	// volumePrior is how many usual contacts outweigh the share of active
	// accounts as the measure of a day.
	volumePrior = 10
	// fewerShare is how much less there must be of each active account before a
	// day is measured by volume. Above it the number of active accounts is the
	// better clock, because it does not follow the few who do most.
	fewerShare = 0.8
)

// follow corrects an exposure that came from active accounts where they did
// much less than usual.
func (v *volume) follow(i int, active float64) float64 {
	usual := active * float64(v.usual[i]) / whole
	if less := (float64(v.counted[i])/whole + volumePrior) / (usual + volumePrior); less < fewerShare {
		return active * less
	}
	return active
}
