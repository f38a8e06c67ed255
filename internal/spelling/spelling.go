package spelling

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"firstsign/internal/fault"
)

// Word is a member of a closed set, with the other words that people have for it.
type Word struct {
	Name string
	Also []string
}

// Set is a closed set. No two of its words fold alike; Twice finds those that do.
type Set []Word

// Find a word in the set: its index, -1 when it is not there.
func (s Set) Find(word string) int {
	var buffer, another [longest]byte
	folded := appendFold(buffer[:0], word)
	if len(folded) == 0 {
		return -1
	}
	same := func(known string) bool { return string(appendFold(another[:0], known)) == string(folded) }
	for i, w := range s {
		if same(w.Name) || slices.ContainsFunc(w.Also, same) {
			return i
		}
	}
	return -1
}

// Index of the words of a set, folded, for sets that are asked often.
type Index map[string]int

// Index of the set.
func (s Set) Index() Index {
	x := make(Index)
	for i, w := range s {
		x[Fold(w.Name)] = i
		for _, other := range w.Also {
			x[Fold(other)] = i
		}
	}
	return x
}

// longest folded word that is found without allocation, in bytes.
const longest = 64

// Find is Find of the set. It allocates nothing.
func (x Index) Find(word []byte) int { return FindIn(x, word) }

// FindIn is Find of an index, for words of either type.
func FindIn[S string | []byte](x Index, word S) int {
	if i, ok := Look(x, word); ok {
		return i
	}
	return -1
}

// Look up a word in a map by folded words. It allocates nothing.
func Look[S string | []byte, V any](in map[string]V, word S) (V, bool) {
	if len(word) > 4*longest { // nobody has a word as long as this
		word = word[:0]
	}
	var buffer [longest]byte
	v, ok := in[string(appendFold(buffer[:0], word))]
	return v, ok
}

// Twice returns a word that means two members of the set, or stands there twice.
func (s Set) Twice() (word string, twice bool) {
	there := make(map[string]bool)
	for _, word := range s.Words() {
		folded := Fold(word)
		if folded == "" || there[folded] {
			return word, true
		}
		there[folded] = true
	}
	return "", false
}

// Words are all words, the names of the members first.
func (s Set) Words() []string {
	var all []string
	for _, w := range s {
		all = append(all, w.Name)
	}
	for _, w := range s {
		all = append(all, w.Also...)
	}
	return all
}

// String lists the names of the members.
func (s Set) String() string {
	names := make([]string, len(s))
	for i, w := range s {
		names[i] = w.Name
	}
	return strings.Join(names, ", ")
}

// NoneOf says that a word is not in the set.
func (s Set) NoneOf(word string) string {
	return fmt.Sprintf("%q is none of %s%s", word, s, s.DidYouMean(word))
}

// DidYouMean is the hint at the word of the set that a mistyped one most likely
// meant; empty when none is near.
func (s Set) DidYouMean(word string) string {
	return fault.DidYouMean(plain(word), s.Words())
}

// plain is a word as the names of sets are written.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		if c = HalfWidth(c); separates(c) {
			return '_'
		}
		return unicode.ToLower(c)
	}, strings.TrimSpace(s))
}

// Fold is a word without what does not tell it from others: case, width of the
// letters, what stands between its parts, and signs that nobody sees. Empty
// when nothing is left.
func Fold(s string) string { return string(appendFold(nil, s)) }

// Same tells whether two words fold alike. It allocates nothing for words of
// usual length.
func Same(word []byte, known string) bool {
	var buffer, another [longest]byte
	return string(appendFold(buffer[:0], word)) == string(appendFold(another[:0], known))
}

// IsBlank tells whether nothing is left of a word but white space and signs that
// nobody sees. A dash is a word: somebody wrote it.
func IsBlank(word []byte) bool {
	return !bytes.ContainsFunc(word, func(c rune) bool { return !unicode.In(c, unicode.White_Space, unicode.Cf) })
}

func appendFold[S string | []byte](to []byte, word S) []byte {
	for i := 0; i < len(word); {
		if c := word[i]; c < utf8.RuneSelf {
			if c = plainASCII[c]; c != 0 {
				to = append(to, c)
			}
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(string(word[i:min(len(word), i+utf8.UTFMax)]))
		switch {
		case size == 1, '\u4e00' <= c && c <= '\u9fff': // no UTF-8, which is like nothing else; Chinese
			to = append(to, word[i:i+size]...)
		default:
			if c = HalfWidth(c); !separates(c) {
				to = utf8.AppendRune(to, unicode.ToLower(c))
			}
		}
		i += size
	}
	return to
}

// plainASCII is what a sign becomes, 0 where it goes.
var plainASCII = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		if !separates(rune(c)) {
			table[c] = byte(unicode.ToLower(rune(c)))
		}
	}
	return table
}()

// separates tells what stands between the parts of a word, or is not seen.
func separates(c rune) bool {
	if c < utf8.RuneSelf {
		return strings.ContainsRune(" _-.:\t\n\v\f\r", c)
	}
	return unicode.In(c, unicode.White_Space, unicode.Pd, unicode.Cf)
}

// HalfWidth is the Latin letter, digit or sign of a full-width one.
func HalfWidth(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		return c - '！' + '!'
	case c == '　':
		return ' '
	case c == '￥':
		return '¥'
	}
	return c
}
