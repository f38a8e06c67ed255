package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"firstsign/signals/text"
)

// signs are those that a text has or not, in the order of text.Signs.
var signs = text.Signs[:len(text.Scores{})]

// phrased are how many of them there were when testdata was written: it says nothing
// of the others.
const phrased = 4

// labels of one text, by sign.
type labels [len(text.Scores{})]bool

// sentence is a text with the signs that people found in it.
type sentence struct {
	author    string // who wrote it, where authors are left out in turn
	is, known labels
	phrased   bool   // phrases were made with it
	phrases   labels // what phrases find
	pieces    []textPiece
}

// textPiece is what is judged by itself.
type textPiece struct {
	features []uint32
	chinese  bool
	denied   labels
}

// reader knows the competitors that are named in the sentences.
var reader = text.New(text.Config{Competitors: []string{
	"华讯", "华讯通信", "北辰通信", "Northlink", "Northlink Networks", "Telvora", "Meridian Networks", "远景",
}})

func newSentence(s string) *sentence {
	x := &sentence{phrases: reader.PhraseSigns([]byte(s))}
	reader.SignFeatures([]byte(s), func(features []uint32, chinese bool, denied [len(text.Scores{})]bool) {
		if len(features) > 0 {
			x.pieces = append(x.pieces, textPiece{slices.Clone(features), chinese, denied})
		}
	})
	return x
}

// readSentences reads lines of labels, a tab and a sentence; of the first signs only
// where the others were not looked for.
func readSentences(name, author string, known int) (list []*sentence, err error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(file)) {
		words, s, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: %q", name, line)
		}
		x := newSentence(s)
		x.author = author
		for i, sign := range signs {
			x.known[i] = i < known
			x.is[i] = slices.Contains(strings.Split(words, ","), string(sign))
		}
		list = append(list, x)
	}
	return list, nil
}

// score of a text is that of its likeliest piece.
func (x *sentence) score(m *text.SignModel) (v verdict) {
	v.text = x
	for i := range signs {
		v.alone[i], v.against[i] = -1<<14, -1<<14
	}
	for _, p := range x.pieces {
		v.chinese = v.chinese || p.chinese
		alone, against := m.Score(p.features, p.chinese)
		for i := range signs {
			if !p.denied[i] {
				v.alone[i], v.against[i] = max(v.alone[i], alone[i]), max(v.against[i], against[i])
			}
		}
	}
	return v
}

// authors wrote the sentences of AUTHOR.LANGUAGE.tsv, who knew no rule. Each has habits
// of its own, so only what others taught says how well a stranger is understood.
var authors = []string{"signs", "words1", "words2", "words3", "words4", "words5", "words6", "words7", "words8", "words9", "words10", "words11", "words12", "words13", "words14", "words15", "words16", "words17", "words18", "words19"}

// corpus is what the model of the signs is made of.
type corpus struct {
	learned []*sentence // those of an author are judged by what the others teach
	more    []*sentence // always learned: written by the author of the rules
	phrased []*sentence // the same; phrases were made with them
	fresh   []*sentence // never learned; thresholds are chosen by them
	reviews []*sentence // none of them has a sign, apart from complaints
}

func readCorpus(texts, priors, testdata string) (*corpus, error) {
	c := new(corpus)
	for _, language := range []string{"zh", "en"} {
		type part struct {
			to     *[]*sentence
			folder string
			name   string
			known  int
		}
		parts := []part{
			{&c.more, priors, "more." + language, len(signs)},
			{&c.more, priors, "office." + language, len(signs)},
			{&c.phrased, testdata, "sentences_" + language, phrased},
			{&c.phrased, testdata, "probes_" + language, phrased},
			{&c.fresh, testdata, "fresh_" + language, len(signs)},
		}
		for _, a := range authors {
			parts = append(parts, part{&c.learned, priors, a + "." + language, len(signs)})
		}
		for _, p := range parts {
			list, err := readSentences(filepath.Join(p.folder, p.name+".tsv"), strings.TrimSuffix(p.name, "."+language), p.known)
			if p.to == &c.learned && errors.Is(err, fs.ErrNotExist) {
				continue // an author of the other language
			}
			if err != nil {
				return nil, err
			}
			for _, x := range list {
				x.phrased = p.to == &c.phrased
			}
			*p.to = append(*p.to, list...)
		}
		err := eachText(filepath.Join(texts, language+".jsonl.gz"), func(in *labelledText) {
			x := newSentence(in.Text)
			for i := range x.known {
				x.known[i] = i > 0 || in.Label == "pos" // who is not content may complain
			}
			c.reviews = append(c.reviews, x)
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// everyReview is which reviews are learned from the start, and hardest how many more
// of each sign, those most like it.
const (
	everyReview = 20
	hardest     = 200
)

// trainSigns makes the model of the signs and prints how well it does.
func trainSigns(texts, priors, testdata, out string) error {
	c, err := readCorpus(texts, priors, testdata)
	if err != nil {
		return err
	}
	more := slices.Concat(c.more, c.phrased)
	var none []*sentence
	for i := 0; i < len(c.reviews); i += everyReview {
		none = append(none, c.reviews[i])
	}
	none = append(none, c.mistaken(learnSigns(c.learned, more, none))...)
	var m *text.SignModel
	parts := make([][]verdict, len(authors))
	var wait sync.WaitGroup
	for i, a := range authors {
		wait.Go(func() {
			var others, these []*sentence
			for _, x := range c.learned {
				if x.author == a {
					these = append(these, x)
				} else {
					others = append(others, x)
				}
			}
			parts[i] = verdicts(a, learnSigns(others, more, none), these)
		})
	}
	wait.Go(func() { m = learnSigns(c.learned, more, none) })
	wait.Wait()
	judged := slices.Concat(parts...)
	judged = append(judged, verdicts("fresh", m, c.fresh)...)
	judged = append(judged, verdicts("phrased", m, c.phrased)...)
	judged = append(judged, verdicts("reviews", m, c.reviews)...)
	chooseThresholds(m, judged)
	reportSigns(m, judged)
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, m.Append(nil), 0o644); err != nil {
		return fmt.Errorf("write the model of the signs: %w", err)
	}
	return nil
}

// mistaken are the reviews that are most like each sign.
func (c *corpus) mistaken(m *text.SignModel) (list []*sentence) {
	scores := make([]verdict, len(c.reviews))
	order := make([]int, len(c.reviews))
	for i, x := range c.reviews {
		scores[i] = x.score(m)
		order[i] = i
	}
	seen := make(map[int]bool)
	for sign := range signs {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b].against[sign], scores[a].against[sign]) })
		n := 0
		for _, i := range order {
			if n == hardest {
				break
			}
			if x := c.reviews[i]; x.known[sign] {
				n++
				if !seen[i] {
					seen[i] = true
					list = append(list, x)
				}
			}
		}
	}
	return list
}
