package main

import (
	"fmt"
	"os"

	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals/history"
)

// wordsTold is how many unknown words are named.
const wordsTold = 10

// understood says what the words of a history for who acted were taken for.
// Nothing is done with a history that has words which nobody knows, unless bad
// lines are to be skipped: they do not count.
func (f *historyFlags) understood(path string, s *history.Summary, list []detector.Signal) error {
	u := backtest.Understand(s, list)
	for i, w := range u.Unknown {
		if i == wordsTold {
			fmt.Fprintf(os.Stderr, "... and %d more words\n", len(u.Unknown)-i)
			break
		}
		fmt.Fprintf(os.Stderr, "%s:%d: %s of %s: %s\n", path, w.First, plural.Count(w.Lines, "line"), w.Signal, w.Why)
	}
	for _, d := range u.Directed {
		all := d.Theirs + d.Ours + d.Internal + d.Without + d.Unknown
		if d.Internal > 0 {
			fmt.Fprintf(os.Stderr, "%s: %d of %s of %s are internal: they count for nobody\n", path, d.Internal, plural.Count(all, "line"), d.Signal)
		}
	}
	if u.Lines == 0 || f.SkipBad {
		return nil
	}
	return fmt.Errorf("%s: of %s, %d with a word that is not understood; nothing was done (signals.yaml can say what it means: directions; --skip-bad leaves such lines out)",
		path, plural.Count(s.Lines, "line"), u.Lines)
}
