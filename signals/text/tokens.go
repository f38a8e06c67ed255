package text

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// token is a word, a Chinese character, a number, or a mark between them.
type token struct {
	hash uint64 // of what it says; 0 of a pause
	stem uint32 // of how a word begins: cancel, cancels and cancelled are one
	// The same of fewer and of more letters; 0 where a word has not as many.
	shorter, longer uint32
	at              uint32 // where it stands in the text, in bytes
	size            uint16 // in bytes
	kind            tokenKind
}

// How many letters of a word its stems have.
const (
	shorterLetters = 4
	stemLetters    = 5
	longerLetters  = 7
)

type tokenKind uint8

const (
	word tokenKind = iota
	han
	number
	face     // a picture, or a smiley
	pause    // a comma and the like
	stop     // the end of a sentence
	question // the end of one
	quote    // where a quotation begins or ends
)

// longestText is how much of a text is read, in tokens. What matters in a long
// letter is said by then, and a text costs no more than a bounded time.
const longestText = 4000

// tokenize appends the tokens of a text. Case and width of letters do not
// matter.
func tokenize(text []byte, list []token) []token {
	for i := 0; i < len(text) && len(list) < longestText; {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(text[i:])
			r = narrow(r)
		}
		switch {
		case r == ' ':
		case isWordLetter(r):
			var t token
			t, n = wordToken(text[i:])
			t.at, t.size = uint32(i), uint16(min(n, math.MaxUint16))
			list = append(list, t)
		case isHan(r):
			list = append(list, token{hash: mix(seed, r), at: uint32(i), size: uint16(n), kind: han})
		case isPicture(r):
			list = append(list, token{hash: mix(seed, r), kind: face})
		case (r == ':' || r == ';' || r == '=') && (i == 0 || !isWordLetter(rune(text[i-1]))) && smiley(text[i+n:]) > 0:
			n += smiley(text[i+n:])
			list = append(list, token{hash: mix(mix(seed, ':'), lower(rune(text[i+n-1]))), kind: face})
		default:
			if kind, ok := markOf(r, text, i+n); ok {
				list = append(list, token{hash: mix(seed, r), kind: kind})
			}
		}
		i += n
	}
	return list
}

// wordToken reads a word or a number, with the apostrophe and the point inside.
func wordToken(text []byte) (t token, n int) {
	t = token{hash: seed, kind: number}
	for letters := 0; n < len(text); {
		r, size := rune(text[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[n:])
			r = narrow(r)
		}
		switch {
		case isDigit(r):
		case isWordLetter(r):
			r = lower(r)
			t.kind = word
		case r == '\'' && possessive(text[n+size:]):
			return t, n + size + 1
		case (r == '\'' || r == '.' && t.kind == number) && insideWord(text[n+size:]):
		default:
			return t, n
		}
		t.hash = mix(t.hash, r)
		if letters++; letters <= stemLetters {
			t.stem = uint32(t.hash >> 20)
		}
		switch letters {
		case shorterLetters:
			t.shorter = uint32(t.hash >> 20)
		case longerLetters:
			t.longer = uint32(t.hash >> 20)
		}
		n += size
	}
	return t, n
}

// insideWord tells whether a letter or digit comes next.
func insideWord(rest []byte) bool {
	r, _ := utf8.DecodeRune(rest)
	return isWordLetter(narrow(r))
}

// possessive tells an s with nothing after it: the supplier's is the supplier.
func possessive(rest []byte) bool {
	return len(rest) > 0 && lower(rune(rest[0])) == 's' && !insideWord(rest[1:])
}

// markOf is what stands between words. A point between figures was read
// with them.
func markOf(r rune, text []byte, next int) (tokenKind, bool) {
	switch r {
	case '.', '!', '。', ';', '\n', '…':
		return stop, true
	case '?':
		return question, true
	case ',', '、', ':', '(', ')', '~':
		return pause, true
	case '"', '“', '”', '「', '」', '《', '》', '『', '』':
		return quote, true
	case '-', '—':
		if next < len(text) && (text[next] == ' ' || text[next] == '-') {
			return pause, true
		}
	}
	return 0, false
}

// narrow turns the wide forms of Latin letters, digits and marks that are
// common in Chinese texts into the plain ones.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　' || r == '\u00a0':
		return ' '
	case r == '’' || r == '‘':
		return '\''
	}
	return r
}

func lower(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isWordLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r)
	}
	return r < 0x2000 && unicode.IsLetter(r)
}

// isPicture tells the signs that people draw a mood with.
func isPicture(r rune) bool { return r >= 0x2600 && r <= 0x27bf || r >= 0x1f300 && r <= 0x1faff }

// smiley is the length of what makes a face of two eyes: :) :-( ;D
func smiley(rest []byte) int {
	n := 0
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '\'') {
		n++
	}
	if n == len(rest) {
		return 0
	}
	switch c := rest[n]; c {
	case ')', '(', '[', ']', '|', '/', '\\', '*':
	case 'D', 'P', 'p', 'S', 's', 'O', 'o', 'c', '3', 'x':
		if n+1 < len(rest) && insideWord(rest[n+1:]) {
			return 0
		}
	default:
		return 0
	}
	return n + 1
}

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x3ffff }

// FNV-1a over runes; the state is stirred where it is used as a place.
const (
	seed  = 14695981039346656037
	prime = 1099511628211
)

func mix(h uint64, r rune) uint64 { return (h ^ uint64(r)) * prime }

// join is the hash of a sequence.
func join(a, b uint64) uint64 {
	h := (a ^ b>>29 ^ 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return (h ^ h>>32 ^ b) * 0x94d049bb133111eb
}
