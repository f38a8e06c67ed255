package identity

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"firstsign/internal/fault"
)

// Index finds the known id that an unknown one most likely means.
type Index struct {
	ids    []string
	folded map[string]string // the first known id that folds so
	asked  map[string]string // answers that were given
}

// How much a wrong id may cost. Ids that fold alike are looked up; mistyped ones
// are compared with all, which is for few questions and few known ids.
const (
	mostCompared = 5000 // known ids
	mostTyped    = 20   // questions
)

// NewIndex of the known ids.
func NewIndex(ids []string) *Index {
	x := &Index{ids: ids, folded: make(map[string]string, len(ids)), asked: map[string]string{}}
	for _, id := range ids {
		if f := Fold(id); x.folded[f] == "" {
			x.folded[f] = id
		}
	}
	return x
}

// DidYouMean returns ` (did you mean "x"?)`, empty when nothing is near.
func (x *Index) DidYouMean(id string) string {
	if known := x.alike(id); known != "" && known != id {
		return fmt.Sprintf(" (did you mean %q?)", known)
	}
	answer, known := x.asked[id]
	switch {
	case known:
	case len(x.asked) >= mostTyped || len(x.ids) > mostCompared:
		return ""
	default:
		answer = fault.DidYouMean(id, x.ids)
		x.asked[id] = answer
	}
	return answer
}

// alike is the known id that folds as this one does, or as this one without what
// stands before its first or behind its last sign: CRM-1007 and 1007.
func (x *Index) alike(id string) string {
	if known := x.folded[Fold(id)]; known != "" {
		return known
	}
	for _, part := range [...]string{afterSign(id), beforeSign(id)} {
		if utf8.RuneCountInString(part) < shortestCore {
			continue
		}
		if known := x.folded[Fold(part)]; known != "" {
			return known
		}
	}
	return ""
}

// shortestCore is how much two ids must share beside a prefix or suffix.
const shortestCore = 3

func afterSign(id string) string {
	if i := strings.IndexFunc(id, isSign); i > 0 {
		_, n := utf8.DecodeRuneInString(id[i:])
		return id[i+n:]
	}
	return ""
}

func beforeSign(id string) string {
	if i := strings.LastIndexFunc(id, isSign); i > 0 {
		return id[:i]
	}
	return ""
}

func isSign(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }
