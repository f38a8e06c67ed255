package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"firstsign/signals/text"
)

// example is a labelled text.
type example struct {
	set      string
	label    string  // pos, neg, neu
	target   float64 // how likely it is good
	features []int32
}

func (x *example) score(table []int) float64 {
	if len(x.features) == 0 {
		return 0
	}
	sum := 0
	for _, f := range x.features {
		sum += table[f]
	}
	return text.Mood(sum, len(x.features))
}

// vocabulary numbers the features.
type vocabulary struct {
	features []uint32
	numbers  map[uint32]int32
}

func (v *vocabulary) number(feature uint32) int32 {
	n, ok := v.numbers[feature]
	if !ok {
		n = int32(len(v.features))
		v.numbers[feature] = n
		v.features = append(v.features, feature)
	}
	return n
}

// firmness of a rating from -4 to 4: how sure a label near 0 is.
const firmness = 2

// labelledText is a line of a file of texts; only some sets have ratings.
type labelledText struct {
	Set, Label, Text string
	Rating           float64
}

// readTexts reads labelled texts.
func (v *vocabulary) readTexts(name string) (texts []example, err error) {
	err = eachText(name, func(in *labelledText) {
		x := example{set: in.Set, label: in.Label, target: targets[in.Label]}
		if in.Rating != 0 {
			x.target = 1 / (1 + math.Exp(-firmness*in.Rating))
		}
		text.Features([]byte(in.Text), func(f uint32) { x.features = append(x.features, v.number(f)) })
		if len(x.features) > 0 {
			texts = append(texts, x)
		}
	})
	return texts, err
}

// eachText yields the texts of a file.
func eachText(name string, yield func(in *labelledText)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var in labelledText
		if err := json.Unmarshal(lines.Bytes(), &in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		yield(&in)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// office is the set of sentences of everyday business, written for Firstsign:
// reviews are never neutral, and what people write about a delivery date is.
const office = "office"

var targets = map[string]float64{"pos": 1, "neu": 0.5}

// readOffice reads lines of a label, a tab and a sentence.
func (v *vocabulary) readOffice(name string) (texts []example, err error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(file)) {
		label, sentence, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: %q", name, line)
		}
		x := example{set: office, label: label, target: targets[label]}
		text.Features([]byte(sentence), func(f uint32) { x.features = append(x.features, v.number(f)) })
		texts = append(texts, x)
	}
	return texts, nil
}

// strongest mood of a word in a prior; notPart of it is turned around by a
// negation (Hutto and Gilbert 2014, "VADER").
const (
	strongest = 4
	notPart   = 0.74
)

// calls are no part of the sentence that a negation is about.
var calls = []string{
	"lol", "lmao", "rofl", "haha", "hahaha", "please", "thanks", "thank", "thx", "yay", "wow", "yes", "yeah", "damn", "ugh", "sorry", "sigh", "omg",
	"hi", "hello", "hey", "well", "ok", "okay",
}

// readPrior reads words with their mood, by number.
func (v *vocabulary) readPrior(name string) ([]float64, error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	moods := map[int32]float64{}
	for line := range strings.Lines(string(file)) {
		w, mood, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		m, err := strconv.ParseFloat(mood, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", name, w, err)
		}
		if w[0] >= utf8.RuneSelf {
			whole := uint32(0) // the last feature
			text.Features([]byte(w), func(f uint32) { whole = f })
			moods[v.number(whole)] = m
			continue
		}
		plain, negated := text.WordFeatures(w)
		moods[v.number(plain)], moods[v.number(negated)] = m, -notPart*m
		if slices.Contains(calls, w) {
			moods[v.number(negated)] = m
		}
	}
	list := make([]float64, len(v.features))
	for n, m := range moods {
		list[n] = m
	}
	return list, nil
}
