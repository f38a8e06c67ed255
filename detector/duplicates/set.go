package duplicates

import "slices"

// idSet is a set of hashes. They are added to a table; those of a closed day are
// moved into a sorted list, which takes 8 bytes a hash.
type idSet struct {
	table  []uint64 // open-addressed; 0 marks an empty place
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

// place is where h is or belongs.
func (s *idSet) place(h uint64) *uint64 {
	mask := uint64(len(s.table) - 1)
	for i := h >> 1 & mask; ; i = (i + 1) & mask {
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
	all := make([]uint64, len(s.sorted), s.len())
	copy(all, s.sorted)
	for _, h := range s.table {
		if h != 0 {
			all = append(all, h)
		}
	}
	slices.Sort(all)
	s.table, s.used, s.sorted = nil, 0, all
}
