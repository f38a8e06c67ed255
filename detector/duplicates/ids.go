package duplicates

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/series"
	"firstsign/signals"
)

// IDs knows the ids of the days that are not closed yet, so that a
// record that a source sends again is not counted again. An id names a record
// only together with its account, signal and source: one call that two accounts
// took part in may stand under one id, and so may an order and its amount. Ids are
// kept as hashes: with ten million ids a day, one is mistaken in about 500 years.
type IDs struct {
	days [series.RingDays]idSet
	buf  []byte
}

// Seen tells whether the id was seen on that day and remembers it.
func (d *IDs) Seen(day signals.Day, in *signals.Interaction, offset int64) bool {
	d.buf = d.buf[:0]
	for _, field := range [...][]byte{in.Account, in.Signal, in.Source} {
		d.buf = append(binary.AppendUvarint(d.buf, uint64(len(field))), field...)
	}
	d.buf = append(d.buf, in.ID...)
	s := &d.days[series.Slot(day)]
	if !s.add(xxhash.Sum64(d.buf) | 1) {
		return true
	}
	if s.used == 1 {
		s.from = offset
	}
	return false
}

// Forget forgets a day.
func (d *IDs) Forget(day signals.Day) { d.days[series.Slot(day)] = idSet{} }

// From is the lowest offset of an id that is known, next when there is none.
func (d *IDs) From(next int64) int64 {
	for i := range d.days {
		if s := &d.days[i]; s.used > 0 {
			next = min(next, s.from)
		}
	}
	return next
}

// idSet is an open-addressed set of hashes; 0 marks an empty place.
type idSet struct {
	places []uint64
	used   int
	from   int64 // offset of the first
}

// add tells whether h is new.
func (s *idSet) add(h uint64) bool {
	if 4*(s.used+1) > 3*len(s.places) {
		old := s.places
		s.places = make([]uint64, max(64, 2*len(old)))
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
	mask := uint64(len(s.places) - 1)
	for i := h >> 1 & mask; ; i = (i + 1) & mask {
		if p := &s.places[i]; *p == 0 || *p == h {
			return p
		}
	}
}
