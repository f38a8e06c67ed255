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
// them; nil holds zeros. Most series are calls and visits: one byte a day.
type ring []byte

func (r ring) At(i int) int64 {
	switch len(r) {
	case 0:
		return 0
	case RingDays:
		return int64(int8(r[i]))
	case 2 * RingDays:
		return int64(int16(binary.LittleEndian.Uint16(r[2*i:])))
	case 4 * RingDays:
		return int64(int32(binary.LittleEndian.Uint32(r[4*i:])))
	}
	return int64(binary.LittleEndian.Uint64(r[8*i:]))
}

// Set stores v and widens the ring when it must.
func (r *ring) Set(i int, v int64) {
	if w := width(v); w*RingDays > len(*r) {
		if v == 0 {
			return
		}
		r.widen(w)
	}
	b := *r
	switch len(b) {
	case RingDays:
		b[i] = byte(v)
	case 2 * RingDays:
		binary.LittleEndian.PutUint16(b[2*i:], uint16(v))
	case 4 * RingDays:
		binary.LittleEndian.PutUint32(b[4*i:], uint32(v))
	default:
		binary.LittleEndian.PutUint64(b[8*i:], uint64(v))
	}
}

func (r *ring) widen(w int) {
	wide := make(ring, w*RingDays)
	for i := range RingDays {
		if v := r.At(i); v != 0 {
			wide.Set(i, v)
		}
	}
	*r = wide
}

// width is how many bytes v needs.
func width(v int64) int {
	switch {
	case v >= math.MinInt8 && v <= math.MaxInt8:
		return 1
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return 2
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return 4
	}
	return 8
}
