package decode

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"firstsign/signals"
)

// maxDepth is how deep objects and arrays may nest. The contract needs 2; the
// rest is room for fields that other producers add.
const maxDepth = 64

// lexer walks JSON text byte by byte without building a tree. Its methods
// return false when the text is at fault; the fault is then in reason, at and
// what. It accepts exactly RFC 8259, and of that only what is valid UTF-8 once
// unescaped.
type lexer struct {
	b       []byte
	i       int    // the next byte
	scratch []byte // unescaped strings
	clean   bool   // the last string is printable ASCII without escapes
	field   []byte // the last key of the record itself, for people
	inside  string // what the text is when it is not a record's value, for people

	reason signals.Reason
	at     int
	what   string
}

// reset starts on a new text.
func (l *lexer) reset(b []byte) {
	l.b, l.i, l.field, l.inside, l.reason = b, 0, nil, "", ""
}

// fail notes the fault and returns false.
func (l *lexer) fail(reason signals.Reason, at int, what string) bool {
	l.reason, l.at, l.what = reason, at, what
	return false
}

// syntax notes that the text is not JSON at the next byte.
func (l *lexer) syntax(what string) bool {
	if l.i >= len(l.b) {
		what = "the text ends too early"
	}
	return l.fail(signals.Malformed, l.i, what)
}

// reject makes the fault a Reject. A fault of meaning gives way to one of the
// text, so that a truncated record is always malformed.
func (l *lexer) reject() *signals.Reject {
	if l.reason != signals.Malformed && l.reason != signals.InvalidUTF8 {
		text := lexer{b: l.b, inside: l.inside}
		text.space()
		if !text.skip(0) || !text.end() {
			l.reason, l.at, l.what, l.field = text.reason, text.at, text.what, nil
		}
	}
	detail := fmt.Sprintf("%sbyte %d: %s", l.inside, l.at, l.what)
	if l.field != nil {
		detail = fmt.Sprintf("%.80q at %s", l.field, detail)
	}
	return &signals.Reject{Reason: l.reason, Detail: detail}
}

// peek returns the next byte, 0 at the end.
func (l *lexer) peek() byte {
	if l.i < len(l.b) {
		return l.b[l.i]
	}
	return 0
}

// next passes over white space and returns the next byte, 0 at the end.
func (l *lexer) next() byte {
	if l.i < len(l.b) {
		if c := l.b[l.i]; c > ' ' {
			return c
		}
	}
	return l.space()
}

