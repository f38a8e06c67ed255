package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns an id without all by which two spellings of one customer are known
// to differ: case, width, white space, punctuation, accents of compatibility forms,
// the ".0" of a spreadsheet, zeros in front of a number, and China's country code in
// front of a mobile number. Two ids that fold alike may be one customer; nothing is
// joined by it.
func Fold(id string) string {
	alike := Alike(id)
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, withoutFraction(alike))
	if letters == "" {
		return alike // nothing but signs: they are the id
	}
	if strings.Trim(letters, "0123456789") == "" {
		return foldNumber(letters)
	}
	return letters
}

// Alike is Fold for case, width and white space alone.
func Alike(id string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || isInvisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(id))
}

// withoutFraction of a whole number: 17850.0 is 17850.
func withoutFraction(id string) string {
	whole, fraction, found := strings.Cut(id, ".")
	if found && fraction != "" && whole != "" && strings.Trim(fraction, "0") == "" && strings.Trim(whole, "0123456789") == "" {
		return whole
	}
	return id
}

// foldNumber drops leading zeros, and 86 before a Chinese mobile number: eleven
// digits of which the first is 1.
func foldNumber(digits string) string {
	n := strings.TrimLeft(digits, "0")
	if len(n) == 13 && strings.HasPrefix(n, "861") {
		return n[2:]
	}
	if n == "" {
		return "0"
	}
	return n
}
