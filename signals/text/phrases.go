package text

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// class is what a phrase is to a sentence; a phrase can be several things.
type class uint32

const (
	you       class = 1 << iota // us: the company that is written to
	rival                       // a competitor of ours
	they                        // whom a sentence before was about
	than                        // the same, and what comes before surpasses it
	object                      // what comes next is only compared with
	not                         // turns around what comes soon after
	inferior                    // falls short of what comes next
	good                        // praise
	bad                         // blame
	doubt                       // the sentence claims nothing
	cond                        // what they ask for
	due                         // when a contract ends
	even                        // no condition after all
	will                        // they mean to
	leave                       // going away
	plan                        // the same, when they mean to
	quit                        // the same, with nothing after it
	gone                        // the same, of the very people who write
	refuse                      // not going on
	turn                        // to whom comes next
	final                       // an ultimatum in so many words
	offer                       // a competitor's advance
	declined                    // it came to nothing
	complaint                   // they complain
	resolved                    // no more
	idle                        // nothing, though a part of it would be
	comma                       // a pause
	ended                       // the end of a sentence
	asked                       // and it was a question
	longest   = asked
)

var classes = map[string]class{
	"you": you, "rival": rival, "they": they, "object": object, "than": than, "not": not, "inferior": inferior, "good": good, "bad": bad, "doubt": doubt,
	"cond": cond, "due": due, "even": even, "will": will, "leave": leave, "plan": plan, "gone": gone, "quit": quit, "refuse": refuse, "turn": turn, "final": final, "offer": offer,
	"declined": declined, "complaint": complaint, "resolved": resolved, "idle": idle,
}

// trie finds the longest phrase that begins at a token. It is an open-addressed
// table of steps: from a node by a token to the next.
type trie struct {
	steps []step  // a power of two of them; node 0 marks an empty place
	used  int     // of steps
	ends  []class // of the phrase that ends at a node, 0 where none does
}

type step struct {
	key  uint64
	node uint32
}

func newTrie() *trie { return &trie{steps: make([]step, 64), ends: make([]class, 1)} }

// place is where a step is or belongs.
func (t *trie) place(key uint64) *step {
	mask := uint64(len(t.steps) - 1)
	for i := key >> 20 & mask; ; i = (i + 1) & mask {
		if s := &t.steps[i]; s.node == 0 || s.key == key {
			return s
		}
	}
}

// add says that tokens are a phrase of a class.
func (t *trie) add(phrase []token, c class) {
	node := uint32(0)
	for _, w := range phrase {
		key := join(w.hash, uint64(node))
		s := t.place(key)
		if s.node == 0 {
			if 2*t.used > len(t.steps) {
				t.grow()
				s = t.place(key)
			}
			t.used++
			*s = step{key, uint32(len(t.ends))}
			t.ends = append(t.ends, 0)
		}
		node = s.node
	}
	t.ends[node] |= c
}

func (t *trie) grow() {
	old := t.steps
	t.steps = make([]step, 2*len(old))
	for _, s := range old {
		if s.node != 0 {
			*t.place(s.key) = s
		}
	}
}

// at is the longest phrase that begins with the first token: its classes and
// how long it is, 0 when there is none.
func (t *trie) at(tokens []token) (c class, n int) {
	node := uint32(0)
	for i := range tokens {
		if node = t.place(join(tokens[i].hash, uint64(node))).node; node == 0 {
			break
		}
		if t.ends[node] != 0 {
			c, n = t.ends[node], i+1
		}
	}
	return c, n
}

//go:embed phrases
var phraseFiles embed.FS

// shipped are the phrases of both languages. They are built for the first text: most
// commands read none, and building takes 1.5 CPU seconds and allocates 590 MB.
var shipped = sync.OnceValue(func() *trie {
	t := newTrie()
	for _, name := range []string{"phrases/en.txt", "phrases/zh.txt"} {
		text, err := phraseFiles.ReadFile(name)
		if err == nil {
			err = t.read(string(text))
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err)) // it is part of the program
		}
	}
	return t
})

// read adds the phrases of a file: lines under [class], # before a remark.
func (t *trie) read(text string) error {
	var c class
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			if c = classes[strings.Trim(line, "[]")]; c == 0 {
				return fmt.Errorf("line %d: no class %s", number, line)
			}
		case c == 0:
			return fmt.Errorf("line %d: a phrase before the first class", number)
		default:
			for _, p := range alternatives(line) {
				if tokens := tokenize([]byte(p), nil); len(tokens) > 0 {
					t.add(tokens, c)
				}
			}
		}
	}
	return nil
}

// alternatives of a phrase: (a|b) is either.
func alternatives(phrase string) []string {
	before, rest, ok := strings.Cut(phrase, "(")
	if !ok {
		return []string{phrase}
	}
	choice, after, _ := strings.Cut(rest, ")")
	var all []string
	tails := alternatives(after)
	for _, c := range strings.Split(choice, "|") {
		for _, tail := range tails {
			all = append(all, before+c+tail)
		}
	}
	return slices.Compact(all)
}

// mark is a phrase found in a text.
type mark struct {
	class   class
	at, end int // in tokens
}

// find appends the marks of a text in their order. Phrases inside a quotation
// are somebody else's and are left out.
func (r *Reader) find(tokens []token, list []mark) []mark {
	phrases := shipped()
	for i := 0; i < len(tokens); {
		switch tokens[i].kind {
		case number, face:
			i++
			continue
		case pause:
			list = append(list, mark{comma, i, i + 1})
			i++
			continue
		case stop:
			list = append(list, mark{ended, i, i + 1})
			i++
			continue
		case question:
			list = append(list, mark{ended | asked, i, i + 1})
			i++
			continue
		case quote:
			i = afterQuote(tokens, i)
			continue
		}
		c, n := r.names.at(tokens[i:])
		if other, m := phrases.at(tokens[i:]); m > n {
			c, n = other, m
		}
		if n == 0 {
			i++
			continue
		}
		list = append(list, mark{c, i, i + n})
		i += n
	}
	return append(list, mark{ended, len(tokens), len(tokens)})
}

// longestQuote in tokens; a quotation mark without another within as many
// quotes nothing.
const longestQuote = 60

// afterQuote is where a quotation that begins at a mark is over. One or two words in
// quotation marks are emphasis.
func afterQuote(tokens []token, at int) int {
	for i := at + 1; i < min(len(tokens), at+longestQuote); i++ {
		if tokens[i].kind == quote {
			if i-at > 3 {
				return i + 1
			}
			break
		}
	}
	return at + 1
}
