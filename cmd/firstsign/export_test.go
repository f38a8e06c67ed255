package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A history that is in the topic is the file that it was, whatever came late,
// twice, or in a transaction that was taken back: backtest and calibrate write
// the same of both, byte for byte.
func TestFromTopic(t *testing.T) {
	skipLong(t)
	t.Parallel()
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		testFromTopic(t, realParts(t))
	})
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		testFromTopic(t, embeddedParts(t))
	})
}

func testFromTopic(t *testing.T, p parts) {
	d := deploy(t, p, 3, nil)
	d.removeAfter(t)
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	shipped(t).run(t, "simulate", "--accounts", "20", "--days", "180", "--start", "2025-01-01", "--story",
		"--events", at("all.jsonl"), "--accounts-out", filepath.Join(d.dir, "accounts.csv"))

	all := linesOf(t, at("all.jsonl"))
	var punctual, late, again [][]byte
	for i, line := range all {
		if i%50 == 13 {
			late = append(late, line)
			continue
		}
		punctual = append(punctual, line)
		if i%20 == 3 {
			again = append(again, line)
		}
	}
	if err := os.WriteFile(at("punctual.jsonl"), append(bytes.Join(punctual, []byte("\n")), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	shipped(t).run(t, "load", "--config", d.dir, at("punctual.jsonl"))
	d.produce(t, late, true)
	d.produce(t, again, true)
	d.produce(t, [][]byte{[]byte(`{"time":"2025-02-03T10:00:00Z","account":"shenzhen-xinghe","signal":"ultimatum"}`)}, false)

	for _, from := range []string{"file", "topic"} {
		history := []string{"--events", at("all.jsonl")}
		if from == "topic" {
			history = []string{"--from-topic"}
		}
		said := shipped(t).run(t, append([]string{"backtest", "--config", d.dir, "--alerts", at(from + ".alerts"), "--scores", at(from + ".scores")}, history...)...)
		said += shipped(t).run(t, append([]string{"calibrate", "--config", d.dir, "--out", at(from + ".yaml"), "--report", at(from + ".json")}, history...)...)
		if err := os.WriteFile(at(from+".said"), []byte(said), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, what := range []string{".said", ".alerts", ".scores", ".yaml", ".json"} {
		file, topic := contentOf(t, at("file"+what)), contentOf(t, at("topic"+what))
		if file != topic || file == "" {
			t.Errorf("%s: %d bytes from the file and %d from the topic differ", what, len(file), len(topic))
		}
	}

	// Whoever is erased is in no export from then on.
	shipped(t).run(t, "export", "--config", d.dir, "--out", at("before.jsonl"))
	shipped(t).run(t, "erase", "--config", d.dir, "--contact", "chen-jianguo", "--account", "shenzhen-xinghe")
	shipped(t).run(t, "export", "--config", d.dir, "--out", at("after.jsonl.gz"))
	shipped(t).run(t, "backtest", "--config", d.dir, "--events", at("after.jsonl.gz"))
	shipped(t).run(t, "export", "--config", d.dir, "--out", at("after.jsonl"))
	before, after := contentOf(t, at("before.jsonl")), contentOf(t, at("after.jsonl"))
	if n := strings.Count(before, "\n"); n != len(all) || n != strings.Count(after, "\n") {
		t.Errorf("%d lines, then %d, want %d", n, strings.Count(after, "\n"), len(all))
	}
	if !strings.Contains(before, "chen-jianguo") || strings.Contains(after, "chen-jianguo") {
		t.Error("the person was not there before, or still is")
	}
}

// produce writes records with a client that shares no code with ours, in a
// transaction.
func (d *deployment) produce(t *testing.T, records [][]byte, commit bool) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(d.brokers), kgo.DefaultProduceTopic(d.name+".interactions"),
		kgo.TransactionalID(d.name), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	batch := make([]*kgo.Record, len(records))
	for i, value := range records {
		var in struct{ Account string }
		if err := json.Unmarshal(value, &in); err != nil {
			t.Fatal(err)
		}
		batch[i] = &kgo.Record{Key: []byte(in.Account), Value: value}
	}
	if err := cl.ProduceSync(t.Context(), batch...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := cl.EndTransaction(t.Context(), kgo.TransactionEndTry(commit)); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func linesOf(t *testing.T, path string) [][]byte {
	t.Helper()
	return bytes.Split(bytes.TrimSpace([]byte(contentOf(t, path))), []byte("\n"))
}
