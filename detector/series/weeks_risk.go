package series

import (
	"math"
	"math/bits"
	"time"

	"firstsign/signals"
)

// evidenceStep in nats is what evidence is rounded to when a week is kept: a sixteenth of a
// nat up or down, which is 7 % of the years in which it is seen once.
const evidenceStep = 1.0 / 8

// The risk is the first part of Weeks:
//
//	weeks  1 byte: complete weeks
//	most   1 byte: the highest evidence of the open week so far
//	form   1 byte: bits of an evidence at the end of a week, and in the upper half of an excess
//	ends   the evidence at the end of each complete week, the last one first
//	excess how much more the highest of each week was
//
// noRisk is that of no week.
var noRisk = [3]byte{}

// pastRisk is the risk, unpacked.
type pastRisk struct {
	weeks        int
	most         uint8
	ends, excess [HalfYear]uint8
}

// KeepRisk takes in the evidence at the close of a day.
func (w *Weeks) KeepRisk(d signals.Day, evidence float32) {
	if len(*w) == 0 {
		w.store(noRisk[:])
	}
	steps := uint8(max(0, min(math.MaxUint8, math.Round(float64(evidence)/evidenceStep))))
	most := max((*w)[1], steps)
	if d.Weekday() != time.Sunday {
		(*w)[1] = most
		return
	}
	var p pastRisk
	r := Reader{Rest: *w}
	p.read(&r)
	copy(p.ends[1:], p.ends[:])
	copy(p.excess[1:], p.excess[:])
	p.ends[0], p.excess[0] = steps, most-steps
	p.weeks, p.most = min(HalfYear, p.weeks+1), 0
	var room [512]byte
	w.store(append(p.append(room[:0]), r.Rest...))
}

func (p *pastRisk) append(b []byte) []byte {
	ends, excess := p.ends[:p.weeks], p.excess[:p.weeks]
	b = append(b, byte(p.weeks), p.most, byte(bitsOf(ends)|bitsOf(excess)<<4))
	return appendBits(appendBits(b, ends, bitsOf(ends)), excess, bitsOf(excess))
}

func (p *pastRisk) read(r *Reader) {
	p.weeks, p.most = int(r.Byte()), r.Byte()
	form := int(r.Byte())
	if p.weeks > HalfYear || form&15 > 8 || form>>4 > 8 {
		r.Fail("no weeks of risk")
		return
	}
	readBits(r, p.ends[:p.weeks], form&15)
	readBits(r, p.excess[:p.weeks], form>>4)
}

// riskSize is how long the risk is.
func (w Weeks) riskSize() int {
	if len(w) == 0 {
		return 0
	}
	n, form := int(w[0]), int(w[2])
	return len(noRisk) + (n*(form&15)+7)/8 + (n*(form>>4)+7)/8
}

// bitsOf is how many bits the greatest needs.
func bitsOf(values []uint8) int {
	all := uint8(0)
	for _, v := range values {
		all |= v
	}
	return bits.Len8(all)
}

// appendBits writes values of some bits each, the lowest first.
func appendBits(b []byte, values []uint8, width int) []byte {
	all, n := uint(0), 0
	for _, v := range values {
		all |= uint(v) << n
		for n += width; n >= 8; n -= 8 {
			b = append(b, byte(all))
			all >>= 8
		}
	}
	if n > 0 {
		b = append(b, byte(all))
	}
	return b
}

// readBits reads what appendBits wrote.
func readBits(r *Reader, values []uint8, width int) {
	all, n := uint(0), 0
	for i := range values {
		for ; n < width; n += 8 {
			all |= uint(r.Byte()) << n
		}
		values[i] = uint8(all & (1<<width - 1))
		all >>= width
		n -= width
	}
}
