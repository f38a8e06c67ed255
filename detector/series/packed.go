package series

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// packed are whole numbers of the active days of a ring, in the order of their slots: amounts
// and scores come on few days. The first byte says in how many bytes each of the following is,
// little endian, with a sign.
type packed []byte

// spareDays are those that there is room for beyond what is needed, so that not every new day takes
// memory.
const spareDays = 1

// packedOf are the numbers of the active days.
func packedOf(active uint64, all *[RingDays]int64) packed {
	size := 1
	for m := active; m != 0; m &= m - 1 {
		size = max(size, sizeFor(all[bits.TrailingZeros64(m)]))
	}
	p := newPacked(size, bits.OnesCount64(active))
	for m, rank := active, 0; m != 0; m, rank = m&(m-1), rank+1 {
		p.put(rank, all[bits.TrailingZeros64(m)])
	}
	return p
}

// newPacked are so many numbers of so many bytes.
func newPacked(size, days int) packed {
	p := make(packed, 1+size*days, 1+size*(days+spareDays))
	p[0] = byte(size)
	return p
}

// size of a number in bytes.
func (p packed) size() int { return int(p[0]) }

// at is the number with so many before it.
func (p packed) at(rank int) int64 {
	size := p.size()
	b := p[1+rank*size:][:size]
	switch size {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 3: // most days of an amount in hundredths
		return int64(int32(b[0]) | int32(b[1])<<8 | int32(int8(b[2]))<<16)
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

// put stores a number that fits.
func (p packed) put(rank int, v int64) {
	size := p.size()
	b := p[1+rank*size:][:size]
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
}

// set stores the number of a day, which need not be active yet.
func (p *packed) set(active uint64, slot int, v int64) {
	if size := sizeFor(v); size > p.size() {
		p.widen(size)
	}
	rank, size := rank(active, slot), p.size()
	if active>>slot&1 == 0 {
		if len(*p)+size > cap(*p) {
			*p = append(make(packed, 0, len(*p)+size*(1+spareDays)), *p...)
		}
		at := 1 + rank*size
		*p = (*p)[:len(*p)+size]
		copy((*p)[at+size:], (*p)[at:])
	}
	p.put(rank, v)
}

// widen gives each number more bytes.
func (p *packed) widen(size int) {
	n := (len(*p) - 1) / p.size()
	wide := newPacked(size, n)
	for i := range n {
		wide.put(i, p.at(i))
	}
	*p = wide
}

// zero tells whether all are; nil is.
func (p packed) zero() bool {
	return p == nil || !slices.ContainsFunc(p[1:], func(b byte) bool { return b != 0 })
}

// drop takes out the number with so many before it.
func (p *packed) drop(rank int) {
	at := 1 + rank*p.size()
	*p = slices.Delete(*p, at, at+p.size())
}

// sizeFor is in how many bytes v is.
func sizeFor(v int64) int {
	switch {
	case v >= math.MinInt8 && v <= math.MaxInt8:
		return 1
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return 2
	case v >= -1<<23 && v < 1<<23:
		return 3
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return 4
	}
	return 8
}
