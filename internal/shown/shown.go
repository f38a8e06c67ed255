// Package shown answers: what of a text may reach somebody's screen or spreadsheet?
//
// Names come from many systems, and from whoever could write into them. Two things
// in a name act on what shows it: marks of writing direction turn the text around
// them, so that one name reads as another, and a spreadsheet runs a cell that
// begins like a formula. Whatever leaves the program for people goes through here.
package shown

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// isMark reports whether a character steers the direction of writing: U+200E and
// U+200F, U+202A to U+202E, U+2066 to U+2069.
func isMark(r rune) bool {
	return r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Text returns a text without marks of writing direction. Where there are such,
// bytes that are not UTF-8 become U+FFFD: two halves of a mark must not meet when
// one between them goes.
func Text(s string) string {
	if !strings.ContainsFunc(s, isMark) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isMark(r) {
			return -1
		}
		return r
	}, s)
}

// JSON returns a JSON text with escapes (\u202e) in place of marks: programs still
// read every character, and a screen shows the escape.
func JSON(text []byte) []byte {
	if !bytes.ContainsFunc(text, isMark) {
		return text
	}
	var out []byte
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if isMark(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
		text = text[n:]
	}
	return out
}

// Writer writes to w without marks of writing direction, however a text is cut into
// calls. The beginning of a character waits for its end: Close writes it when none comes.
func Writer(w io.Writer) io.WriteCloser {
	return &writer{w: w, clean: func(b []byte) []byte { return []byte(Text(string(b))) }}
}

// JSONWriter is a Writer that escapes, as JSON does.
func JSONWriter(w io.Writer) io.WriteCloser { return &writer{w: w, clean: JSON} }

type writer struct {
	w     io.Writer
	clean func([]byte) []byte
	rest  []byte // the beginning of a character
}

// Write implements io.Writer.
func (w *writer) Write(b []byte) (int, error) {
	text := slices.Concat(w.rest, b)
	end := len(text)
	for i := end - 1; i >= 0 && i > end-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				end = i
			}
			break
		}
	}
	w.rest = slices.Clone(text[end:])
	if _, err := w.w.Write(w.clean(text[:end])); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Close writes what waits. It does not close what it writes to.
func (w *writer) Close() error {
	_, err := w.w.Write(w.rest)
	w.rest = nil
	return err
}
