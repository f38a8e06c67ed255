package identity

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// IsGarbled says that an id was read in a wrong encoding by whoever wrote it:
// UTF-8 that was taken for Windows-1252 (MÃ¼ller for Müller), or a letter that was
// lost for U+FFFD. The same account may be there in its right spelling too, and
// accounts that differ in a lost letter alone are one.
func IsGarbled(id string) bool {
	if strings.ContainsRune(id, utf8.RuneError) {
		return true
	}
	if !strings.ContainsFunc(id, func(c rune) bool { return c >= utf8.RuneSelf }) {
		return false
	}
	raw := make([]byte, 0, len(id))
	for _, c := range id {
		b, ok := charmap.Windows1252.EncodeRune(c)
		switch {
		case ok:
			raw = append(raw, b)
		case c < 0x100: // the five bytes that Windows-1252 leaves out
			raw = append(raw, byte(c))
		default:
			return false
		}
	}
	return utf8.Valid(raw)
}
