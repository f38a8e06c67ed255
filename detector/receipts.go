package detector

import (
	"slices"

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
type receipts [ringDays]uint32

// mostReceived is far more than any source brings in a day.
const mostReceived = 1 << 24

// receive counts a record.
func (e *Engine) receive(o *observation) {
	if n := &e.receiptsOf(o.source)[slot(o.day)]; *n < mostReceived {
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

// sharing tells which sources share series with others, and have fewestMembers
// of them: what comes of fewer accounts may end because they do.
func (e *Engine) sharing() []bool {
	members := make([]int, len(e.sources.names))
	both := map[[2]uint16]int{}
	for _, a := range e.accounts {
		if a.guest {
			continue
		}
		for i := range a.series {
			s := &a.series[i]
			if s.key.contact != 0 {
				continue
			}
			members[s.source]++
			if s.other != s.source {
				members[s.other]++
				both[[2]uint16{min(s.source, s.other), max(s.source, s.other)}]++
			}
		}
	}
	shares := make([]bool, len(members))
	for pair, n := range both {
		if a, b := members[pair[0]], members[pair[1]]; float64(n) >= sharedPart*float64(min(a, b)) {
			shares[pair[0]] = shares[pair[0]] || a >= fewestMembers
			shares[pair[1]] = shares[pair[1]] || b >= fewestMembers
		}
	}
	return shares
}

// byRecords makes a flow that of the source's records.
func (f *flow) byRecords(r *receipts, lo signals.Day) {
	for i := range viewDays {
		f.active[i] = r[slot(lo+signals.Day(i))]
		f.volume[i] = f.active[i] * volumeSteps
	}
}

// forgetReceipts of a day that has left the ring.
func (e *Engine) forgetReceipts(d signals.Day) {
	for i := range e.receipts {
		e.receipts[i][slot(d)] = 0
	}
}

// encodeReceipts writes those of the sources that brought anything, by name:
// numbers depend on the order in which a state was read.
func (e *Engine) encodeReceipts(w *writer) {
	var names []string
	for i := range e.receipts {
		if e.receipts[i] != (receipts{}) {
			names = append(names, e.sources.names[i])
		}
	}
	slices.Sort(names)
	w.uint(uint64(len(names)))
	for _, n := range names {
		w.string(n)
		for _, k := range e.receiptsOf(e.sources.index[n]) {
			w.uint(uint64(k))
		}
	}
}

func (e *Engine) decodeReceipts(r *reader) {
	for range r.count(1 + ringDays) {
		days := e.receiptsOf(e.sources.intern(r.string()))
		for i := range days {
			days[i] = uint32(min(r.uint(), mostReceived))
		}
	}
}
