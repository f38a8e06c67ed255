package text

// What phrases miss is found by a model. Its features are topics (lists of words that say
// the same thing, such as all that says "ourselves"), pairs of them, sequences of
// characters or words, and what is true of a piece as a whole. Names of competitors, our
// own names and numbers are features of their kind.

// shortestPiece is how many tokens a piece of a text has at least that is judged by
// itself. A longer text is cut at the ends of sentences: its other pieces would drown
// what one of them says.
const shortestPiece = 12

// unit is a word, a character, or what stands for a name or a number.
type unit struct {
	hash, stem      uint64
	shorter, longer uint32
	kind            tokenKind
	at, end         int // in tokens
}

// What stands for what differs from text to text.
var (
	rivalUnit  = standIn("rival-name")
	usUnit     = standIn("our-name")
	numberUnit = standIn("any-number")
	edgeUnit   = unit{stem: wordHash("any-edge"), kind: stop} // between clauses
)

func standIn(name string) unit { return unit{hash: wordHash(name), stem: wordHash(name), kind: pause} }

// piece is a part of a text while its features are made.
type piece struct {
	chinese bool
	units   []unit
	grams   []uint32 // sequences
	topical []pair   // topics and pairs of them
	seen    []uint32 // in which piece a pair was there last
	number  uint32   // of the piece
	spans   []span   // the tokens of all of them, as far as they are asked for
	explain bool
	denied  findings // what phrases say is not so
}

// pair of topics, or one of them with noTopic.
type pair uint16

const (
	topicBits = 7
	noTopic   = 1<<topicBits - 1
	pairs     = 1 << (2 * topicBits)
)

// feature of a pair.
func (p pair) feature() uint32 {
	if a := uint64(p >> topicBits); a != noTopic {
		return feature(join(join(a, 991), join(uint64(p&noTopic), 991)))
	}
	return feature(join(uint64(p&noTopic), 991))
}

// span are the tokens of a feature: one run of them, or two.
type span struct{ at, end, at2, end2 int }

// PhraseSigns are the signs that phrases find, whatever the model says of them.
func (r *Reader) PhraseSigns(text []byte) (found [signsOfTexts]bool) {
	var d draft
	r.find(tokenize(text, nil), &d)
	return understand(d.marks).list()
}

func (f findings) list() (list [signsOfTexts]bool) {
	for i := range list {
		list[i] = f&(1<<i) != 0
	}
	return list
}

// SignFeatures yields the features of each piece of a text; train learns what each
// says of each sign, and which signs phrases deny. They hold only until yield returns.
func (r *Reader) SignFeatures(text []byte, yield func(features []uint32, chinese bool, denied [signsOfTexts]bool)) {
	tokens := tokenize(text, nil)
	var d draft
	r.find(tokens, &d)
	var p piece
	var features []uint32
	for rest := (rest{tokens, 0, d.marks, d.topics, moodSums(tokens, nil)}); p.next(&rest); {
		features = append(features[:0], p.grams...)
		for _, t := range p.topical {
			features = append(features, t.feature())
		}
		yield(features, p.chinese, p.denied.list())
	}
}

// rest is what of a text is still to be cut into pieces.
type rest struct {
	tokens []token
	from   int
	marks  []mark
	topics []topic
	moods  []moodSum
}

// next makes the features of the next piece; false when there is none.
func (p *piece) next(r *rest) bool {
	from, to := r.from, r.from
	if from >= len(r.tokens) {
		return false
	}
	for to < len(r.tokens) {
		to++
		if k := r.tokens[to-1].kind; (k == stop || k == question) && to-from >= shortestPiece {
			break
		}
	}
	n, t := 0, 0
	for n < len(r.marks) && r.marks[n].at < to {
		n++
	}
	for t < len(r.topics) && r.topics[t].at < to {
		t++
	}
	p.grams, p.topical, p.spans = p.grams[:0], p.topical[:0], p.spans[:0]
	p.denied = 0
	for _, m := range r.marks[:n] {
		switch {
		case m.class&unconcerned != 0:
			p.denied = allSigns
		case m.class&kept != 0:
			p.denied |= saysUltimatum
		}
	}
	p.split(r.tokens[:to], from, r.marks[:n])
	p.addGrams()
	p.addWhole(r.moods[to].less(r.moods[from]), r.tokens[to-1].kind == question)
	p.addTopics(r.tokens, r.topics[:t])
	r.from, r.marks, r.topics = to, r.marks[n:], r.topics[t:]
	return true
}

