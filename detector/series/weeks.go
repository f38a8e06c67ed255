package series

import (
	"encoding/binary"
	"math"
	"time"

	"firstsign/signals"
)

// KeptWeeks are kept of a series beyond its ring of eight weeks: half a year in all.
const KeptWeeks = HalfYear - JudgedDays/7

// HalfYear is half a year in weeks.
const HalfYear = 26

// Weeks are the past of an account by calendar weeks, Monday to Sunday: its risk, and the
// weeks of each series that have left the ring. People look at them; nothing is judged by
// them. A day is added when it leaves the ring, so late events are in it.
//
// They are bytes, in memory as in the state: the risk (see weeks_risk.go), then one record
// for each of the first series of the set, in its order. A record is
//
//	head   1 byte: complete weeks, and in the upper 3 bits the known days of the open week
//	form   1 byte: bits of a value, and the flags below
//	step   1 byte: values are multiples of 2^step; only where a value has 8 bits
//	marks  varint, with flag marked: bit i is the i-th last week, KeptWeeks bits each
//	open   varint: what was counted in the open week so far; of a mean also the observations
//	values the complete weeks, the last one first, each in as many bits as the greatest needs
//
// Values up to 255 are exact. Greater ones are rounded to a common power of two of which the
// greatest is 128 times as much or more.
type Weeks []byte

// The flags of a form.
const (
	marked = 1 << 4 // some week was not known, or not all of it
	isMean = 1 << 5 // values are means, and may be negative
)

// maxStep keeps every value within 56 bits.
const maxStep = 48

// pastSeries are the weeks of one series, unpacked.
type pastSeries struct {
	weeks   int // complete ones
	known   int // days of the open week
	mean    bool
	unknown uint32 // bit i: nothing is known of the i-th last week
	partly  uint32 // bit i: not all of its days are known
	sum     int64  // of the open week
	seen    int64  // observations in it, of a mean
	values  [KeptWeeks]int64
}

// Keep adds the leaving day to the weeks of the series; it must still be in their rings.
func (w *Weeks) Keep(all []Series, d *Exposure) {
	ends := d.Lo.Weekday() == time.Sunday
	at, i := w.riskSize(), 0
	for !ends && i < len(all) && at < len(*w) {
		size, done := (*w)[at:].addInPlace(&all[i], d)
		if !done {
			break
		}
		at += size
		i++
	}
	begun := i
	for begun < len(all) && all[begun].First > d.Lo {
		begun++
	}
	if at == len(*w) && begun == len(all) {
		return
	}
	w.rebuild(all, d, i, at, ends)
}

// rebuild writes the series from number i on anew; theirs begin at a place. ends: the
// leaving day is the last of its week.
func (w *Weeks) rebuild(all []Series, d *Exposure, i, at int, ends bool) {
	var room [512]byte
	b := append(room[:0], (*w)[:at]...)
	if at == 0 {
		b = append(b, noRisk...)
	}
	rest := Reader{Rest: (*w)[at:]}
	for ; i < len(all); i++ {
		var p pastSeries
		s := &all[i]
		if len(rest.Rest) > 0 {
			p.read(&rest)
		}
		if p.mean != (s.Level() != nil) {
			p = pastSeries{mean: s.Level() != nil}
		}
		p.add(s, d)
		if ends {
			p.end(s, d.Lo)
		}
		b = p.append(b)
	}
	w.store(b)
}

// store copies bytes into as much memory as they need.
func (w *Weeks) store(b []byte) {
	if cap(*w) < len(b) {
		*w = make(Weeks, len(b))
	}
	*w = (*w)[:len(b)]
	copy(*w, b)
}

// leaving is what a series counted on the leaving day, and of a mean the observations.
func (s *Series) leaving(d *Exposure) (steps, seen int64, known bool) {
	if d.KnownOf(s)&1 == 0 || s.First > d.Lo {
		return 0, 0, false
	}
	if i := Slot(d.Lo); s.Active>>i&1 == 1 {
		if steps = s.At(i); s.Level() != nil {
			seen = s.Seen(i)
		}
	}
	return steps, seen, true
}

// add takes in the leaving day.
func (p *pastSeries) add(s *Series, d *Exposure) {
	steps, seen, known := s.leaving(d)
	if known {
		p.known = min(7, p.known+1)
	}
	p.sum, p.seen = p.sum+steps, p.seen+seen
}

// addInPlace takes the leaving day into the record that the bytes begin with, where that
// changes no length. It returns the length.
func (w Weeks) addInPlace(s *Series, d *Exposure) (size int, done bool) {
	sumAt, size := w.sumOf()
	steps, seen, known := s.leaving(d)
	mean := w[1]&isMean != 0
	switch {
	case mean != (s.Level() != nil):
		return 0, false
	case steps == 0 && seen == 0:
	case mean:
		sum, n := binary.Varint(w[sumAt:])
		all, m := binary.Uvarint(w[sumAt+n:])
		var room [2 * binary.MaxVarintLen64]byte
		b := binary.AppendUvarint(binary.AppendVarint(room[:0], sum+steps), all+uint64(seen))
		if len(b) != n+m {
			return 0, false
		}
		copy(w[sumAt:], b)
	default:
		sum, n := binary.Uvarint(w[sumAt:])
		var room [binary.MaxVarintLen64]byte
		b := binary.AppendUvarint(room[:0], sum+uint64(steps))
		if len(b) != n {
			return 0, false
		}
		copy(w[sumAt:], b)
	}
	if known && w[0]>>5 < 7 {
		w[0] += 1 << 5
	}
	return size, true
}

