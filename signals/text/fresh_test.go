package text

import (
	"flag"
	"testing"
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
	for i, c := range countSigns(exampleReader(), labelledSentences(t, *fresh)) {
		t.Logf("%-20s found %3.0f right %3.0f of %3.0f  precision %.2f recall %.2f",
			said[i], c.hit+c.false, c.hit, c.hit+c.missed, c.precision(), c.recall())
	}
}

// exampleReader knows the competitors of config/example.
func exampleReader() *Reader {
	return New(Config{Competitors: []string{"华讯", "华讯通信", "北辰通信", "Northlink", "Northlink Networks", "Telvora"}})
}
