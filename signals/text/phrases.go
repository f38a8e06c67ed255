package text

import (
	"embed"
	"fmt"
	"math/bits"
	"sync"
)

// class is what a phrase is to a sentence; a phrase can be several things.
type class uint64

const (
	you         class = 1 << iota // us: the company that is written to
	rival                         // a competitor of ours
	they                          // whom a sentence before was about
	than                          // the same, and what comes before surpasses it
	object                        // what comes next is only compared with
	not                           // turns around what comes soon after
	inferior                      // falls short of what comes next
	good                          // praise
	bad                           // blame
	doubt                         // the sentence claims nothing
	cond                          // what they ask for
	due                           // when a contract ends
	even                          // no condition after all
	will                          // they mean to
	leave                         // going away
	plan                          // the same, when they mean to
	quit                          // the same, with nothing after it
	gone                          // the same, of the very people who write
	refuse                        // not going on
	turn                          // to whom comes next
	stay                          // going on, if they get what they ask for
	final                         // an ultimatum in so many words
	offer                         // a competitor's advance
	declined                      // it came to nothing
	complaint                     // they complain
	resolved                      // no more
	unconcerned                   // it is about others, not about us
	kept                          // they go on with us
	idle                          // nothing, though a part of it would be
	comma                         // a pause
	ended                         // the end of a sentence
	asked                         // and it was a question
	named                         // by a name of words.yaml
)

var classes = map[string]class{
	"you": you, "rival": rival, "they": they, "object": object, "than": than, "not": not, "inferior": inferior, "good": good, "bad": bad, "doubt": doubt,
	"cond": cond, "due": due, "even": even, "will": will, "leave": leave, "plan": plan, "gone": gone, "quit": quit, "refuse": refuse, "turn": turn, "stay": stay, "final": final, "offer": offer,
	"declined": declined, "complaint": complaint, "resolved": resolved, "unconcerned": unconcerned, "kept": kept, "idle": idle,
}

// trie finds the longest phrase that begins at a token. It is an open-addressed
// table of steps: from a node by a token to the next.
type trie struct {
	roots []step // from the first node, by the hash of the token
	steps []step // from the others; a power of two of them; node 0 marks an empty place
	known [2]int // of roots and of steps
	ends  []end  // of what ends at a node
	// first and second have some bits of the first and of the second steps: at most
	// tokens no phrase begins, and the tables need not be looked at.
	first  [1 << (firstBits - 6)]uint64
	second [1 << (secondBits - 6)]uint64
}

// end is what a phrase is to a sentence, and what topics it belongs to: 0 where none ends.
type end struct{ phrase, topics class }

// match is the longest phrase and the longest words of a topic that begin at a token, and
// how long they are.
type match struct {
	end
	phraseLen, topicsLen int
}

type step struct {
	key  uint64
	node uint32
}

const (
	firstBits  = 14
	secondBits = 19
)

func newTrie() *trie {
	return &trie{roots: make([]step, 64), steps: make([]step, 64), ends: make([]end, 1)}
}

// place is where a step is or belongs.
func place(steps []step, key uint64) *step {
	mask := uint64(len(steps) - 1)
	for i := key >> 20 & mask; ; i = (i + 1) & mask {
		if s := &steps[i]; s.node == 0 || s.key == key {
			return s
		}
	}
}

// add says what tokens are.
func (t *trie) add(phrase []token, e end) {
	if len(phrase) == 0 {
		return
	}
	node := uint32(0)
	for depth, w := range phrase {
		s := t.step(node, depth, w.hash)
		if s.node == 0 {
			s.node = uint32(len(t.ends))
			t.ends = append(t.ends, end{})
		}
		node = s.node
	}
	t.ends[node].phrase |= e.phrase
	t.ends[node].topics |= e.topics
}

// step is where the step from a node by a token is; where there is none yet, its node is 0
// and must be set.
func (t *trie) step(node uint32, depth int, hash uint64) *step {
	key, list, known := join(hash, uint64(node)), &t.steps, &t.known[1]
	switch depth {
	case 0:
		key, list, known = stirred(hash), &t.roots, &t.known[0]
		t.first[key>>(64-firstBits+6)] |= 1 << (key >> (64 - firstBits) & 63)
	case 1:
		t.second[key>>(64-secondBits+6)] |= 1 << (key >> (64 - secondBits) & 63)
	}
	s := place(*list, key)
	if s.node != 0 {
		return s
	}
	if 2**known > len(*list) {
		*list = grown(*list)
		s = place(*list, key)
	}
	*known++
	s.key = key
	return s
}

