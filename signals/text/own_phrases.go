package text

import (
	"math/bits"
	"slices"
)

// IsPhrase tells whether a phrase of words.yaml can be looked for: it is no shorter
// than a name.
func IsPhrase(phrase string) bool { return IsName(phrase) }

// SignsOfTexts are the signs that a text has or not.
func SignsOfTexts() []Sign { return slices.Clone(said) }

// ownPhrases are the signs of phrases of words.yaml. A quotation is somebody else's, as
// for the phrases that are shipped.
func (r *Reader) ownPhrases(tokens []token, seen func(sign, at, end int)) (found findings) {
	if r.own == nil {
		return 0
	}
	for i := 0; i < len(tokens); {
		if tokens[i].kind == quote {
			i = afterQuote(tokens, i)
			continue
		}
		m := r.own.at(tokens[i:])
		c, n := m.phrase, m.phraseLen
		found |= findings(c)
		for ; c != 0 && seen != nil; c &= c - 1 {
			seen(bits.TrailingZeros64(uint64(c)), i, i+n)
		}
		i += max(n, 1)
	}
	return found
}
