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

// sums are what came from each source, by its number, and how many series it has.
type sums struct {
	*judge
	active  [][series.ViewDays]uint32
	volume  []series.Volume
	held    *series.Volumes
	members []int
	both    map[[2]uint16]int // of a pair of sources
	came    []uint64          // days on which the account that is added was active
}

// sumUp sums up what came from each source, by its number, and which sources share series.
func (j *judge) sumUp() {
	all := series.SideBySide(j.Accounts, func(some series.Members) *sums {
		n := len(j.Sources.names)
		t := &sums{j, make([][series.ViewDays]uint32, n), make([]series.Volume, n), j.Volumes.Empty(), make([]int, n), map[[2]uint16]int{}, make([]uint64, n)}
		for _, a := range some {
			t.add(a)
			countSharing(a, t.members, t.both)
		}
		return t
	})
	t := all[0]
	for _, o := range all[1:] {
		t.join(o)
	}
	if j.Volumes != nil {
		j.Volumes.Join(t.held)
	}
	j.Volumes.BySource(t.volume)
	j.findSharing(t.members, t.both)
	j.flows = make([]flow, len(t.active))
	for i := range j.flows {
		f := &j.flows[i]
		f.active, f.records = t.active[i], j.Sources.receiptsOf(uint16(i)).since(j.lo)
		for k, n := range t.volume[i].Counted {
			f.volume[k] = uint32(min(n*volumeSteps/series.Whole, math.MaxUint32))
		}
	}
}

// join adds the sums of other accounts.
func (t *sums) join(o *sums) {
	for i := range t.active {
		for k, n := range o.active[i] {
			t.active[i][k] += n
		}
		t.volume[i].Join(&o.volume[i])
		t.members[i] += o.members[i]
	}
	for pair, n := range o.both {
		t.both[pair] += n
	}
	if t.held != nil {
		t.held.Join(o.held)
	}
}

// add adds the series of one account to the sums of their sources.
func (t *sums) add(a *series.Set) {
	existed := a.Existed(t.lo)
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != 0 {
			continue
		}
		switch kind := t.Signals.Rules[s.Key.Signal].Kind; {
		case kind != series.Count && kind != series.Amount:
		case t.held.Holds(a, s):
			t.held.Add(s, kind)
		default:
			t.volume[s.Source].Add(s, kind, t.lo, existed)
		}
		m := series.Since(s.Active, t.lo) & (1<<series.ViewDays - 1) &^ t.came[s.Source]
		t.came[s.Source] |= m // an account is active once a day
		for ; m != 0; m &= m - 1 {
			t.active[s.Source][bits.TrailingZeros64(m)]++
		}
	}
	for i := range a.Series {
		t.came[a.Series[i].Source] = 0
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