// stirred hash of a token, all bits of which differ.
func stirred(h uint64) uint64 { return (h ^ h>>32) * 0x9e3779b97f4a7c15 }

func grown(old []step) []step {
	list := make([]step, 2*len(old))
	for _, s := range old {
		if s.node != 0 {
			*place(list, s.key) = s
		}
	}
	return list
}

// at is what begins with the first token.
func (t *trie) at(tokens []token) (m match) {
	key := stirred(tokens[0].hash)
	if t.first[key>>(64-firstBits+6)]&(1<<(key>>(64-firstBits)&63)) == 0 {
		return match{}
	}
	node := place(t.roots, key).node
	for i := 1; node != 0; i++ {
		e := &t.ends[node]
		if e.phrase != 0 {
			m.phrase, m.phraseLen = e.phrase, i
		}
		if e.topics != 0 {
			m.topics, m.topicsLen = e.topics, i
		}
		if i == len(tokens) {
			break
		}
		key := join(tokens[i].hash, uint64(node))
		if i == 1 && t.second[key>>(64-secondBits+6)]&(1<<(key>>(64-secondBits)&63)) == 0 {
			break
		}
		node = place(t.steps, key).node
	}
	return m
}

//go:embed phrases
var phraseFiles embed.FS

var phraseFileNames = []string{"phrases/en.txt", "phrases/zh.txt"}

// shipped are the phrases and topics of both languages. They are built for the first
// text: most commands read none.
var shipped = sync.OnceValue(func() *trie {
	var all patterns
	topics := make(map[string]class, len(topicNames))
	for i, n := range topicNames {
		topics[n] = 1 << i
	}
	load := func(files embed.FS, name string, classes map[string]class, of func(c class) end) {
		text, err := files.ReadFile(name)
		if err == nil {
			err = all.read(string(text), classes, of)
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err)) // it is part of the program
		}
	}
	for _, name := range phraseFileNames {
		load(phraseFiles, name, classes, func(c class) end { return end{phrase: c} })
	}
	for _, name := range topicFileNames {
		load(topicFiles, name, topics, func(c class) end { return end{topics: c} })
	}
	return all.trie()
})

// mark is a phrase found in a text.
type mark struct {
	class   class
	at, end int // in tokens
}

// find the marks and the topics of a text, in their order. Phrases inside a quotation
// are somebody else's and are left out; topics are not.
func (r *Reader) find(tokens []token, d *draft) {
	d.marks, d.topics, d.spoken = d.marks[:0], d.topics[:0], d.spoken[:0]
	known := shipped()
	nextMark, nextTopic := 0, 0
	for i := range tokens {
		kind := tokens[i].kind
		if kind != word && kind != han {
			if i >= nextMark {
				switch kind {
				case pause:
					d.marks = append(d.marks, mark{comma, i, i + 1})
				case stop:
					d.marks = append(d.marks, mark{ended, i, i + 1})
				case question:
					d.mark(mark{ended | asked, i, i + 1})
				case quote:
					nextMark = afterQuote(tokens, i)
				}
			}
			continue
		}
		if i < nextMark && i < nextTopic {
			continue
		}
		m := known.at(tokens[i:])
		if i >= nextMark {
			c, n := m.phrase, m.phraseLen
			if own := r.names.at(tokens[i:]); own.phraseLen >= n && own.phraseLen > 0 {
				c, n = own.phrase|named, own.phraseLen
				if own.topicsLen == n {
					d.spoken = append(d.spoken, spoken{i, int(own.topics)})
				}
			}
			if n > 0 {
				d.mark(mark{c, i, i + n})
				nextMark = i + n
			}
		}
		if i >= nextTopic && m.topicsLen > 0 {
			d.addTopics(m.topics, firstTopic, i, i+m.topicsLen)
			nextTopic = i + m.topicsLen
		}
	}
	d.marks = append(d.marks, mark{ended, len(tokens), len(tokens)})
}

// mark takes a mark, which is a topic as well.
func (d *draft) mark(m mark) {
	d.marks = append(d.marks, m)
	d.addTopics(m.class&^unspoken, 0, m.at, m.end)
}

func (d *draft) addTopics(c class, first, at, end int) {
	for ; c != 0; c &= c - 1 {
		d.topics = append(d.topics, topic{uint8(first + bits.TrailingZeros64(uint64(c))), at, end})
	}
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
