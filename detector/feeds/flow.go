package feeds

import (
	"math"
	"math/bits"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// flow is what came from a source on each day of a view: active accounts, how much
// they did in volumeSteps, and records.
type flow struct{ active, volume, records [series.ViewDays]uint32 }

// volumeSteps make one contact of a sparse account: a source's volume is kept in
// quarters of a contact.
const volumeSteps = 4

// sumUp sums up what came from each source, by its number, and which sources share series.
func (j *judge) sumUp() {
	n := len(j.Sources.names)
	volumes := make([]series.Volume, n)
	j.flows, j.came = make([]flow, n), make([]uint64, n)
	members, both := make([]int, n), map[[2]uint16]int{}
	for a := range j.Accounts {
		j.addAccount(a, volumes)
		countSharing(a, members, both)
	}
	j.Volumes.BySource(volumes)
	j.findSharing(members, both)
	for i := range j.flows {
		f := &j.flows[i]
		f.records = j.Sources.receiptsOf(uint16(i)).since(j.lo)
		for k, n := range volumes[i].Counted {
			f.volume[k] = uint32(min(n*volumeSteps/series.Whole, math.MaxUint32))
		}
	}
}

// addAccount adds the series of one account to the flows of their sources.
func (j *judge) addAccount(a *series.Set, volumes []series.Volume) {
	existed := a.Existed(j.lo)
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != 0 {
			continue
		}
		switch kind := j.Signals.Rules[s.Key.Signal].Kind; {
		case kind != series.Count && kind != series.Amount:
		case j.Volumes.Holds(a, s):
			j.Volumes.Add(s, kind)
		default:
			volumes[s.Source].Add(s, kind, j.lo, existed)
		}
		m := series.Since(s.Active, j.lo) & (1<<series.ViewDays - 1) &^ j.came[s.Source]
		j.came[s.Source] |= m // an account is active once a day
		for ; m != 0; m &= m - 1 {
			j.flows[s.Source].active[bits.TrailingZeros64(m)]++
		}
	}
	for i := range a.Series {
		j.came[a.Series[i].Source] = 0
	}
}

// byRecords judges a source by its records in place of its accounts.
func (f *flow) byRecords() {
	f.active = f.records
	for i, n := range f.records {
		f.volume[i] = n * volumeSteps
	}
}

// empty tells whether nothing came from a source.
func (f *flow) empty() bool {
	return f.active == [series.ViewDays]uint32{} && f.records == [series.ViewDays]uint32{}
}

// anyAfter tells whether anything came after a day of the view.
func (f *flow) anyAfter(day signals.Day) bool {
	for i := max(0, day+1); i < series.ViewDays; i++ {
		if f.active[i] > 0 || f.records[i] > 0 {
			return true
		}
	}
	return false
}

// usually is the lower median of each weekday over the known days, from the first
// day on which the source was active.
func usually(n, active *[series.ViewDays]uint32, lo signals.Day, known uint64) (usual [7]uint32) {
	var days [7][]uint32
	seen := false
	for i := range n {
		seen = seen || active[i] > 0
		if seen && known>>i&1 == 1 {
			w := (lo + signals.Day(i)).Weekday()
			days[w] = append(days[w], n[i])
		}
	}
	for w := range days {
		if n := len(days[w]); n > 0 {
			slices.Sort(days[w])
			usual[w] = days[w][(n-1)/2]
		}
	}
	return usual
}
