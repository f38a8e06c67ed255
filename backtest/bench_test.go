package backtest

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firstsign/config"
	"firstsign/signals/history"
)

// The real histories of the benchmark, when they are at hand: all of their
// lines count, and days are judged. Each is read to benchLines; with
// FIRSTSIGN_BENCH=all, to its end.
func TestBenchmarkHistories(t *testing.T) {
	const folder, benchLines = "../../shared/bench", 4_000
	whole := os.Getenv("FIRSTSIGN_BENCH") == "all"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the benchmark's histories are not here (they may not be republished): ", err)
	}
	for _, set := range []string{"mitphone", "enron", "emaileu", "oss", "onlineretail"} {
		t.Run(set, func(t *testing.T) {
			c, err := config.Load(filepath.Join("testdata", "bench", set))
			if err != nil {
				t.Fatal(err)
			}
			open := func() history.Stream {
				h, err := history.Open(filepath.Join(folder, set, "events.jsonl.gz"), history.Layout{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = h.Close() })
				if whole {
					return h
				}
				return &firstLines{h, benchLines}
			}
			survey, err := history.Summarize(open(), nil)
			if err != nil || survey.Bad > 0 || survey.Disorder > 0 {
				t.Fatalf("%v, %d bad lines, disorder %v", err, survey.Bad, survey.Disorder)
			}
			began := time.Now()
			_, scores, o := replayed(t, &Replay{Rules: c.Rules(), Partitions: 1, First: survey.First}, open())
			if o.Lines != survey.Lines || len(o.Rejected) > 0 || whole && strings.Count(scores, "\n") < 100 {
				t.Errorf("%d of %d lines, rejected %v %v, %d bytes of scores", o.Lines, survey.Lines, o.Rejected, o.Examples, len(scores))
			}
			t.Logf("%d lines, %d accounts, %d findings, %d scores in %v", o.Lines, len(survey.Accounts()), len(o.Findings), len(o.Scores), time.Since(began))
		})
	}
}

// firstLines is the beginning of a stream.
type firstLines struct {
	history.Stream
	left int64
}

func (f *firstLines) Next() (*history.Line, error) {
	if f.left == 0 {
		return nil, io.EOF
	}
	f.left--
	return f.Stream.Next()
}
