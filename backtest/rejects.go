package backtest

import (
	"cmp"
	"slices"

	"firstsign/signals"
)

// Example is one line that was rejected.
type Example struct {
	File   string // empty for a control record
	Line   int
	Reject *signals.Reject
}

// examplesPerReason is how many examples are kept of each reason.
const examplesPerReason = 3

// rejects counts rejected lines and keeps the first ones of each reason.
type rejects struct {
	counts map[signals.Reason]int64
	first  []Example // by file and line after join
}

func (r *rejects) add(e Example) {
	if r.counts == nil {
		r.counts = map[signals.Reason]int64{}
	}
	if r.counts[e.Reject.Reason]++; r.counts[e.Reject.Reason] <= examplesPerReason {
		r.first = append(r.first, e)
	}
}

// join adds the counts and examples of another.
func (r *rejects) join(other *rejects) {
	counts := map[signals.Reason]int64{}
	for _, from := range []*rejects{r, other} {
		for reason, n := range from.counts {
			counts[reason] += n
		}
	}
	all := slices.Concat(r.first, other.first)
	slices.SortStableFunc(all, func(a, b Example) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	*r = rejects{}
	for _, e := range all {
		r.add(e)
	}
	r.counts = counts
}
