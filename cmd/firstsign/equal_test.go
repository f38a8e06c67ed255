package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/signals"
	"firstsign/signals/history"
)

// historyAccounts is how many accounts the history of TestEqual has: `make
// equal` runs it with a thousand.
func historyAccounts(t *testing.T) string {
	n := os.Getenv("FIRSTSIGN_E2E_ACCOUNTS")
	if n == "" {
		return "120"
	}
	if _, err := strconv.Atoi(n); err != nil {
		t.Fatalf("FIRSTSIGN_E2E_ACCOUNTS: %v", err)
	}
	return n
}

// What the service says about a history that was loaded is what backtest says
// about the file, byte for byte.
func TestEqual(t *testing.T) {
	skipLong(t)
	t.Parallel()
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		testEqual(t, realParts(t), shipped(t), historyAccounts(t), 1, 4)
	})
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		testEqual(t, embeddedParts(t), shipped(t), "50", 4)
	})
}

func testEqual(t *testing.T, p parts, binary program, accounts string, counts ...int) {
	dir := t.TempDir()
	history, roll := filepath.Join(dir, "history.jsonl.gz"), filepath.Join(dir, "accounts.csv")
	binary.run(t, "simulate", "--accounts", accounts, "--days", "365", "--start", "2025-01-01", "--declines", "0.3", "--story",
		"--events", history, "--accounts-out", roll)
	history = withTexts(t, history)
	for _, partitions := range counts {
		t.Run(fmt.Sprintf("%d partitions", partitions), func(t *testing.T) {
			t.Parallel()
			d := deploy(t, p, partitions, nil)
			d.program = binary
			d.removeAfter(t)
			copyFile(t, roll, filepath.Join(d.dir, "accounts.csv"))
			alerts := filepath.Join(t.TempDir(), "alerts.jsonl")
			t.Log(binary.run(t, "backtest", "--config", d.dir, "--events", history, "--alerts", alerts))
			want := sortedLines(t, alerts)

			began := time.Now()
			binary.run(t, "load", "--config", d.dir, history)
			loaded := time.Since(began)
			began = time.Now()
			s := d.start(t)
			s.caughtUp(d, partitions)
			t.Logf("loaded in %.1f s, judged in %.1f s", loaded.Seconds(), time.Since(began).Seconds())
			s.stop()

			// The history ends with 2025; that day closes at midnight.
			got := d.alertsUntil(t, "2026-01-01T00:00:00Z")
			compareLines(t, got, want)
			if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, `"rule":"an ultimatum"`) }) {
				t.Error("no alert comes from a text")
			}
			if len(want) < 20 {
				t.Errorf("only %d alerts: that says little", len(want))
			}
		})
	}
}

// withTexts gives some messages of a history a text, and forwardings a target.
// backtest reads them from the file, and load writes what they say instead.
func withTexts(t *testing.T, events string) string {
	t.Helper()
	texts := []string{
		"See you on Monday.", "请查收附件", "The line has been down since Tuesday.", "Your competitor has sent us an offer.",
		"除非你们给到同样的价格，不然我们就换供应商。", "Everything is fine, thank you.",
	}
	h, err := history.Open(events, history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var out []byte
	for n := 0; ; n++ {
		line, err := h.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch in := &line.Interaction; {
		case string(in.Signal) == "message" && n%50 == 0:
			in.Text = []byte(texts[n/50%len(texts)])
			line.Value = signals.Append(nil, in)
		case string(in.Signal) == "forwarding" && in.Attribute("target") == nil:
			in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte("target"), Value: fmt.Appendf(nil, "+86755%d", n)})
			line.Value = signals.Append(nil, in)
		}
		out = append(append(out, line.Value...), '\n')
	}
	path := filepath.Join(filepath.Dir(events), "with-texts.jsonl")
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// compareLines says where two sorted lists differ.
func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%d lines, want %d", len(got), len(want))
	told := 0
	for _, pair := range []struct {
		name       string
		these, not []string
	}{{"unexpected", got, want}, {"missing", want, got}} {
		for _, line := range pair.these {
			if _, found := slices.BinarySearch(pair.not, line); !found && told < 6 {
				told++
				t.Errorf("%s: %s", pair.name, line)
			}
		}
	}
}
