package feeds

import "firstsign/detector/series"

// A series belongs to the source that was seen last. Where two sources tell of one
// signal, as two telephone systems do, accounts move between them with all that they
// did before. When one of the two dies, its accounts become the other's, and the
// other then looks low. So sources that share series are judged by their own records
// instead of their accounts.

// sharedPart of the series of the smaller source must also be another's before the
// two share series. Less is a record with the wrong name now and then.
const sharedPart = 0.25

// sharing is which sources share series.
type sharing struct {
	by    []bool   // by source: it shares enough to be judged by its records
	group []uint16 // by source: the first of those it shares with, itself among them
}

// findSharing finds the sources that share series with others, by how many series each
// has and each pair has together. A source with less than series.FewestAccounts series is
// not judged by it: what few accounts do may end because they leave.
func (j *judge) findSharing(members []int, both map[[2]uint16]int) {
	s := sharing{make([]bool, len(members)), make([]uint16, len(members))}
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
	j.sharing = s
}

// countSharing counts the series of an account by source, and those of each pair of
// sources.
func countSharing(a *series.Set, members []int, both map[[2]uint16]int) {
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

// join makes two groups one.
func (s *sharing) join(a, b uint16) {
	for i, g := range s.group {
		if g == a || g == b {
			s.group[i] = min(a, b)
		}
	}
}
