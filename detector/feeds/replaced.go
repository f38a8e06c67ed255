package feeds

import (
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// A source does not fail when others bring what it brought: it was replaced or
// renamed, or its records take another way. Nothing is lost, so no account is blind,
// and the operator has nothing to mend.
//
// The others are the sources that share series with it.
//   - A source that came within newcomerDays of the failure replaces it when it
//     brings movedShare of what is missing on its first whole day.
//   - A source that was there before may have busy days. It takes lowDaysAlone days in
//     a row, each with heldShare of what is missing and all with movedShare. The others
//     must bring busierShare more than usual, which is more than chance brings.
const (
	movedShare  = 0.75
	heldShare   = 0.5
	busierShare = 0.25
	// leastBefore is how many days before a failure must tell what others usually
	// bring.
	leastBefore  = 14
	newcomerDays = 7
)

// replaced tells whether others bring what a failing source brought.
func (j *judge) replaced(f *Feed) bool {
	from := int(f.Since - j.lo)
	if from < leastBefore {
		return false
	}
	id, days := j.Sources.index[f.Source], 0
	others := j.others(id, from)
	var lost, instead, more, usual float64
	for k := series.ViewDays - 1; k >= from && days < lowDaysAlone; k-- {
		d := j.lo + signals.Day(k)
		expected := float64(f.records[d.Weekday()]) * j.Calendar.Worked(d)
		if j.Blind>>k&1 == 1 || expected < series.FewestAccounts {
			continue
		}
		missing := expected - float64(j.flows[id].records[k])
		newcomers, busy := 0.0, 0.0
		for _, o := range others {
			if n := float64(j.flows[o.source].records[k]); o.newcomer {
				newcomers += max(0, n-float64(slices.Max(o.usual[:])))
			} else {
				expected := float64(o.usual[d.Weekday()]) * j.Calendar.Worked(d)
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

// others are the sources that share series with a source, and what they brought
// before day from of the view.
func (j *judge) others(id uint16, from int) (others []supplier) {
	for o := range j.flows {
		if o == int(id) || j.sharing.group[o] != j.sharing.group[id] {
			continue
		}
		n := &j.flows[o].records
		others = append(others, supplier{
			o, usually(n, n, j.lo, ^j.Blind&(1<<from-1)), slices.Max(n[:from-newcomerDays]) == 0,
		})
	}
	return others
}

// busier tells whether what came more than usual is more than a busy day.
func busier(more, usual float64) bool {
	return more >= busierShare*usual && more*more > lowSigmas*lowSigmas*usual
}