// space is next for when there is white space.
func (l *lexer) space() byte {
	for ; l.i < len(l.b); l.i++ {
		switch c := l.b[l.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// end checks that nothing follows.
func (l *lexer) end() bool {
	l.space()
	if l.i < len(l.b) {
		return l.syntax("something follows the record")
	}
	return true
}

// member goes to the next member of an object whose opening brace was read,
// and returns its key with the value as the next byte; nil at the object's end
// or when the text is at fault (then reason is set). Keys are never nil.
func (l *lexer) member(first bool) []byte {
	c := l.next()
	if c == '}' {
		l.i++
		return nil
	}
	if !first {
		if c != ',' {
			l.syntax("no comma or closing brace after a value")
			return nil
		}
		l.i++
		c = l.next()
	}
	if c != '"' {
		l.syntax("no key")
		return nil
	}
	key, ok := l.str()
	if !ok {
		return nil
	}
	if l.next() != ':' {
		l.syntax("no colon after a key")
		return nil
	}
	l.i++
	l.next()
	return key
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// stops has the high bit of every byte of x set that ends a run of ordinary
// string bytes: quote, backslash, control character. Bits above the lowest
// one set may be wrong, for the borrow of a subtraction runs upwards.
func stops(x uint64) uint64 {
	q := x ^ ('"'^' ')*ones // the quote takes the place of the space, next to the control characters
	s := x ^ '\\'*ones
	return ((q-(' '+1)*ones)&^q | (s-ones)&^s) & highs
}

// run returns the end of the run of ordinary string bytes from i, and a word
// with a high bit set when one of them is not printable ASCII.
func (l *lexer) run(i int) (end int, odd uint64) {
	b := l.b
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		if m := stops(x); m != 0 {
			n := bits.TrailingZeros64(m) &^ 7
			x &= 1<<n - 1
			return i + n>>3, odd | x | (x + ones) // x+1 has the high bit when x is DEL
		}
		odd |= x | (x + ones)
		i += 8
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '"' || c == '\\' || c < ' ' {
			break
		}
		odd |= uint64(c) | uint64(c+1)
	}
	return i, odd
}

// str reads the string whose opening quote is the next byte. The result
// points into the text, or into scratch when there were escapes.
func (l *lexer) str() ([]byte, bool) {
	b, start := l.b, l.i+1
	i, odd := start, uint64(0)
	for i+8 <= len(b) { // as in run: nearly all strings end here
		x := binary.LittleEndian.Uint64(b[i:])
		if m := stops(x); m != 0 {
			n := bits.TrailingZeros64(m) &^ 7
			x &= 1<<n - 1
			odd |= x | (x + ones)
			if i += n >> 3; b[i] == '"' && odd&highs == 0 {
				l.i, l.clean = i+1, true
				return b[start:i:i], true
			}
			break
		}
		odd |= x | (x + ones)
		i += 8
	}
	return l.oddStr(start, i, odd)
}

// oddStr is str for what is more than printable ASCII, or ends with the text. What
// was read of it is ordinary; odd is as in run.
func (l *lexer) oddStr(start, i int, odd uint64) ([]byte, bool) {
	end, rest := l.run(i)
	odd |= rest
	if end >= len(l.b) || l.b[end] != '"' {
		return l.escaped(start, end)
	}
	l.i = end + 1
	l.clean = odd&highs == 0
	if !l.clean && !l.utf8(start, end) {
		return nil, false
	}
	return l.b[start:end:end], true
}

// utf8 checks a stretch of the text.
func (l *lexer) utf8(from, to int) bool {
	if utf8.Valid(l.b[from:to]) {
		return true
	}
	for from < to {
		r, n := utf8.DecodeRune(l.b[from:to])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		from += n
	}
	return l.fail(signals.InvalidUTF8, from, "not UTF-8")
}

// escaped goes on with a string that does not end where its first run of
// ordinary bytes does.
func (l *lexer) escaped(start, i int) ([]byte, bool) {
	out := len(l.scratch)
	for from := start; ; {
		l.i = i
		if i >= len(l.b) || l.b[i] < ' ' {
			return nil, l.syntax("a control character in a string")
		}
		l.scratch = append(l.scratch, l.b[from:i]...)
		if l.b[i] == '"' {
			break
		}
		if !l.escape() {
			return nil, false
		}
		from = l.i
		i, _ = l.run(from)
	}
	l.i = i + 1
	l.clean = false
	if !l.utf8(start, i) { // escapes are ASCII: the raw text is valid when the result is
		return nil, false
	}
	return l.scratch[out:len(l.scratch):len(l.scratch)], true
}

// escape appends the character of the escape that begins at the next byte.
func (l *lexer) escape() bool {
	at := l.i
	l.i++
	c := l.peek()
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r, ok := l.unicode(at)
		l.scratch = utf8.AppendRune(l.scratch, r)
		return ok
	default:
		return l.syntax("an unknown escape")
	}
	l.i++
	l.scratch = append(l.scratch, c)
	return true
}

// unicode reads uXXXX, and a second \uXXXX when the first is half a pair.
func (l *lexer) unicode(at int) (rune, bool) {
	r, ok := l.hex4()
	if !ok || r < 0xD800 || r > 0xDFFF {
		return r, ok
	}
	if r < 0xDC00 && l.i+1 < len(l.b) && l.b[l.i] == '\\' && l.b[l.i+1] == 'u' {
		l.i++
		low, ok := l.hex4()
		if !ok {
			return 0, false
		}
		if low >= 0xDC00 && low <= 0xDFFF {
			return (r-0xD800)<<10 | (low - 0xDC00) + 0x10000, true
		}
	}
	return 0, l.fail(signals.InvalidUTF8, at, "half a surrogate pair")
}

// hex4 reads the four digits after the u at the next byte.
func (l *lexer) hex4() (rune, bool) {
	var r rune
	l.i++
	for range 4 {
		c := l.peek()
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, l.syntax("not four hexadecimal digits after \\u")
		}
		r = r<<4 | rune(c)
		l.i++
	}
	return r, true
}

// literal reads true, false or null.
func (l *lexer) literal(word string) bool {
	if len(l.b)-l.i < len(word) || string(l.b[l.i:l.i+len(word)]) != word {
		for k := 0; k < len(word) && l.peek() == word[k]; k++ {
			l.i++
		}
		return l.syntax("not a JSON value")
	}
	l.i += len(word)
	return true
}

// skip reads any value; depth is how many objects and arrays it stands in.
func (l *lexer) skip(depth int) bool {
	switch c := l.peek(); c {
	case '"':
		_, ok := l.str()
		return ok
	case '{':
		if depth >= maxDepth {
			return l.fail(signals.Malformed, l.i, "nested too deep")
		}
		l.i++
		for key := l.member(true); key != nil; key = l.member(false) {
			if !l.skip(depth + 1) {
				return false
			}
		}
		return l.reason == ""
	case '[':
		return l.array(depth)
	case 't':
		return l.literal("true")
	case 'f':
		return l.literal("false")
	case 'n':
		return l.literal("null")
	default:
		_, ok := l.number()
		return ok
	}
}

func (l *lexer) array(depth int) bool {
	if depth >= maxDepth {
		return l.fail(signals.Malformed, l.i, "nested too deep")
	}
	l.i++
	l.space()
	if l.peek() == ']' {
		l.i++
		return true
	}
	for {
		if !l.skip(depth + 1) {
			return false
		}
		l.space()
		switch l.peek() {
		case ',':
			l.i++
			l.space()
		case ']':
			l.i++
			return true
		default:
			return l.syntax("no comma or closing bracket after a value")
		}
	}
}

// controlled reports whether valid UTF-8 holds a control character: U+0000 to
// U+001F, U+007F, U+0080 to U+009F.
func controlled(s []byte) bool {
	for i, c := range s {
		if c < ' ' || c == 0x7F || c == 0xC2 && i+1 < len(s) && s[i+1] < 0xA0 {
			return true
		}
	}
	return false
}