// split tokens into units.
func (p *piece) split(tokens []token, from int, marks []mark) {
	p.units, p.chinese = p.units[:0], false
	for i := from; i < len(tokens); i++ {
		for len(marks) > 0 && marks[0].at < i {
			marks = marks[1:]
		}
		t := &tokens[i]
		if len(marks) > 0 && marks[0].at == i && marks[0].class&named != 0 {
			u := usUnit
			if marks[0].class&rival != 0 {
				u = rivalUnit
			}
			u.at, u.end = i, marks[0].end
			p.units = append(p.units, u)
			i = marks[0].end - 1
			continue
		}
		switch t.kind {
		case number:
			u := numberUnit
			u.at, u.end = i, i+1
			p.units = append(p.units, u)
		case han:
			p.units = append(p.units, unit{hash: t.hash, stem: t.hash, kind: han, at: i, end: i + 1})
			p.chinese = true
		case word:
			p.units = append(p.units, unit{t.hash, uint64(t.stem), t.shorter, t.longer, word, i, i + 1})
		case pause, quote, stop, question:
			if len(p.units) > 0 && p.units[len(p.units)-1].kind != stop {
				p.units = append(p.units, edgeUnit)
			}
		}
	}
}

// addGrams adds sequences of up to three characters, or of two words, and words
// with one between them.
func (p *piece) addGrams() {
	before, first := edgeUnit, edgeUnit // the unit before, and the one before that
	left := 0                           // words that are still negated
	for i := range p.units {
		u := &p.units[i]
		pair := span{before.at, u.end, 0, 0}
		if before.kind == stop {
			pair.at = u.at
		}
		single := span{u.at, u.end, 0, 0}
		switch u.kind {
		case han:
			p.add(u.hash, single)
			h := join(u.hash, before.stem)
			p.add(h, pair)
			if before.kind != stop {
				if first.kind != stop {
					pair.at = first.at
				}
				p.add(join(h, first.stem), pair)
			}
		case word:
			p.add(u.hash, single)
			p.addStems(u, single)
			p.add(join(u.stem, before.stem), pair)
			if before.kind != stop && first.kind != stop {
				p.add(join(join(u.stem, first.stem), apart), span{first.at, first.end, u.at, u.end})
			}
			if left > 0 {
				left--
				p.add(join(u.stem, negation), single)
			}
			if negations[u.hash] {
				left = negated
			}
		case pause:
			p.add(u.hash, single)
			p.add(join(u.stem, before.stem), pair)
		default:
			if before.kind != stop {
				p.add(join(u.stem, before.stem), span{before.at, before.end, 0, 0})
			}
			left = 0
		}
		before, first = *u, before
	}
}

// nearTopic is within how many tokens two topics belong together.
const nearTopic = 12

// addTopics adds topics and pairs of them, each once.
func (p *piece) addTopics(tokens []token, topics []topic) {
	if p.seen == nil {
		p.seen = make([]uint32, pairs)
	}
	p.number++
	for i := range topics {
		a := &topics[i]
		p.addPair(noTopic<<topicBits|pair(a.number), span{a.at, a.end, 0, 0})
		for j := i + 1; j < len(topics); j++ {
			b := &topics[j]
			if b.at == a.at {
				continue
			}
			if b.at-a.end > nearTopic || tokens[b.at-1].kind == stop {
				break
			}
			p.addPair(pair(a.number)<<topicBits|pair(b.number), span{a.at, a.end, b.at, b.end})
		}
	}
}

func (p *piece) add(h uint64, s span) {
	p.grams = append(p.grams, feature(h))
	if p.explain {
		p.spans = append(p.spans, s)
	}
}

func (p *piece) addPair(t pair, s span) {
	if p.seen[t] == p.number {
		return
	}
	p.seen[t] = p.number
	p.topical = append(p.topical, t)
	if p.explain {
		p.spans = append(p.spans, s)
	}
}
