package detector

import (
	"encoding/binary"
	"math"

	"firstsign/signals"
)

// A series keeps judgedDays closed days and as many open and coming ones as
// fit above them. A day's place is its number's low six bits.
const (
	judgedDays  = 56
	forwardDays = 8
	ringDays    = judgedDays + forwardDays
)

// noDay is before every day.
const noDay = signals.Day(math.MinInt32)

func slot(d signals.Day) int { return int(d) & (ringDays - 1) }

// ring holds one whole number a day, in the narrowest width that fits all of
// them; nil holds zeros. Most series are calls and visits: one byte a day.
type ring []byte

func (r ring) at(i int) int64 {
	switch len(r) {
	case 0:
		return 0
	case ringDays:
		return int64(int8(r[i]))
	case 2 * ringDays:
		return int64(int16(binary.LittleEndian.Uint16(r[2*i:])))
	case 4 * ringDays:
		return int64(int32(binary.LittleEndian.Uint32(r[4*i:])))
	}
	return int64(binary.LittleEndian.Uint64(r[8*i:]))
}

// set stores v and widens the ring when it must.
func (r *ring) set(i int, v int64) {
	if w := width(v); w*ringDays > len(*r) {
		if v == 0 {
			return
		}
		r.widen(w)
	}
	b := *r
	switch len(b) {
	case ringDays:
		b[i] = byte(v)
	case 2 * ringDays:
		binary.LittleEndian.PutUint16(b[2*i:], uint16(v))
	case 4 * ringDays:
		binary.LittleEndian.PutUint32(b[4*i:], uint32(v))
	default:
		binary.LittleEndian.PutUint64(b[8*i:], uint64(v))
	}
}

func (r *ring) widen(w int) {
	wide := make(ring, w*ringDays)
	for i := range ringDays {
		if v := r.at(i); v != 0 {
			wide.set(i, v)
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
