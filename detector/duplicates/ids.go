package duplicates

import (
	"encoding/binary"
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

// IDs knows the ids of the open days, and of the closed days of the ring within
// reach, so that a record that a source sends again is not counted again. An id
// names a record only together with its account, signal and source: one call that
// two accounts took part in may stand under one id, and so may an order and its
// amount. Ids are kept as hashes: with ten million ids a day, one is mistaken in
// about 500 years. What it knows is a function of the log.
type IDs struct {
	days   [series.RingDays]idSet
	first  signals.Day // of the days whose ids are known
	closes []closing
	buf    []byte
}

// closing is where in the log the last closed day became day.
type closing struct {
	offset int64
	day    signals.Day
}

// Seen tells whether the id was seen on that day and remembers it. Of days that
// are forgotten it knows nothing: false.
func (d *IDs) Seen(day signals.Day, in *signals.Interaction, offset int64) bool {
	if day < d.first {
		return false
	}
	d.buf = d.buf[:0]
	for _, field := range [...][]byte{in.Account, in.Signal, in.Source} {
		d.buf = append(binary.AppendUvarint(d.buf, uint64(len(field))), field...)
	}
	d.buf = append(d.buf, in.ID...)
	s := &d.days[series.Slot(day)]
	h := xxhash.Sum64(d.buf) | 1
	if s.frozen(h) || !s.add(h) {
		return true
	}
	if s.len() == 1 {
		s.from = offset
	}
	return false
}

// Close tells that a day has closed, by the record at offset. Days that leave the
// ring or are out of reach are forgotten.
func (d *IDs) Close(day signals.Day, offset int64) {
	d.days[series.Slot(day-series.JudgedDays)] = idSet{}
	first := max(d.first, day-series.JudgedDays+1)
	for kept := day; kept >= d.first && kept > day-series.JudgedDays; kept-- {
		s := &d.days[series.Slot(kept)]
		if s.len() > 0 && offset-s.from > reach {
			first = max(first, kept+1)
		}
		if kept < first {
			*s = idSet{}
		} else {
			s.freeze()
		}
	}
	d.first = first
}

// Closed remembers that the closes at offset have led to day.
func (d *IDs) Closed(day signals.Day, offset int64) {
	from := d.From(offset)
	for len(d.closes) > 1 && d.closes[1].offset <= from {
		d.closes = d.closes[1:]
	}
	d.closes = append(d.closes, closing{offset, day})
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
}

// Decode reads what Encode wrote.
func (d *IDs) Decode(r *series.Reader) {
	d.first = r.Day()
	for range r.Count(2) {
		d.closes = append(d.closes, closing{r.Int(), r.Day()})
	}
}
