package backtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
)

// TestMeasuresOfBenchmark writes what each statistic measures of each account and day of
// one set of the benchmark, as account,day,measure,measure... deploy/bench/detection curves
// fits the curves of the statistics to it.
func TestMeasuresOfBenchmark(t *testing.T) {
	bench, set, out := os.Getenv("FIRSTSIGN_BENCH"), os.Getenv("FIRSTSIGN_SET"), os.Getenv("FIRSTSIGN_MEASURES")
	if out == "" {
		t.Skip("FIRSTSIGN_MEASURES names no file: deploy/bench/detection curves sets it")
	}
	cfg, err := config.Load(filepath.Join("testdata", "bench", set))
	if err != nil {
		t.Fatal(err)
	}
	open := func() *history.File {
		h, err := history.Open(filepath.Join(bench, set, "events.jsonl.gz"), history.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	survey, err := history.Summarize(open(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	r := Replay{Rules: cfg.Rules(), Partitions: 1, First: survey.First}
	r.observe = func(account, _ string, day signals.Day, measures []float64) {
		line := fmt.Appendf(nil, "%s,%s", account, day)
		for _, x := range measures {
			line = strconv.AppendFloat(append(line, ','), x, 'g', 6, 64)
		}
		_, _ = w.Write(append(line, '\n')) // Flush tells
	}
	if _, err := r.Run(context.Background(), open()); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
