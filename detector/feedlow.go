package detector

import (
	"math/bits"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// volumeSteps make one contact of a sparse account: a source's volume is kept
// to a quarter of that.
const volumeSteps = 4

// A source is low when over a few days together it gave less than lowShare of
// what was to be expected, and lowSigmas below it: what comes from 20 accounts
// and more does not halve by chance. A day that gave enoughShare is no part of
// it. Where another source tells how busy everybody is, two days are enough;
// without one it may be everybody who does less: a working week then.
const (
	lowShare     = 0.6
	enoughShare  = 0.75
	lowSigmas    = 4
	lowDays      = 2
	lowDaysAlone = 5
	lowRun       = 7  // days are taken together up to so many
	leastVolume  = 10 // expected, to judge a day
)

// findLow finds the sources that give much less than usual. Their days are
// unknown, unless there is no other source to compare with: then all that is
// known is that there was less of everything, which exposure allows for.
func (e *Engine) findLow(feeds []feed, flows []flow, lo signals.Day, blind uint64) {
	shares := make([][series.ViewDays]float64, len(feeds))
	judged := make([]uint64, len(feeds))
	for i := range feeds {
		f := &feeds[i]
		for k := range series.ViewDays {
			if usual := e.usualVolume(f, lo+signals.Day(k)); usual >= leastVolume && f.dense() && blind>>k&1 == 0 {
				shares[i][k] = float64(flows[e.sources.index[f.source]].volume[k]) / volumeSteps / usual
				judged[i] |= 1 << k
			}
		}
	}
	for i := range feeds {
		f := &feeds[i]
		alive := judged[i] & f.cover // on days on which it is dead no more is to be found
		if f.state == FeedIsDead || alive == 0 {
			continue
		}
		var usual, got [series.ViewDays]float64
		alone := uint64(0)
		for k := range series.ViewDays {
			if alive>>k&1 == 0 {
				continue
			}
			common, ok := othersShare(shares, judged, i, k)
			if !ok {
				alone |= 1 << k
			}
			u := e.usualVolume(f, lo+signals.Day(k))
			usual[k], got[k] = u*min(1, common), u*shares[i][k]
		}
		e.markLow(f, &usual, &got, alive, alone, lo)
	}
}

// markLow makes a source low when its last judged day is part of a run that
// is.
func (e *Engine) markLow(f *feed, usual, got *[series.ViewDays]float64, judged, alone uint64, lo signals.Day) {
	low := lowOf(usual, got, judged, alone)
	before := e.feedBefore(f.source)
	for from, to := range runs(low, judged) {
		if days := uint64(1)<<(to+1) - 1<<from; alone&low&days == 0 {
			f.cover &^= days
		}
		if to == series.ViewDays-1 {
			f.fail(FeedIsLow, lo+signals.Day(from), before)
			f.told = true
			if before != nil && before.state == FeedIsDead {
				f.state = FeedIsDead // not back until it gives as usual
			}
		}
	}
}

// lowOf are the judged days that are part of a low stretch.
func lowOf(usual, got *[series.ViewDays]float64, judged, alone uint64) (low uint64) {
	for to := range series.ViewDays {
		var u, g float64
		days, n := uint64(0), 0
		for k := to; k >= 0 && n < lowRun; k-- {
			if judged>>k&1 == 0 {
				continue
			}
			if n == 0 && k != to {
				break // begins with a day that is not judged: seen already
			}
			u, g, days, n = u+usual[k], g+got[k], days|1<<k, n+1
			least := lowDays
			if alone&days != 0 {
				least = lowDaysAlone
			}
			if n >= least && g < lowShare*u && (u-g)*(u-g) > lowSigmas*lowSigmas*u {
				low |= days
			}
		}
	}
	for k := range series.ViewDays {
		if got[k] >= enoughShare*usual[k] {
			low &^= 1 << k
		}
	}
	return low
}

// runs are the stretches from a low day to the last before a judged day that
// is not low.
func runs(low, judged uint64) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for low != 0 {
			from := bits.TrailingZeros64(low)
			to := series.ViewDays - 1
			if good := judged &^ low &^ (1<<from - 1); good != 0 {
				to = bits.TrailingZeros64(good) - 1
			}
			if !yield(from, to) {
				return
			}
			low &^= 1<<(to+1) - 1
		}
	}
}

// othersShare is the median of the other sources' part of their usual volume,
// false when there is none.
func othersShare(shares [][series.ViewDays]float64, judged []uint64, i, k int) (float64, bool) {
	var others []float64
	for o := range shares {
		if o != i && judged[o]>>k&1 == 1 {
			others = append(others, shares[o][k])
		}
	}
	if len(others) == 0 {
		return 1, false
	}
	slices.Sort(others)
	return others[(len(others)-1)/2], true
}

// usualVolume is how much comes from a source on a day like this.
func (e *Engine) usualVolume(f *feed, d signals.Day) float64 {
	if f.shared {
		return float64(f.records[d.Weekday()]) * e.holiday(d)
	}
	return float64(f.volume[d.Weekday()]) / volumeSteps * e.holiday(d)
}
