package detector

import (
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// A source that fails while others bring what it brought does not fail: it was
// replaced, renamed, or its traffic goes another way. Nothing is lost, so nobody
// is blind, and the operator has nothing to mend.
//
// Others are those that share series with it. One that came within a newcomer's
// days of the failure tells by its first whole day. Those that were there before
// may have busy days: it takes
// lowDaysAlone of them in a row with heldShare of what is missing, movedShare
// together, and a busierShare more than usual and more than chance brings.
const (
	movedShare  = 0.75
	heldShare   = 0.5
	busierShare = 0.25
	// leastBefore are the days before a failure from which is taken what others
	// brought.
	leastBefore  = 14
	newcomerDays = 7
)

// replaced tells whether others bring what a failing source brought.
func (e *Engine) replaced(f *feed, flows []flow, sharing *sharing, lo signals.Day, blind uint64) bool {
	from := int(f.since - lo)
	if from < leastBefore {
		return false
	}
	id, days := e.sources.index[f.source], 0
	others := sharing.others(id, flows, lo, from, blind)
	var lost, instead, more, usual float64
	for k := series.ViewDays - 1; k >= from && days < lowDaysAlone; k-- {
		d := lo + signals.Day(k)
		expected := float64(f.records[d.Weekday()]) * e.holiday(d)
		if blind>>k&1 == 1 || expected < series.FewestAccounts {
			continue
		}
		missing := expected - float64(flows[id].records[k])
		newcomers, busy := 0.0, 0.0
		for _, o := range others {
			if n := float64(flows[o.source].records[k]); o.newcomer {
				newcomers += max(0, n-float64(slices.Max(o.usual[:])))
			} else {
				expected := float64(o.usual[d.Weekday()]) * e.holiday(d)
				busy, usual = busy+n-expected, usual+expected
			}
		}
		if days++; days == 1 && missing > 0 && newcomers >= movedShare*missing {
			return true
		}
		if missing <= 0 || newcomers+busy < heldShare*missing {
			return false
		}
		lost, instead, more = lost+missing, instead+newcomers+busy, more+busy
	}
	return days == lowDaysAlone && instead >= movedShare*lost && busier(more, usual)
}

// supplier is a source, and how many records come from it on each weekday.
type supplier struct {
	source   int
	usual    [7]uint32
	newcomer bool
}

// others are the sources that share with one, by what they brought before a
// day of the view.
func (s *sharing) others(id uint16, flows []flow, lo signals.Day, from int, blind uint64) (others []supplier) {
	for o := range flows {
		if o == int(id) || s.group[o] != s.group[id] {
			continue
		}
		n := &flows[o].records
		others = append(others, supplier{
			o, usually(n, n, lo, ^blind&(1<<from-1)), slices.Max(n[:from-newcomerDays]) == 0,
		})
	}
	return others
}

// busier tells whether what came more than usual is more than a busy day.
func busier(more, usual float64) bool {
	return more >= busierShare*usual && more*more > lowSigmas*lowSigmas*usual
}

// move has a source begin anew on a day: nothing is expected of it.
func (f *feed) move(day signals.Day) {
	f.state, f.since, f.told, f.level = FeedUnknown, 0, false, day
	f.usual, f.volume, f.records = [7]uint32{}, [7]uint32{}, [7]uint32{}
}

// sinceLevel are the days of a view on which a source was what it is.
func (f *feed) sinceLevel(lo signals.Day) uint64 {
	return ^uint64(0) << max(0, min(series.ViewDays, f.level-lo))
}
