package history

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"firstsign/signals"
)

// IDs is what a history says by its ids. An id identifies a record together with
// account, signal and source.
type IDs struct {
	With, Without int64 // lines
	// Same are lines that repeat an id with the same content, Other those that repeat
	// it with other content; Others are the first of these.
	Same, Other int64
	Others      []Repeat
	// Copies are lines without an id that are the same as another line in
	// everything.
	Copies int64
	// Sampled says that there are so many ids that the repeats were counted on one
	// part in Sampled of them, and are estimates; 1: on all.
	Sampled int64
}

// Repeat is a line that repeats the id of an earlier one.
type Repeat struct {
	Line, Of int
	ID       string
}

// idTable remembers ids by their hashes: an open-addressed table, which doubles
// up to mostSlots. Beyond that, half of the ids are forgotten and not looked at
// any more, as often as needed (Gibbons, Distinct Sampling, VLDB 2001).
type idTable struct {
	IDs
	slots   []idSlot
	used    int
	skipped int // bits of the hash that are 0 in all ids that are looked at
	scratch []byte
}

type idSlot struct {
	key, content uint64 // hashes; key 0: free
	line         int
}

// mostSlots bounds the table to 24 MB, and with it the ids to 750,000.
const (
	mostSlots  = 1 << 20
	fewSlots   = 1 << 10
	fullOf4    = 3 // of four slots
	maxRepeats = 3
)

func (t *idTable) add(line *Line) {
	in := &line.Interaction
	key, content := t.hashes(in)
	if len(in.ID) > 0 {
		t.With++
	} else {
		t.Without++
	}
	t.Sampled = 1 << t.skipped
	if t.skipped > 0 && bits.LeadingZeros64(key) < t.skipped {
		return
	}
	slot := t.find(key)
	switch {
	case slot.key == 0:
		*slot = idSlot{key, content, line.Number}
		if t.used++; t.used*4 > len(t.slots)*fullOf4 {
			t.grow()
		}
	case slot.line == line.Number && line.Number != 0: // another interaction of the same row
	case len(in.ID) == 0:
		t.Copies += t.Sampled
	case slot.content == content:
		t.Same += t.Sampled
	default:
		if t.Other += t.Sampled; len(t.Others) < maxRepeats {
			t.Others = append(t.Others, Repeat{line.Number, slot.line, string(in.ID)})
		}
	}
}

// hashes of what an id identifies, and of what the record says. Without an id,
// the whole record is the key.
func (t *idTable) hashes(in *signals.Interaction) (key, content uint64) {
	b := t.scratch[:0]
	field := func(s []byte) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, f := range [][]byte{in.Source, in.ID, in.Account, in.Signal} {
		field(f)
	}
	said := len(b)
	b = binary.BigEndian.AppendUint64(b, uint64(in.Time))
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(in.Value))
	field(in.Contact)
	field(in.Text)
	for i := range in.Attributes {
		field(in.Attributes[i].Key)
		field(in.Attributes[i].Value)
	}
	t.scratch = b
	if len(in.ID) == 0 {
		said = len(b)
	}
	return max(xxhash.Sum64(b[:said]), 1), xxhash.Sum64(b[said:])
}

// find the slot of a key, or the free one where it belongs.
func (t *idTable) find(key uint64) *idSlot {
	if t.slots == nil {
		t.slots = make([]idSlot, fewSlots)
	}
	mask := uint64(len(t.slots) - 1)
	for at := key & mask; ; at = (at + 1) & mask {
		if s := &t.slots[at]; s.key == 0 || s.key == key {
			return s
		}
	}
}

// grow makes room: twice as many slots, or half as many ids.
func (t *idTable) grow() {
	old := t.slots
	size := 2 * len(old)
	if size > mostSlots {
		size = mostSlots
		t.skipped++
	}
	t.slots, t.used = make([]idSlot, size), 0
	for i := range old {
		if old[i].key != 0 && bits.LeadingZeros64(old[i].key) >= t.skipped {
			*t.find(old[i].key) = old[i]
			t.used++
		}
	}
}
