package text

import (
	"flag"
	"testing"

	"firstsign/internal/racetest"
)

// fresh names a file of labelled sentences that nothing was learned from.
var fresh = flag.String("fresh", "", "file of labels, a tab and a sentence on each line, to be measured")

// TestFreshSentences prints how well each sign is found in a file:
//
//	go test ./signals/text -run TestFreshSentences -v -args -fresh=FILE
func TestFreshSentences(t *testing.T) {
	if *fresh == "" {
		t.Skip("no -fresh=FILE")
	}
	measure(t, *fresh)
}

// These sentences nobody learned from: the thresholds were chosen by them, and their
// author did not know the rules. What is found there is nearly always there.
func TestSignsOfSentencesOfOthers(t *testing.T) {
	racetest.Arithmetic(t)
	for _, name := range []string{"testdata/fresh_zh.tsv", "testdata/fresh_en.tsv"} {
		for i, c := range measure(t, name) {
			if c.precision() < 0.85 { // of some thirty that are found
				t.Errorf("%s %s: precision %.2f, want 0.85", name, said[i], c.precision())
			}
		}
	}
}

// Nothing was learned from these sentences and nothing was chosen by them, nor may it be:
// then they would no longer say what to expect of a customer's own words.
func TestSignsOfUnseenSentences(t *testing.T) {
	racetest.Arithmetic(t)
	for name, least := range map[string]float64{"testdata/unseen_zh.tsv": 0.75, "testdata/unseen_en.tsv": 0.70} {
		precision, recall := 0.0, 0.0
		counts := measure(t, name)
		for i := range counts {
			precision += counts[i].precision() / float64(len(counts))
			recall += counts[i].recall() / float64(len(counts))
		}
		t.Logf("%s: mean precision %.2f, recall %.2f", name, precision, recall)
		if precision < 0.9 || recall < least {
			t.Errorf("%s: mean precision %.2f and recall %.2f, want 0.9 and %.2f", name, precision, recall, least)
		}
	}
}

// measure finds the signs in a file, and prints how well.
func measure(t *testing.T, name string) []tally {
	t.Helper()
	counts := countSigns(exampleReader(), labelledSentences(t, name))
	for i, c := range counts {
		t.Logf("%-20s found %3.0f right %3.0f of %3.0f  precision %.2f recall %.2f",
			said[i], c.hit+c.false, c.hit, c.hit+c.missed, c.precision(), c.recall())
	}
	return counts
}

// exampleReader knows the competitors of config/example.
func exampleReader() *Reader {
	return New(Config{Competitors: []string{"华讯", "华讯通信", "北辰通信", "Northlink", "Northlink Networks", "Telvora"}})
}
