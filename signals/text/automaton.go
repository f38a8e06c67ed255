package text

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// patterns are the lines of phrase files, with their alternatives side by side: an automaton
// that may be at several nodes at once. As single phrases they would be a million.
type patterns struct {
	nodes  []patternNode
	starts []int32
}

type patternNode struct {
	next []patternStep
	skip []int32 // nodes that need no token
	end  end     // of the line that ends here
}

type patternStep struct {
	hash uint64 // of a token
	node int32
}

func (p *patterns) node() int32 {
	p.nodes = append(p.nodes, patternNode{})
	return int32(len(p.nodes) - 1)
}

// read adds the phrases of a file: lines under [class], # before a remark.
func (p *patterns) read(text string, classes map[string]class, of func(c class) end) error {
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
			parts := partsOf(line)
			if !separate(parts) {
				return fmt.Errorf("line %d: an alternative is part of another one, or of a word", number)
			}
			p.add(parts, of(c))
		}
	}
	return nil
}

// partsOf a line, each with its alternatives: (a|b) is either.
func partsOf(line string) (parts [][]string) {
	for line != "" {
		before, rest, ok := strings.Cut(line, "(")
		if before != "" {
			parts = append(parts, []string{before})
		}
		if !ok {
			break
		}
		choice, after, _ := strings.Cut(rest, ")")
		parts, line = append(parts, strings.Split(choice, "|")), after
	}
	return parts
}

// separate tells whether no alternatives are inside others, and no token spans two parts,
// whichever alternatives are taken.
func separate(parts [][]string) bool {
	for i := range parts {
		if slices.ContainsFunc(parts[i], func(a string) bool { return strings.ContainsAny(a, "(|)") }) {
			return false
		}
		for j := i + 1; j < len(parts); j++ {
			for _, a := range parts[i] {
				for _, b := range parts[j] {
					last, _ := utf8.DecodeLastRuneInString(a)
					first, _ := utf8.DecodeRuneInString(b)
					if a != "" && b != "" && last != ' ' && first != ' ' && !isHan(last) && !isHan(first) {
						return false
					}
				}
			}
			if !slices.Contains(parts[j], "") {
				break // what comes later never stands beside part i
			}
		}
	}
	return true
}

// add says what the phrases of a line are.
func (p *patterns) add(parts [][]string, e end) {
	at := p.node()
	p.starts = append(p.starts, at)
	for _, alternatives := range parts {
		after := p.node()
		for _, a := range alternatives {
			tokens := tokenize([]byte(a), nil)
			if len(tokens) == 0 {
				p.nodes[at].skip = append(p.nodes[at].skip, after)
				continue
			}
			from := at
			for i, w := range tokens {
				to := after
				if i < len(tokens)-1 {
					to = p.node()
				}
				p.nodes[from].next = append(p.nodes[from].next, patternStep{w.hash, to})
				from = to
			}
		}
		at = after
	}
	p.nodes[at].end = e
}

// trie finds the same phrases and is at one node at a time: each of its nodes is a set of
// the patterns' (the subset construction of Rabin and Scott 1959, "Finite automata and their
// decision problems").
func (p *patterns) trie() *trie {
	b := trieBuilder{patterns: p, trie: newTrie(), known: map[string]uint32{}}
	b.grow(p.closed(slices.Clone(p.starts)), 0, 0)
	for depth := 1; len(b.fresh) > 0; depth++ {
		now := b.fresh
		b.fresh = nil
		for _, s := range now {
			b.grow(s.set, s.node, depth)
		}
	}
	return b.trie
}

// trieBuilder makes a trie of patterns.
type trieBuilder struct {
	*patterns
	trie  *trie
	known map[string]uint32 // the node of a set
	fresh []trieNode        // those whose steps are not there yet
	steps []patternStep
	name  []byte
}

type trieNode struct {
	set  []int32
	node uint32
}

// grow adds the steps from a node of the trie.
func (b *trieBuilder) grow(set []int32, node uint32, depth int) {
	steps := b.steps[:0]
	for _, n := range set {
		steps = append(steps, b.nodes[n].next...)
	}
	slices.SortFunc(steps, func(x, y patternStep) int { return cmp.Compare(x.hash, y.hash) })
	for i := 0; i < len(steps); {
		var to []int32
		hash := steps[i].hash
		for ; i < len(steps) && steps[i].hash == hash; i++ {
			to = append(to, steps[i].node)
		}
		next := b.nodeOf(b.closed(to)) // before the step is sought: it may need room
		b.trie.step(node, depth, hash).node = next
	}
	b.steps = steps
}

// nodeOf is the node of the trie for a set.
func (b *trieBuilder) nodeOf(set []int32) uint32 {
	b.name = b.name[:0]
	for _, n := range set {
		b.name = binary.LittleEndian.AppendUint32(b.name, uint32(n))
	}
	if node, ok := b.known[string(b.name)]; ok {
		return node
	}
	node, e := uint32(len(b.trie.ends)), end{}
	for _, n := range set {
		e.phrase |= b.nodes[n].end.phrase
		e.topics |= b.nodes[n].end.topics
	}
	b.trie.ends = append(b.trie.ends, e)
	b.known[string(b.name)] = node
	b.fresh = append(b.fresh, trieNode{set, node})
	return node
}

// closed is a set of nodes with those that are reached without a token, sorted.
func (p *patterns) closed(set []int32) []int32 {
	for i := 0; i < len(set); i++ {
		set = append(set, p.nodes[set[i]].skip...)
	}
	slices.Sort(set)
	return slices.Compact(set)
}
