package detector

import (
	"encoding/binary"
	"errors"
	"firstsign/signals"
	"fmt"
	"math"
)

// stateVersion is the first byte of every encoding. From the first release on,
// a new one comes with a decoder of the old; version 1 was never released.
const stateVersion = 2

// writer appends to an encoding.
type writer struct{ b []byte }

func (w *writer) byte(x byte) { w.b = append(w.b, x) }

func (w *writer) uint(x uint64) { w.b = binary.AppendUvarint(w.b, x) }

func (w *writer) int(x int64) { w.b = binary.AppendVarint(w.b, x) }

func (w *writer) bits(x uint64) { w.b = binary.LittleEndian.AppendUint64(w.b, x) }

func (w *writer) day(d signals.Day) { w.int(int64(d)) }

func (w *writer) string(s string) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }

func (w *writer) bool(x bool) {
	if x {
		w.byte(1)
	} else {
		w.byte(0)
	}
}

// float keeps 32 bits, as they are in memory: what is read back is the same.
func (w *writer) float(x float32) { w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(x)) }

var errState = errors.New("the state cannot be read")

// reader reads an encoding. After the first fault everything is zero.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", errState, what)
	}
	r.b = nil
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail("truncated")
		return 0
	}
	x := r.b[0]
	r.b = r.b[1:]
	return x
}

func (r *reader) uint() uint64 {
	x, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("truncated number")
		return 0
	}
	r.b = r.b[n:]
	return x
}

func (r *reader) int() int64 {
	x, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("truncated number")
		return 0
	}
	r.b = r.b[n:]
	return x
}

func (r *reader) day() signals.Day {
	x := r.int()
	if x < math.MinInt32 || x > math.MaxInt32 {
		r.fail("day out of range")
		return 0
	}
	return signals.Day(x)
}

func (r *reader) bits() uint64 {
	if len(r.b) < 8 {
		r.fail("truncated")
		return 0
	}
	x := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return x
}

func (r *reader) float() float32 {
	if len(r.b) < 4 {
		r.fail("truncated")
		return 0
	}
	x := math.Float32frombits(binary.LittleEndian.Uint32(r.b))
	r.b = r.b[4:]
	if !(math.Abs(float64(x)) < 1e30) {
		r.fail("a number out of range")
		return 0
	}
	return x
}

// sum is a float that was summed up from what cannot be negative.
func (r *reader) sum() float32 {
	x := r.float()
	if x < 0 {
		r.fail("a negative sum")
		return 0
	}
	return x
}

func (r *reader) string() string {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail("truncated text")
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// count reads how many things follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := r.uint()
	if n > uint64(len(r.b)/size) {
		r.fail("more than there is room for")
		return 0
	}
	return int(n)
}

func (r *reader) bool() bool { return r.byte() != 0 }

func (r *reader) version() {
	if v := r.byte(); r.err == nil && v != stateVersion {
		r.fail(fmt.Sprintf("version %d, this program reads %d", v, stateVersion))
	}
}

// end fails when something is left over.
func (r *reader) end() error {
	if r.err == nil && len(r.b) > 0 {
		r.fail("more than belongs there")
	}
	return r.err
}
