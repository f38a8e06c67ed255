package duplicates

import (
	"math/bits"
	"slices"
)

// idSet is a set of hashes. They are added to a table; those of a closed day are
// moved into a sorted list, which takes 8 bytes a hash.
type idSet struct {
	table  []uint64 // open-addressed, by the upper bits of a hash; 0 marks an empty place
	used   int      // of the table
	sorted []uint64
	from   int64 // offset of the first
}

func (s *idSet) len() int { return s.used + len(s.sorted) }

// add tells whether h is not in the table and adds it.
func (s *idSet) add(h uint64) bool {
	if 4*(s.used+1) > 3*len(s.table) {
		old := s.table
		s.table = make([]uint64, max(64, 2*len(old)))
		for _, o := range old {
			if o != 0 {
				*s.place(o) = o
			}
		}
	}
	p := s.place(h)
	if *p == h {
		return false
	}
	*p = h
	s.used++
	return true
}

// home is where looking for h begins.
func (s *idSet) home(h uint64) uint64 { return h >> (65 - bits.Len(uint(len(s.table)))) }

// place is where h is or belongs.
func (s *idSet) place(h uint64) *uint64 {
	mask := uint64(len(s.table) - 1)
	for i := s.home(h); ; i = (i + 1) & mask {
		if p := &s.table[i]; *p == 0 || *p == h {
			return p
		}
	}
}

func (s *idSet) frozen(h uint64) bool {
	if len(s.sorted) == 0 {
		return false
	}
	_, found := slices.BinarySearch(s.sorted, h)
	return found
}

// freeze moves what is in the table into the list.
func (s *idSet) freeze() {
	if s.used == 0 {
		return
	}
	all := s.inOrder(make([]uint64, 0, s.len()))
	if len(s.sorted) > 0 {
		all = append(all, s.sorted...)
		slices.Sort(all)
	}
	s.table, s.used, s.sorted = nil, 0, all
}

// inOrder appends the hashes of the table in order. In the table they nearly are: one that
// had to move on from its home may have passed others, and a last one went on at the
// beginning. So that is passed again at the end, and each is put back by a few.
func (s *idSet) inOrder(list []uint64) []uint64 {
	n := len(s.table)
	for i := range n + slices.Index(s.table, 0) {
		h := s.table[i&(n-1)]
		if again := i >= n; h == 0 || again != (s.home(h) > uint64(i&(n-1))) {
			continue
		}
		list = append(list, h)
		at := len(list) - 1
		for ; at > 0 && list[at-1] > h; at-- {
			list[at] = list[at-1]
		}
		list[at] = h
	}
	return list
}
