package decode

import (
	"math"
	"strconv"
	"unsafe"
)

// decimal is a JSON number as it was read: (-1)^neg * mantissa * 10^exponent,
// when it has no more than exactDigits digits.
type decimal struct {
	text     []byte
	mantissa uint64
	digits   int
	exponent int
	neg      bool
}

// A float64 holds every integer of up to 15 digits and every power of ten up
// to 10^22 exactly, so that one multiplication or division of two such gives
// the correctly rounded result (Clinger, How to read floating point numbers
// accurately, 1990). Everything else is left to strconv.
const exactDigits = 15

var tens = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// float is the nearest float64; false when that is infinite.
func (n *decimal) float() (float64, bool) {
	if n.digits > exactDigits || n.exponent >= len(tens) || -n.exponent >= len(tens) {
		f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(n.text), len(n.text)), 64)
		return f, err == nil && !math.IsInf(f, 0)
	}
	f := float64(n.mantissa)
	if n.exponent < 0 {
		f /= tens[-n.exponent]
	} else {
		f *= tens[n.exponent]
	}
	if n.neg {
		f = -f
	}
	return f, true
}

// number reads a number.
func (l *lexer) number() (n decimal, ok bool) {
	start := l.i
	if l.peek() == '-' {
		n.neg = true
		l.i++
	}
	if l.peek() == '0' {
		n.digits = 1
		l.i++
	} else if !l.digits(&n) {
		if l.i == start {
			return n, l.syntax("not a JSON value")
		}
		return n, l.syntax("no digit in a number")
	}
	if l.peek() == '.' {
		l.i++
		point := l.i
		if !l.digits(&n) {
			return n, l.syntax("no digit after the point of a number")
		}
		n.exponent = point - l.i
	}
	if l.peek()|0x20 == 'e' {
		l.i++
		e, ok := l.power()
		if !ok {
			return n, false
		}
		n.exponent += e
	}
	n.text = l.b[start:l.i:l.i]
	return n, true
}

// digits reads one digit or more into the mantissa, which is not to be used
// when there are too many.
func (l *lexer) digits(n *decimal) bool {
	b, i, m := l.b, l.i, n.mantissa
	for i < len(b) && b[i]-'0' <= 9 {
		m = m*10 + uint64(b[i]-'0')
		i++
	}
	read := i - l.i
	n.mantissa, l.i = m, i
	n.digits += read
	return read > 0
}

// power reads the exponent after the e. A huge one stays huge.
func (l *lexer) power() (int, bool) {
	c := l.peek()
	if c == '+' || c == '-' {
		l.i++
	}
	start, e := l.i, 0
	for l.i < len(l.b) && l.b[l.i]-'0' <= 9 {
		if e < 1<<24 {
			e = e*10 + int(l.b[l.i]-'0')
		}
		l.i++
	}
	if l.i == start {
		return 0, l.syntax("no digit in the exponent of a number")
	}
	if c == '-' {
		e = -e
	}
	return e, true
}
