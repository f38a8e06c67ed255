package detector

import (
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// receipts count the records that came from a source each day of the ring,
// whoever they are about.
//
// A series is of the source that was seen last. Where two sources tell of one
// signal, as two telephone systems do, accounts go to and fro between them with
// all that they did before: when one of the two dies, they become the other's,
// who then looks low. So sources that share series are judged by their own
// records, in place of their accounts.
type receipts [series.RingDays]uint32

// mostReceived is far more than any source brings in a day.
const mostReceived = 1 << 24

// receive counts a record.
func (e *Engine) receive(o *observation) {
	if n := &e.receiptsOf(o.source)[series.Slot(o.day)]; *n < mostReceived {
		*n++
	}
}

func (e *Engine) receiptsOf(source uint16) *receipts {
	for int(source) >= len(e.receipts) {
		e.receipts = append(e.receipts, receipts{})
	}
	return &e.receipts[source]
}

// sharedPart of the series of a source with few are also another's, where the
// two share series. Less is a record with the wrong name now and then.
const sharedPart = 0.25

// sharing is which sources share series.
type sharing struct {
	by    []bool   // by source: it shares enough to be judged by its records
	group []uint16 // by source: the first of those it shares with, itself among them
}

// sharing finds the sources that share series with others. Those with less than
// series.FewestAccounts are not judged by it: what comes of fewer accounts may end
// because they do.
func (e *Engine) sharing() sharing {
	n := len(e.sources.names)
	s, members, both := sharing{make([]bool, n), make([]uint16, n)}, make([]int, n), map[[2]uint16]int{}
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		for i := range a.Series {
			r := &a.Series[i]
			if r.Key.Contact != 0 {
				continue
			}
			members[r.Source]++
			if r.Other != r.Source {
				members[r.Other]++
				both[[2]uint16{min(r.Source, r.Other), max(r.Source, r.Other)}]++
			}
		}
	}
	for i := range s.group {
		s.group[i] = uint16(i)
	}
	for pair, n := range both {
		a, b := members[pair[0]], members[pair[1]]
		if float64(n) < sharedPart*float64(min(a, b)) {
			continue
		}
		s.by[pair[0]] = s.by[pair[0]] || a >= series.FewestAccounts
		s.by[pair[1]] = s.by[pair[1]] || b >= series.FewestAccounts
		s.join(s.group[pair[0]], s.group[pair[1]])
	}
	return s
}

// join makes two groups one.
func (s *sharing) join(a, b uint16) {
	for i, g := range s.group {
		if g == a || g == b {
			s.group[i] = min(a, b)
		}
	}
}

// since are the receipts of the days from lo on.
func (r *receipts) since(lo signals.Day) (days [series.ViewDays]uint32) {
	for i := range days {
		days[i] = r[series.Slot(lo+signals.Day(i))]
	}
	return days
}

// byRecords makes a flow that of the source's records.
func (f *flow) byRecords() {
	f.active = f.records
	for i, n := range f.records {
		f.volume[i] = n * volumeSteps
	}
}

// forgetReceipts of a day that has left the ring.
func (e *Engine) forgetReceipts(d signals.Day) {
	for i := range e.receipts {
		e.receipts[i][series.Slot(d)] = 0
	}
}

// encodeReceipts writes those of the sources that brought anything, by name:
// numbers depend on the order in which a state was read.
func (e *Engine) encodeReceipts(w *series.Writer) {
	var names []string
	for i := range e.receipts {
		if e.receipts[i] != (receipts{}) {
			names = append(names, e.sources.names[i])
		}
	}
	slices.Sort(names)
	w.Uint(uint64(len(names)))
	for _, n := range names {
		w.Text(n)
		for _, k := range e.receiptsOf(e.sources.index[n]) {
			w.Uint(uint64(k))
		}
	}
}

func (e *Engine) decodeReceipts(r *series.Reader) {
	for range r.Count(1 + series.RingDays) {
		days := e.receiptsOf(e.sources.intern(r.Text()))
		for i := range days {
			days[i] = uint32(min(r.Uint(), mostReceived))
		}
	}
}
