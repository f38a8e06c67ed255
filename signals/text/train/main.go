// Command train answers: what does each feature of a text say of its mood, and of the
// signs?
//
// It makes sentiment.model anew from labelled texts that are no part of this
// project, and signs.model from sentences that are, with these texts as examples of what
// has no sign. It says how well they do on texts they did not learn from:
//
//	go run ./signals/text/train --texts ../shared/bench/sentiment --out signals/text/sentiment.model
//	go run ./signals/text/train --texts ../shared/bench/sentiment --signs --out signals/text/signs.model
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// language is how the model of one is made. The settings were chosen by
// cross-validation on the texts of the development half.
type language struct {
	name string // its texts are in NAME.jsonl.gz, its prior in NAME.tsv, and office.NAME.tsv
	// sets of texts, and how much one of their texts weighs: so that a large set
	// does not drown the small ones.
	sets   map[string]float64
	epochs int
	ridge  float64
	// lexical is what a word of mood 4 in the prior adds, and learned what is
	// taken of a learned weight. Where there is a lexicon that people filled
	// in by hand, it leads.
	lexical, learned float64
}

var languages = []language{
	{
		name: "zh", sets: map[string]float64{"ChnSentiCorp_htl_all": 3, "waimai_10k": 2, "online_shopping_10_cats": 1, office: 20},
		epochs: 10, ridge: 1, lexical: 8, learned: 1,
	},
	{
		name: "en", sets: map[string]float64{"tweets": 12, "amazonReviewSnippets": 1, "movieReviewSnippets": 0.4, "nytEditorialSnippets": 0.5, office: 20},
		epochs: 8, ridge: 3, lexical: 16, learned: 0.3,
	},
}

func main() {
	texts := flag.String("texts", "../shared/bench/sentiment", "folder of the labelled texts")
	priors := flag.String("priors", "signals/text/train", "folder of the words whose mood is known beforehand")
	out := flag.String("out", "", "where the model is written; without it, only figures are printed")
	folds := flag.Int("folds", 5, "parts, each of which is predicted from the others; 0 leaves that out")
	ofSigns := flag.Bool("signs", false, "make the model of the signs instead of that of sentiment")
	testdata := flag.String("testdata", "signals/text/testdata", "folder of labelled sentences that were written for the rules")
	flag.Parse()
	if *ofSigns {
		if err := trainSigns(*texts, *priors, *testdata, *out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := train(*texts, *priors, *out, *folds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func train(texts, priors, out string, folds int) error {
	v := &vocabulary{numbers: map[uint32]int32{}}
	corpora := make([][]example, len(languages))
	for i, l := range languages {
		var err error
		if corpora[i], err = v.readTexts(filepath.Join(texts, l.name+".jsonl.gz")); err != nil {
			return err
		}
		office, err := v.readOffice(filepath.Join(priors, "office."+l.name+".tsv"))
		if err != nil {
			return err
		}
		corpora[i] = append(corpora[i], office...)
		rng := rand.New(rand.NewPCG(1, 1))
		rng.Shuffle(len(corpora[i]), func(a, b int) { corpora[i][a], corpora[i][b] = corpora[i][b], corpora[i][a] })
	}
	known := make([][]float64, len(languages))
	for i, l := range languages {
		moods, err := v.readPrior(filepath.Join(priors, l.name+".tsv"))
		if err != nil {
			return err
		}
		known[i] = moods
	}
	weights := make([]float64, len(v.features))
	for i, l := range languages {
		if folds > 1 {
			l.validate(corpora[i], known[i], folds)
		}
		for f, w := range l.weights(corpora[i], known[i], len(weights)) {
			weights[f] += w
		}
	}
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, v.encode(rounded(weights)), 0o644); err != nil {
		return fmt.Errorf("write the model: %w", err)
	}
	return nil
}

// weights of n features: what is known of them, and what the texts say.
func (l *language) weights(texts []example, known []float64, n int) []float64 {
	w := l.learn(texts, n)
	for i := range w {
		w[i] *= l.learned
		if i < len(known) {
			w[i] += known[i] * l.lexical / strongest
		}
	}
	return w
}

// validate predicts each part of the texts from the others, and prints how
// well.
func (l *language) validate(texts []example, known []float64, folds int) {
	n := len(known)
	for _, x := range texts {
		for _, f := range x.features {
			n = max(n, int(f)+1)
		}
	}
	scores := make([]float64, len(texts))
	for part := range folds {
		var others []example
		for i, x := range texts {
			if i%folds != part {
				others = append(others, x)
			}
		}
		table := rounded(l.weights(others, known, n))
		for i := part; i < len(texts); i += folds {
			scores[i] = texts[i].score(table)
		}
	}
	report(texts, scores)
}

func setsOf(texts []example) (sets []string) {
	for _, x := range texts {
		if !slices.Contains(sets, x.set) {
			sets = append(sets, x.set)
		}
	}
	slices.Sort(sets)
	return sets
}
