package series

import (
	"encoding/binary"
	"math"
	"math/bits"

	"firstsign/signals"
)

// A series keeps judgedDays closed days and as many open and coming ones as
// fit above them. A day's place is its number's low six bits.
const (
	JudgedDays  = 56
	ForwardDays = 8
	RingDays    = JudgedDays + ForwardDays
)

// NoDay is before every day.
const NoDay = signals.Day(math.MinInt32)

// Slot is the place of a day in a ring.
func Slot(d signals.Day) int { return int(d) & (RingDays - 1) }

// days hold a whole number of each active day of a ring. Without any all are zero. Most
// series are calls: half a byte a day does.
type days struct {
	few  *halfBytes
	more *more
}

// more is what most series do not have.
type more struct {
	many  packed // in place of few, where a number is below 0 or above 15
	level *Level // of a score
}

// touch reads what adding to it reads.
func (m *more) touch() (sum int) {
	if m == nil {
		return 0
	}
	if len(m.many) > 0 {
		sum = m.many.size()
	}
	if m.level != nil {
		sum += len(m.level.seen)
	}
	return sum
}

// many has the numbers that half a byte is too little for; nil when there are none.
func (d *days) many() *packed {
	if d.more == nil || d.more.many == nil {
		return nil
	}
	return &d.more.many
}

// daysOf have the numbers of the active days.
func daysOf(active uint64, all *[RingDays]int64) (d days) {
	for m := active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if all[i] < 0 || all[i] > 15 {
			return days{more: &more{many: packedOf(active, all)}}
		}
		d.set(active, i, all[i])
	}
	return d
}

// at is the number of a day, which is one of the active ones.
func (d *days) at(active uint64, slot int) int64 {
	if d.few != nil {
		return d.few.at(slot)
	}
	if many := d.many(); many != nil {
		return many.at(rank(active, slot))
	}
	return 0
}

// set stores the number of a day, which need not be active yet.
func (d *days) set(active uint64, slot int, v int64) {
	many := d.many()
	if many == nil && (v < 0 || v > 15) {
		many = d.widen(active)
	}
	switch {
	case many != nil:
		many.set(active, slot, v)
	case d.few != nil:
		d.few.set(slot, v)
	case v != 0:
		d.few = new(halfBytes)
		d.few.set(slot, v)
	}
}

// widen makes room for greater numbers than few can be.
func (d *days) widen(active uint64) *packed {
	var all [RingDays]int64
	for m := active; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		all[i] = d.at(active, i)
	}
	if d.few = nil; d.more == nil {
		d.more = new(more)
	}
	d.more.many = packedOf(active, &all)
	return &d.more.many
}

// drop forgets an active day.
func (d *days) drop(active uint64, slot int) {
	if d.few != nil {
		d.few.set(slot, 0)
	}
	if many := d.many(); many != nil {
		many.drop(rank(active, slot))
	}
}

// zero tells whether the numbers of all active days are.
func (d *days) zero(active uint64) bool {
	if d.few != nil {
		return *d.few == halfBytes{}
	}
	for m := active; m != 0; m &= m - 1 {
		if d.at(active, bits.TrailingZeros64(m)) != 0 {
			return false
		}
	}
	return true
}

// rank is how many active days have a slot below this one.
func rank(active uint64, slot int) int { return bits.OnesCount64(active & (1<<slot - 1)) }

// halfBytes hold numbers from 0 to 15, of all days of a ring.
type halfBytes [RingDays / 2]byte

func (h *halfBytes) at(slot int) int64 { return int64(h[slot/2] >> (slot & 1 * 4) & 15) }

func (h *halfBytes) set(slot int, v int64) {
	shift := slot & 1 * 4
	h[slot/2] = h[slot/2]&^(15<<shift) | byte(v)<<shift
}

// counted is one more than what is kept: what was counted on an active day.
func (h *halfBytes) counted(slot int) int64 { return h.at(slot) + 1 }

// sum is that of all numbers, all days at once: bytes have two days each, then
// eight, then words of two bytes what two of those have.
func (h *halfBytes) sum() int64 {
	const low, each = 0x0f0f0f0f0f0f0f0f, 0x00ff00ff00ff00ff
	eights := uint64(0)
	for at := 0; at < len(h); at += 8 {
		x := binary.LittleEndian.Uint64(h[at:])
		eights += x&low + x>>4&low
	}
	return int64((eights&each + eights>>8&each) * 0x0001000100010001 >> 48)
}
