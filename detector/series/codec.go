package series

import (
	"encoding/binary"
	"errors"
	"firstsign/signals"
	"fmt"
	"math"
)

// StateVersion is the first byte of every encoding. From the first release on,
// a new one comes with a decoder of the old; 1 and 2 were never released. 4 added
// how active an account has been, 5 whether the ids of many were replaced, 6 weeks.
const StateVersion = 6

// oldestVersion is the first that is still read.
const oldestVersion = 3

// Writer appends to an encoding.
type Writer struct{ Bytes []byte }

// Byte appends one byte.
func (w *Writer) Byte(x byte) { w.Bytes = append(w.Bytes, x) }

// Uint appends a varint.
func (w *Writer) Uint(x uint64) { w.Bytes = binary.AppendUvarint(w.Bytes, x) }

// Int appends a zigzag varint.
func (w *Writer) Int(x int64) { w.Bytes = binary.AppendVarint(w.Bytes, x) }

// Bits appends 8 bytes, little endian.
func (w *Writer) Bits(x uint64) { w.Bytes = binary.LittleEndian.AppendUint64(w.Bytes, x) }

// Day appends a day as a number.
func (w *Writer) Day(d signals.Day) { w.Int(int64(d)) }

// Text appends a length and the bytes.
func (w *Writer) Text(s string) { w.Uint(uint64(len(s))); w.Bytes = append(w.Bytes, s...) }

// Bool appends one byte, 0 or 1.
func (w *Writer) Bool(x bool) {
	if x {
		w.Byte(1)
	} else {
		w.Byte(0)
	}
}

// Float keeps 32 bits, as they are in memory: what is read back is the same.
func (w *Writer) Float(x float32) {
	w.Bytes = binary.LittleEndian.AppendUint32(w.Bytes, math.Float32bits(x))
}

// ErrState means that an encoding is damaged, or of another version.
var ErrState = errors.New("the state cannot be read")

// Reader reads an encoding. After the first fault everything is zero.
type Reader struct {
	Rest []byte
	Err  error
}

// Fail keeps the first fault. From then on everything that is read is zero.
func (r *Reader) Fail(what string) {
	if r.Err == nil {
		r.Err = fmt.Errorf("%w: %s", ErrState, what)
	}
	r.Rest = nil
}

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if len(r.Rest) == 0 {
		r.Fail("truncated")
		return 0
	}
	x := r.Rest[0]
	r.Rest = r.Rest[1:]
	return x
}

// Uint reads a varint.
func (r *Reader) Uint() uint64 {
	x, n := binary.Uvarint(r.Rest)
	if n <= 0 {
		r.Fail("truncated number")
		return 0
	}
	r.Rest = r.Rest[n:]
	return x
}

// Int reads a zigzag varint.
func (r *Reader) Int() int64 {
	x, n := binary.Varint(r.Rest)
	if n <= 0 {
		r.Fail("truncated number")
		return 0
	}
	r.Rest = r.Rest[n:]
	return x
}

// Day reads a day; one beyond 32 bits is a fault.
func (r *Reader) Day() signals.Day {
	x := r.Int()
	if x < math.MinInt32 || x > math.MaxInt32 {
		r.Fail("day out of range")
		return 0
	}
	return signals.Day(x)
}

// Bits reads 8 bytes, little endian.
func (r *Reader) Bits() uint64 {
	if len(r.Rest) < 8 {
		r.Fail("truncated")
		return 0
	}
	x := binary.LittleEndian.Uint64(r.Rest)
	r.Rest = r.Rest[8:]
	return x
}

// Float reads 32 bits; a number of 1e30 or more is a fault.
func (r *Reader) Float() float32 {
	if len(r.Rest) < 4 {
		r.Fail("truncated")
		return 0
	}
	x := math.Float32frombits(binary.LittleEndian.Uint32(r.Rest))
	r.Rest = r.Rest[4:]
	if !(math.Abs(float64(x)) < 1e30) {
		r.Fail("a number out of range")
		return 0
	}
	return x
}

// Sum is a float that was summed up from what cannot be negative.
func (r *Reader) Sum() float32 {
	x := r.Float()
	if x < 0 {
		r.Fail("a negative sum")
		return 0
	}
	return x
}

// Bytes reads a length and as many bytes, which are those of the encoding.
func (r *Reader) Bytes() []byte {
	n := r.Uint()
	if n > uint64(len(r.Rest)) {
		r.Fail("truncated text")
		return nil
	}
	b := r.Rest[:n]
	r.Rest = r.Rest[n:]
	return b
}

// Text is Bytes of its own.
func (r *Reader) Text() string { return string(r.Bytes()) }

// Offset is so many days after another; one beyond 32 bits is a fault.
func (r *Reader) Offset(from, days signals.Day) signals.Day {
	d := int64(from) + int64(days)
	if d < math.MinInt32 || d > math.MaxInt32 {
		r.Fail("day out of range")
		return 0
	}
	return signals.Day(d)
}

// Floats appends which of up to 16 numbers are not zero, and those.
func (w *Writer) Floats(list []float32) {
	mask := uint64(0)
	for i, x := range list {
		if math.Float32bits(x) != 0 {
			mask |= 1 << i
		}
	}
	w.Uint(mask)
	for _, x := range list {
		if math.Float32bits(x) != 0 {
			w.Float(x)
		}
	}
}

// Floats reads what Writer.Floats wrote of as many numbers.
func (r *Reader) Floats(list []float32) {
	mask := r.Uint()
	if mask>>len(list) != 0 {
		r.Fail("too many numbers")
	}
	for i := range list {
		if list[i] = 0; mask>>i&1 == 1 {
			list[i] = r.Float()
		}
	}
}

// Count reads how many things follow, each of at least size bytes.
func (r *Reader) Count(size int) int {
	n := r.Uint()
	if n > uint64(len(r.Rest)/size) {
		r.Fail("more than there is room for")
		return 0
	}
	return int(n)
}

// Bool reads one byte; all but 0 is true.
func (r *Reader) Bool() bool { return r.Byte() != 0 }

// Version reads the version byte; one that this program does not read is a fault.
func (r *Reader) Version() byte {
	v := r.Byte()
	if r.Err == nil && (v < oldestVersion || v > StateVersion) {
		r.Fail(fmt.Sprintf("version %d, this program reads %d to %d", v, oldestVersion, StateVersion))
	}
	return v
}

// End fails when something is left over.
func (r *Reader) End() error {
	if r.Err == nil && len(r.Rest) > 0 {
		r.Fail("more than belongs there")
	}
	return r.Err
}
