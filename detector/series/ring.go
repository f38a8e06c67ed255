package series

import (
	"encoding/binary"
	"math"

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

// ring holds one whole number a day, in the narrowest width that fits all of
// them; nil holds zeros. Most series are calls: four bits a day, from 0 to 15. The other
// widths have a sign.
type ring []byte

// At is the number of a slot.
func (r ring) At(i int) int64 {
	switch len(r) {
	case 0:
		return 0
	case RingDays / 2:
		return int64(r[i/2] >> (i & 1 * 4) & 15)
	case RingDays:
		return int64(int8(r[i]))
	case 2 * RingDays:
		return int64(int16(binary.LittleEndian.Uint16(r[2*i:])))
	case 3 * RingDays:
		b := r[3*i : 3*i+3]
		return int64(int32(b[0]) | int32(b[1])<<8 | int32(int8(b[2]))<<16)
	case 4 * RingDays:
		return int64(int32(binary.LittleEndian.Uint32(r[4*i:])))
	}
	return int64(binary.LittleEndian.Uint64(r[8*i:]))
}

// halfBytes is a ring of four bits a day.
type halfBytes [RingDays / 2]byte

// counted is one more than what the ring has: what was counted on an active day.
func (h *halfBytes) counted(slot int) int64 { return int64(h[slot/2]>>(slot&1*4)&15) + 1 }

// sum is that of all that the ring has, all days at once: bytes have two days each, then
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

// Set stores v and widens the ring when it must.
func (r *ring) Set(i int, v int64) {
	if size := sizeFor(v); size > len(*r) {
		if v == 0 {
			return
		}
		r.widen(size)
	}
	b := *r
	switch len(b) {
	case RingDays / 2:
		shift := i & 1 * 4
		b[i/2] = b[i/2]&^(15<<shift) | byte(v)<<shift
	case RingDays:
		b[i] = byte(v)
	case 2 * RingDays:
		binary.LittleEndian.PutUint16(b[2*i:], uint16(v))
	case 3 * RingDays:
		b[3*i], b[3*i+1], b[3*i+2] = byte(v), byte(v>>8), byte(v>>16)
	case 4 * RingDays:
		binary.LittleEndian.PutUint32(b[4*i:], uint32(v))
	default:
		binary.LittleEndian.PutUint64(b[8*i:], uint64(v))
	}
}

// empty tells whether all are zero.
func (r ring) empty() bool {
	for _, b := range r {
		if b != 0 {
			return false
		}
	}
	return true
}

func (r *ring) widen(size int) {
	wide := make(ring, size)
	for i := range RingDays {
		if v := r.At(i); v != 0 {
			wide.Set(i, v)
		}
	}
	*r = wide
}

// sizeFor is how long a ring is that holds v.
func sizeFor(v int64) int {
	switch {
	case v >= 0 && v < 16:
		return RingDays / 2
	case v >= math.MinInt8 && v <= math.MaxInt8:
		return RingDays
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return 2 * RingDays
	case v >= -1<<23 && v < 1<<23:
		return 3 * RingDays // most days of an amount in hundredths
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return 4 * RingDays
	}
	return 8 * RingDays
}
