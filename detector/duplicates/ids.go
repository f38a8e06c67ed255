package duplicates

import (
	"math/bits"
	"slices"
	"sort"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/series"
	"firstsign/signals"
)

// reach is for how many records of the log the ids of a closed day are kept,
// counted from the first that has one. It bounds the memory (8 bytes an id, 16 MB a
// partition) and what is read again on a claim. 10,000 records a day reach over
// the whole ring of days, a million to yesterday.
const reach = 1 << 21

// mostRefused bounds the refused records that are remembered: they are written with
// every commit, in 2 or 3 bytes each.
const mostRefused = 1 << 16

// IDs knows the ids of the open days, and of the closed days of the ring within
// reach, so that a record that a source sends again is not counted again. An id
// names a record only together with its account, signal and source: one call that
// two accounts took part in may stand under one id, and so may an order and its
// amount. Ids are kept as hashes: with ten million ids a day, one is mistaken in
// about 500 years. What it knows is a function of the log.
type IDs struct {
	days    [series.RingDays]idSet
	first   signals.Day // of the days whose ids are known
	closes  []closing
	refused []int64 // offsets, ascending
}

// closing is where in the log the last closed day became day.
type closing struct {
	offset int64
	day    signals.Day
}

// ID is the hash of an interaction's account, source and id. Its signal is not part
// of it, because a signal may be spelled in several ways.
type ID uint64

// IDOf returns the ID of an interaction that has one. account is the xxhash of its account.
func IDOf(in *signals.Interaction, account uint64) ID {
	h := mix(account*odd, in.Source)
	return ID(mix(h, in.ID))
}

// odd is 2^64 divided by the golden ratio: multiplied by it, numbers that are close
// to each other differ in all upper bits (Knuth 1973, section 6.4).
const odd = 0x9e3779b97f4a7c15

// mix adds a field to the hash of those before it.
func mix(h uint64, field []byte) uint64 {
	return (bits.RotateLeft64(h, 32) ^ xxhash.Sum64(field)) * odd
}

// hash of an id and the number of its signal. It is never 0.
func hash(id ID, signal uint16) uint64 { return uint64(id) ^ uint64(signal)*odd | 1 }

// Seen tells whether the id was seen with the signal on that day and remembers it. Of
// days that are forgotten it knows nothing: false.
func (d *IDs) Seen(day signals.Day, id ID, signal uint16, offset int64) bool {
	if day < d.first {
		return false
	}
	s := &d.days[series.Slot(day)]
	h := hash(id, signal)
	if s.frozen(h) || !s.add(h) {
		return true
	}
	if s.len() == 1 {
		s.from = offset
	}
	return false
}

// Touch reads the place of an id, so that it is in the cache when Seen asks for it. The
// result means nothing.
func (d *IDs) Touch(day signals.Day, id ID, signal uint16) int {
	s := &d.days[series.Slot(day)]
	if len(s.table) == 0 {
		return 0
	}
	return int(s.table[s.home(hash(id, signal))])
}

// Close tells that a day has closed, by the record at offset. Days that leave the
// ring or are out of reach are forgotten.
func (d *IDs) Close(day signals.Day, offset int64) {
	d.first = max(d.first, day-series.JudgedDays)
	d.forgetTo(day - series.JudgedDays)
	for kept := day; kept >= d.first; kept-- {
		s := &d.days[series.Slot(kept)]
		if s.len() > 0 && offset-s.from > reach {
			d.forgetTo(kept)
			break
		}
		s.freeze()
	}
	from, _ := slices.BinarySearch(d.refused, d.From(offset))
	d.refused = d.refused[from:]
}

// Refuse remembers that the record at offset does not count by the rules in force. It
// may count by those in force when ids are read again; that it did not must be known
// then, or the same record that is put back once the rules are mended would be taken
// for a repeat. Of too many, closed days are forgotten with the first ones.
func (d *IDs) Refuse(offset int64) {
	if d.refused = append(d.refused, offset); len(d.refused) <= mostRefused {
		return
	}
	d.refused = append([]int64(nil), d.refused[mostRefused/2:]...)
	for day := d.lastClosed(); day >= d.first; day-- {
		if s := &d.days[series.Slot(day)]; s.len() > 0 && s.from < d.refused[0] {
			d.forgetTo(day)
			return
		}
	}
}

// Refused tells whether the record at offset did not count when it came.
func (d *IDs) Refused(offset int64) bool {
	_, refused := slices.BinarySearch(d.refused, offset)
	return refused
}

// lastClosed is the last day that closed.
func (d *IDs) lastClosed() signals.Day {
	if len(d.closes) == 0 {
		return d.first - 1
	}
	return d.closes[len(d.closes)-1].day
}

// forgetTo forgets a day and those before it.
func (d *IDs) forgetTo(day signals.Day) {
	for ; d.first <= day; d.first++ {
		d.days[series.Slot(d.first)] = idSet{}
	}
}

// Closed remembers that the closes at offset have led to day.
func (d *IDs) Closed(day signals.Day, offset int64) {
	from := d.From(offset)
	for len(d.closes) > 1 && d.closes[1].offset <= from {
		d.closes = d.closes[1:]
	}
	d.closes = append(d.closes, closing{offset, day})
	d.first = max(d.first, day-series.JudgedDays+1)
}

// ClosedAt is the last closed day when the record at offset came, now when that is
// not known. What was refused when it came is not known later either.
func (d *IDs) ClosedAt(offset int64, now signals.Day) signals.Day {
	after := sort.Search(len(d.closes), func(i int) bool { return d.closes[i].offset > offset })
	switch {
	case len(d.closes) == 0:
		return now
	case after == 0:
		return d.closes[0].day
	}
	return d.closes[after-1].day
}

// From is the lowest offset of an id that is known, next when there is none.
func (d *IDs) From(next int64) int64 {
	for i := range d.days {
		if s := &d.days[i]; s.len() > 0 {
			next = min(next, s.from)
		}
	}
	return next
}

// Encode appends what must be known before ids are read again.
func (d *IDs) Encode(w *series.Writer) {
	w.Day(d.first)
	w.Uint(uint64(len(d.closes)))
	for _, c := range d.closes {
		w.Int(c.offset)
		w.Day(c.day)
	}
	w.Uint(uint64(len(d.refused)))
	before := int64(0)
	for _, offset := range d.refused {
		w.Int(offset - before)
		before = offset
	}
}

// Decode reads what Encode wrote.
func (d *IDs) Decode(r *series.Reader) {
	d.first = r.Day()
	for range r.Count(2) {
		d.closes = append(d.closes, closing{r.Int(), r.Day()})
	}
	before := int64(0)
	for range r.Count(1) {
		before += r.Int()
		d.refused = append(d.refused, before)
	}
}
