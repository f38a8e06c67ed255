package feeds

import (
	"math/bits"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// A source is low when over a few days together it gave less than lowShare of what
// was expected, and at least lowSigmas standard deviations less: what comes from 20
// accounts and more does not halve by chance. A day with enoughShare is no part of
// the stretch. Where another source tells how busy everybody is, lowDays are enough.
// Without one everybody may do less, so it takes a working week (lowDaysAlone).
const (
	lowShare     = 0.6
	enoughShare  = 0.75
	lowSigmas    = 4
	lowDays      = 2
	lowDaysAlone = 5
	lowRun       = 7  // days are taken together up to so many
	leastVolume  = 10 // expected, to judge a day
)

// findLow finds the sources that give much less than usual. Their days are unknown,
// unless there is no other source to compare with: then there was less of
// everything, and exposure allows for that.
func (j *judge) findLow() {
	shares := make([][series.ViewDays]float64, len(j.feeds))
	judged := make([]uint64, len(j.feeds))
	for i := range j.feeds {
		f := &j.feeds[i]
		for k := range series.ViewDays {
			if usual := j.usualVolume(f, j.lo+signals.Day(k)); usual >= leastVolume && f.dense() && j.Blind>>k&1 == 0 {
				shares[i][k] = float64(j.flows[j.Sources.index[f.Source]].volume[k]) / volumeSteps / usual
				judged[i] |= 1 << k
			}
		}
	}
	for i := range j.feeds {
		f := &j.feeds[i]
		alive := judged[i] & f.Cover // on days on which it is dead no more is to be found
		if f.State == Dead || alive == 0 {
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
			u := j.usualVolume(f, j.lo+signals.Day(k))
			usual[k], got[k] = u*min(1, common), u*shares[i][k]
		}
		j.markLow(f, &usual, &got, alive, alone)
	}
}

// markLow makes a source low when its last judged day is part of a run that
// is.
func (j *judge) markLow(f *Feed, usual, got *[series.ViewDays]float64, judged, alone uint64) {
	low := lowOf(usual, got, judged, alone)
	before := j.Before.Find(f.Source)
	for from, to := range runs(low, judged) {
		if days := uint64(1)<<(to+1) - 1<<from; alone&low&days == 0 {
			f.Cover &^= days
		}
		if to == series.ViewDays-1 {
			f.fail(Low, j.lo+signals.Day(from), before)
			f.Told = true
			if before != nil && before.State == Dead {
				f.State = Dead // not back until it gives as usual
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
func (j *judge) usualVolume(f *Feed, d signals.Day) float64 {
	if f.shared {
		return float64(f.records[d.Weekday()]) * j.Calendar.Worked(d)
	}
	return float64(f.volume[d.Weekday()]) / volumeSteps * j.Calendar.Worked(d)
}