// sumOf is where the open week of the record stands that the bytes begin with, and the
// record's length.
func (w Weeks) sumOf() (at, size int) {
	width := int(w[1] & 15)
	at = 2
	if width == 8 {
		at++
	}
	skip := func() {
		for w[at] >= 0x80 {
			at++
		}
		at++
	}
	if w[1]&marked != 0 {
		skip()
	}
	sum := at
	if skip(); w[1]&isMean != 0 {
		skip()
	}
	return sum, at + (int(w[0]&31)*width+7)/8
}

// open is the value of the open week.
func (p *pastSeries) open() int64 {
	if !p.mean || p.seen == 0 {
		return p.sum
	}
	return int64(math.Round(float64(p.sum) / float64(p.seen)))
}

// end makes the open week a complete one. last is its Sunday.
func (p *pastSeries) end(s *Series, last signals.Day) {
	if s.First > last {
		return
	}
	copy(p.values[1:], p.values[:])
	p.values[0] = p.open()
	p.unknown, p.partly = p.unknown<<1, p.partly<<1
	switch {
	case p.known == 0, p.mean && p.seen == 0:
		p.unknown |= 1
	case p.known < int(min(7, last-s.First+1)):
		p.partly |= 1
	}
	p.unknown &= 1<<KeptWeeks - 1
	p.partly &= 1<<KeptWeeks - 1
	p.weeks = min(KeptWeeks, p.weeks+1)
	p.known, p.sum, p.seen = 0, 0, 0
}

// append writes the record.
func (p *pastSeries) append(b []byte) []byte {
	var codes [KeptWeeks]uint8
	width, step := p.codes(&codes)
	form := byte(width)
	marks := uint64(p.unknown) | uint64(p.partly)<<KeptWeeks
	if marks != 0 {
		form |= marked
	}
	if p.mean {
		form |= isMean
	}
	b = append(b, byte(p.weeks|p.known<<5), form)
	if width == 8 {
		b = append(b, byte(step))
	}
	if marks != 0 {
		b = binary.AppendUvarint(b, marks)
	}
	if p.mean {
		b = binary.AppendVarint(b, p.sum)
		b = binary.AppendUvarint(b, uint64(p.seen))
	} else {
		b = binary.AppendUvarint(b, uint64(p.sum))
	}
	return appendBits(b, codes[:p.weeks], width)
}

// codes turns the values into the fewest bits that hold them.
func (p *pastSeries) codes(codes *[KeptWeeks]uint8) (width, step int) {
	var least, greatest int64
	for _, v := range p.values[:p.weeks] {
		least, greatest = min(least, v), max(greatest, v)
	}
	for step < maxStep && max(p.code(least, step), p.code(greatest, step)) > math.MaxUint8 {
		step++
	}
	for i, v := range p.values[:p.weeks] {
		codes[i] = uint8(min(p.code(v, step), math.MaxUint8))
	}
	if step > 0 {
		return 8, step // where the step stands, though -64 of them fit into 7
	}
	return bitsOf(codes[:p.weeks]), 0
}

// code rounds a value to steps, half a step away from 0.
func (p *pastSeries) code(v int64, step int) uint64 {
	half := int64(1) << step >> 1
	switch {
	case !p.mean:
		return uint64(max(0, v)+half) >> step
	case v >= 0:
		return uint64(v+half) >> step << 1 // zigzag, as in a varint
	}
	if size := uint64(half-v) >> step; size > 0 {
		return size<<1 - 1
	}
	return 0
}

// value is what a code stands for.
func (p *pastSeries) value(code uint8, step int) int64 {
	if p.mean {
		return (int64(code>>1) ^ -int64(code&1)) << step
	}
	return int64(code) << step
}

// read reads a record.
func (p *pastSeries) read(r *Reader) {
	head, form := r.Byte(), r.Byte()
	width, step := int(form&15), 0
	p.weeks, p.known, p.mean = int(head&31), int(head>>5), form&isMean != 0
	if width == 8 {
		step = int(r.Byte())
	}
	if p.weeks > KeptWeeks || width > 8 || step > maxStep || form>>6 != 0 {
		r.Fail("no weeks of a series")
		return
	}
	if form&marked != 0 {
		marks := r.Uint()
		p.unknown, p.partly = uint32(marks&(1<<KeptWeeks-1)), uint32(marks>>KeptWeeks)
		if marks == 0 || marks>>(2*KeptWeeks) != 0 {
			r.Fail("no marks of weeks")
			return
		}
	}
	if p.mean {
		p.sum, p.seen = r.Int(), int64(r.Uint())
	} else {
		p.sum = int64(r.Uint())
	}
	if p.seen < 0 || p.sum < 0 && !p.mean {
		r.Fail("a negative sum of a week")
	}
	var codes [KeptWeeks]uint8
	readBits(r, codes[:p.weeks], width)
	for i, code := range codes[:p.weeks] {
		p.values[i] = p.value(code, step)
	}
}
