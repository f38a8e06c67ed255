package message

import (
	"strings"
	"unicode"

	"firstsign/accounts"
)

func contactName(account *accounts.Account, id string) string {
	return clean(account.PersonName(id))
}

// maxName is the longest name that is shown, in characters.
const maxName = 60

// clean makes a name from outside safe to show: one line, no control or invisible
// formatting characters, at most maxName characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxName {
		return string(runes[:maxName-1]) + "…"
	}
	return s
}

// capital begins a sentence with a capital letter. It leaves names as they are
// spelled.
func capital(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if ownWords[strings.TrimSuffix(first, ":")] {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// ownWords are the words with which an English sentence of ours may begin.
var ownWords = func() map[string]bool {
	own := map[string]bool{"after": true, "no": true, "on": true, "only": true, "our": true, "they": true, "warning": true, "critical": true, "complaint": true, "invited": true}
	for _, w := range words {
		first, _, _ := strings.Cut(w.en, " ")
		own[first] = true
	}
	return own
}()
