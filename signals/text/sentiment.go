package text

import (
	_ "embed"
	"math"
)

// The mood of a text is a linear model over what stands in it: characters of
// Chinese and sequences of up to four of them, words of English, pairs of them,
// and words that are negated. It was trained on labelled texts (see train); of
// the features only the places in a table are kept.

// The file is the table as it is looked through: places of 4 bytes, a power of
// two of them. A feature stands at the place of its lower bits or after it, as
// its upper 16 bits and its weight, with at least as many places as the lower
// 16 bits number.
//
//go:embed sentiment.model
var model string

// Step is what a weight of 1 in the table is worth.
const Step = 1.0 / 64

// Weight of a feature in a model, 0 when it is not there.
func Weight(model string, feature uint32) int {
	mask := uint32(len(model)/4 - 1)
	for i := feature & mask; ; i = (i + 1) & mask {
		at := model[4*i : 4*i+4]
		entry := uint32(at[0]) | uint32(at[1])<<8 | uint32(at[2])<<16 | uint32(at[3])<<24
		if entry == 0 {
			return 0
		}
		if entry>>16 == feature>>16 {
			return int(int16(entry))
		}
	}
}

// mood is how good (to 1) or bad (to -1) a text sounds, in steps of a
// hundredth; false when it holds no word. Sums are of whole numbers and what is
// done with them is rounded alike everywhere, so it is the same number on every
// machine.
func (m moodSum) mood() (float64, bool) {
	if m.n == 0 {
		return 0, false
	}
	return Mood(m.sum, m.n), true
}

// moodSum is what the weights of n features add up to.
type moodSum struct{ sum, n int }

func (m moodSum) less(o moodSum) moodSum { return moodSum{m.sum - o.sum, m.n - o.n} }

// moodSums are those of the tokens before each one, and at last of all of them.
func moodSums(tokens []token, list []moodSum) []moodSum {
	list = list[:0]
	var m moodSum
	features(tokens, func(at int, f uint32) {
		for len(list) <= at {
			list = append(list, m)
		}
		m.sum += Weight(model, f)
		m.n++
	})
	for len(list) <= len(tokens) {
		list = append(list, m)
	}
	return list
}

// Mood is what the weights of n features add up to. Few words say little: they
// count as if there were some more that say nothing.
func Mood(sum, n int) float64 {
	z := Step * float64(sum) * Norm(n)
	return math.Round(100*z/math.Sqrt(4+float64(z*z))) / 100
}

// Norm is what each of n features counts.
func Norm(n int) float64 { return 1 / math.Sqrt(float64(n)+8) }

// Features yields the features of a text; train learns what each is worth.
func Features(text []byte, yield func(feature uint32)) {
	features(tokenize(text, nil), func(_ int, f uint32) { yield(f) })
}

// negated is how many words after a negation it is about.
const negated = 3

func features(tokens []token, yield func(at int, feature uint32)) {
	left := 0 // words that are still negated
	stress := 1
	for i, t := range tokens {
		switch t.kind {
		case han:
			h := t.hash
			yield(i, feature(h))
			for back := i - 1; back >= max(0, i-longestGram+1) && tokens[back].kind == han; back-- {
				h = join(h, tokens[back].hash)
				yield(i, feature(h))
			}
		case word:
			if t.hash == but {
				stress = 2 // what comes after it counts more
			}
			h := t.hash
			if left > 0 {
				left--
				h = join(h, negation)
			}
			for range stress {
				yield(i, feature(h))
				if i > 0 && tokens[i-1].kind == word {
					yield(i, feature(join(t.hash, tokens[i-1].hash)))
				}
			}
			if negations[t.hash] {
				left = negated
			}
		case face:
			yield(i, feature(t.hash))
			left = 0
		case number:
		default:
			left = 0
		}
	}
}

const longestGram = 4

func feature(h uint64) uint32 { return uint32((h ^ h>>31) * 0x9e3779b97f4a7c15 >> 32) }

// WordFeatures of an English word, as it is and negated.
func WordFeatures(w string) (plain, negated uint32) {
	h := tokenize([]byte(w), nil)[0].hash
	return feature(h), feature(join(h, negation))
}

func wordHash(w string) uint64 { return tokenize([]byte(w), nil)[0].hash }

var negation, but = wordHash("not"), wordHash("but")

var negations = func() map[uint64]bool {
	m := map[uint64]bool{}
	for _, w := range []string{"not", "no", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without", "hardly", "barely", "cannot",
		"can't", "cant", "don't", "dont", "doesn't", "doesnt", "didn't", "didnt", "isn't", "isnt", "wasn't", "wasnt", "aren't", "weren't", "won't", "wont",
		"wouldn't", "couldn't", "shouldn't", "haven't", "hasn't", "hadn't", "ain't", "aint"} {
		m[wordHash(w)] = true
	}
	return m
}()
