package text

import (
	"cmp"
	"slices"
)

// Found is what a sign was found by.
type Found struct {
	Sign  Sign
	By    Finder
	Words []string // of the text, the strongest first where the model weighed them
}

// Finder is what finds a sign.
type Finder string

// The finders.
const (
	ByPhrase    Finder = "phrase"     // one of those that are shipped
	ByOwnPhrase Finder = "own phrase" // one of words.yaml
	ByModel     Finder = "model"
)

// evidence are the classes of phrases that a sign is made of.
var evidence = map[Sign]class{
	Complaint:        complaint,
	CompetitorPraise: rival | they | good | bad | than | object | inferior,
	CompetitorOffer:  rival | they | offer,
	Ultimatum:        cond | stay | due | will | leave | plan | quit | gone | refuse | turn | final,
}

// mostWords are how many words are named of each sign.
const mostWords = 4

// Explain tells for each sign of a text what found it, for people who tune words.yaml.
// It reads the text once more and allocates.
func (r *Reader) Explain(text []byte) (list []Found) {
	tokens := tokenize(text, nil)
	var d draft
	r.find(tokens, &d)
	words := func(at, end int) string {
		last := tokens[end-1]
		return string(text[tokens[at].at : int(last.at)+int(last.size)])
	}
	own := make(map[int][]string)
	r.ownPhrases(tokens, func(sign, at, end int) { own[sign] = append(own[sign], words(at, end)) })
	phrases := make(map[int][]string)
	eachSentence(d.marks, func(found findings, marks []mark) {
		for i, s := range said {
			if found&(1<<i) == 0 {
				continue
			}
			for _, m := range marks {
				if m.class&evidence[s] != 0 {
					phrases[i] = append(phrases[i], words(m.at, m.end))
				}
			}
		}
	})
	_, _, found, _ := r.read(text)
	for i, s := range said {
		switch {
		case found&(1<<i) == 0:
		case own[i] != nil:
			list = append(list, Found{s, ByOwnPhrase, own[i]})
		case phrases[i] != nil:
			list = append(list, Found{s, ByPhrase, phrases[i]})
		default:
			list = append(list, Found{s, ByModel, strongest(rest{tokens, 0, d.marks, d.topics, moodSums(tokens, nil)}, i, words)})
		}
	}
	return list
}

// strongest are the words that spoke for a sign most, in the piece that says it.
func strongest(text rest, sign int, words func(at, end int) string) (list []string) {
	m := signModel()
	p := piece{explain: true}
	best := int32(0)
	for p.next(&text) {
		_, against := m.score(&p)
		score := against[sign] - m.Threshold[languageOf(p.chinese)][sign]
		if list != nil && score <= best || p.denied&(1<<sign) != 0 {
			continue
		}
		best, list = score, p.heaviest(m, sign, words)
	}
	return list
}

// heaviest words of a piece, without those that are part of heavier ones.
func (p *piece) heaviest(m *SignModel, sign int, words func(at, end int) string) (list []string) {
	type said struct {
		span
		weight int32
	}
	var all []said
	for i, s := range p.spans {
		var v int32
		if i < len(p.grams) {
			v = m.says(m.of(p.grams[i]), sign)
		} else {
			v = m.says(&m.topical[p.topical[i-len(p.grams)]], sign)
		}
		if v > 0 && s.end > s.at {
			all = append(all, said{s, v})
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(b.weight, a.weight) })
	var taken []span
	for _, s := range all {
		if slices.ContainsFunc(taken, func(t span) bool { return t.touches(s.span) }) {
			continue
		}
		taken = append(taken, s.span)
		w := words(s.at, s.end)
		if s.end2 > s.at2 {
			w += " + " + words(s.at2, s.end2)
		}
		if list = append(list, w); len(list) == mostWords {
			break
		}
	}
	return list
}

func (s span) touches(o span) bool {
	meet := func(at, end, at2, end2 int) bool { return at < end2 && at2 < end }
	return meet(s.at, s.end, o.at, o.end) || meet(s.at, s.end, o.at2, o.end2) ||
		meet(s.at2, s.end2, o.at, o.end) || meet(s.at2, s.end2, o.at2, o.end2)
}
