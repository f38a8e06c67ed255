package identity

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean returns an id in the one form in which it is kept:
//
//   - in Unicode's normal form C, so that é is one letter and not e with an accent;
//   - without white space at its ends, no-break and ideographic spaces included;
//   - with one space where there was a run of white space, unless a line break or
//     another control character is among it: whoever reads ids refuses those;
//   - without characters that nobody sees: zero-width spaces, byte order marks,
//     soft hyphens and marks of writing direction.
//
// Case, width and punctuation stay: two systems may tell customers apart by them.
//
// An id that is clean already is returned as it is. Another one is appended to
// scratch, which is returned as well, so that a caller who keeps it allocates
// nothing; only a text that has to be composed costs two allocations. Bytes that
// are not UTF-8 stay.
func Clean(id, scratch []byte) (clean, grown []byte) {
	if IsPlain(id) || isCleanText(id) {
		return id, scratch
	}
	from := len(scratch)
	scratch = appendVisible(scratch, id)
	visible := scratch[from:len(scratch):len(scratch)]
	if norm.NFC.IsNormal(visible) {
		return visible, scratch
	}
	scratch = append(scratch, '\n') // nothing composes with it
	from = len(scratch)
	scratch = norm.NFC.Append(scratch, visible...)
	return scratch[from:len(scratch):len(scratch)], scratch
}

// CleanString is Clean of a text.
func CleanString(id string) string {
	clean, _ := Clean([]byte(id), nil)
	return string(clean)
}

// IsPlain says that an id is clean and holds no control character, by one look at
// each letter of ASCII, Latin-1 and Chinese: alone, none of them is anything but
// itself. It may say no of others that are clean.
func IsPlain(id []byte) bool {
	for i := 0; i < len(id); {
		switch c := id[i]; {
		case c > ' ' && c < 0x7f, c == ' ' && i > 0 && i+1 < len(id) && id[i+1] != ' ':
			i++
		case c == 0xc3: // U+00C0 to U+00FF
			i += 2
		case c >= 0xe4 && c <= 0xe9: // U+4000 to U+9FFF
			i += 3
		default:
			return false
		}
	}
	return true
}

// isCleanText says whether an id is clean as it is.
func isCleanText(id []byte) bool {
	space := true // a space now would be the second one, or at the beginning
	for i := 0; i < len(id); {
		r, n := utf8.DecodeRune(id[i:])
		if isSpace(r) && (space || r != ' ') || isInvisible(r) {
			return false
		}
		space = r == ' '
		i += n
	}
	return (!space || len(id) == 0) && norm.NFC.IsNormal(id)
}

// appendVisible appends an id with its white space made one, and without what
// nobody sees.
func appendVisible(dst, id []byte) []byte {
	from := len(dst)
	for i := 0; i < len(id); {
		gap, control := gapOf(id[i:])
		if end := i + gap; len(dst) > from && end < len(id) && gap > 0 {
			switch {
			case control:
				dst = append(dst, id[i:end]...)
			case bytes.ContainsFunc(id[i:end], isSpace):
				dst = append(dst, ' ')
			}
		}
		if i += gap; i < len(id) {
			_, n := utf8.DecodeRune(id[i:])
			dst = append(dst, id[i:i+n]...)
			i += n
		}
	}
	return dst
}

// gapOf is the length of the white space and of what nobody sees that an id
// begins with, and whether a control character is among it.
func gapOf(id []byte) (n int, control bool) {
	for n < len(id) {
		r, size := utf8.DecodeRune(id[n:])
		if !isSpace(r) && !isInvisible(r) {
			break
		}
		control = control || unicode.IsControl(r)
		n += size
	}
	return n, control
}

func isSpace(r rune) bool { return unicode.IsSpace(r) }

// isInvisible says whether a character has neither a shape nor a width. Joiners
// (U+200C, U+200D) change how their neighbours look, and stay.
func isInvisible(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case r == 0xad, r == 0x200b, r == 0x2060, r == 0xfeff: // soft hyphen, zero-width space, word joiner, byte order mark
		return true
	}
	return r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 // direction
}

// mostNothing is more than the longest word that IsNone knows, in bytes.
const mostNothing = 12

// IsNone says whether a clean id says that there is none: what databases,
// spreadsheets and people write into an empty cell.
func IsNone(id []byte) bool {
	if len(id) > mostNothing {
		return false
	}
	var folded [mostNothing]byte
	for i, c := range id {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		folded[i] = c
	}
	return nothing(string(bytes.TrimRight(folded[:len(id)], ".")))
}

func nothing(word string) bool {
	switch word {
	case "", "-", "--", "---", "–", "—", "/", "?", "na", "n/a", "n.a", "#n/a", "#na", "nan", "nil", "none", "null", "(null)", "<null>",
		`\n`, "undefined", "(none)", "(blank)", "(empty)", "#ref!", "#value!", "#name?", "#null!", "#div/0!",
		"无", "空", "未知", "不详", "(空)", "(空白)", "(无)":
		return true
	}
	return false
}
