package history

import (
	"cmp"
	"slices"

	"firstsign/signals"
	"firstsign/signals/vocabulary"
)

// WordCount is a closed word (a direction, or what became of a call forwarding)
// as a history has it for a signal, and how many lines have it.
type WordCount struct {
	Signal, Field, Word string
	Lines               int64
	First               int // the first of these lines
}

// DirectionField is the attribute that says who acted.
const DirectionField = "direction"

// maxWords bounds the memory: where a column of names was taken for the
// direction, every account is another word.
const maxWords = 1000

type wordKey struct{ signal, field, word string }

// words counts closed words.
type words struct {
	counts map[wordKey]*WordCount
	more   map[string]int64 // lines with words beyond maxWords, by signal
}

var directionFields = []string{DirectionField}
var forwardingFields = []string{DirectionField, vocabulary.ActionAttribute, vocabulary.ClassAttribute}

func (w *words) add(line *Line) {
	in := &line.Interaction
	if len(in.Attributes) == 0 {
		return
	}
	fields := directionFields
	if vocabulary.IsForwarding(in.Signal) {
		fields = forwardingFields
	}
	for _, field := range fields {
		if word := in.Attribute(field); len(word) > 0 {
			w.count(in, field, word, line.Number)
		}
	}
}

func (w *words) count(in *signals.Interaction, field string, word []byte, line int) {
	word = word[:min(len(word), 100)] // longer than any that is understood
	n := w.counts[wordKey{string(in.Signal), field, string(word)}]
	if n == nil {
		if len(w.counts) >= maxWords {
			if w.more == nil {
				w.more = make(map[string]int64)
			}
			w.more[string(in.Signal)]++
			return
		}
		if w.counts == nil {
			w.counts = make(map[wordKey]*WordCount)
		}
		n = &WordCount{Signal: string(in.Signal), Field: field, Word: string(word), First: line}
		w.counts[wordKey{n.Signal, n.Field, n.Word}] = n
	}
	n.Lines++
}

// Words of the history, most lines first, and by signal how many lines have
// others: a Summary keeps a thousand.
func (s *Summary) Words() (list []WordCount, more map[string]int64) {
	for _, n := range s.words.counts {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b WordCount) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.First, b.First), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Word, b.Word))
	})
	return list, s.words.more
}
