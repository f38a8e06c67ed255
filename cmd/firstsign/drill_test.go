package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// The drills of docs/operator/recovery.md, step by step: what is left afterwards is
// what was there before.
func TestDrills(t *testing.T) {
	t.Parallel()
	const until = "2026-01-01T00:00:00Z"
	d := deploy(t, realParts(t), 4, nil)
	d.program = shipped(t)
	d.removeAfter(t)
	folder := t.TempDir()
	history := filepath.Join(folder, "history.jsonl")
	d.program.run(t, "simulate", "--accounts", "60", "--days", "200", "--start", "2025-06-01", "--declines", "0.4", "--story", "--events", history, "--accounts-out", filepath.Join(d.dir, "accounts.csv"))
	d.program.run(t, "load", "--config", d.dir, history)
	judge := func(d *deployment, partitions int) (alerts []string) {
		s := d.start(t)
		s.caughtUp(d, partitions)
		s.stop()
		return d.alertsUntil(t, until)
	}
	before := judge(d, 4)
	if len(before) < 20 {
		t.Fatalf("%d alerts: that says little", len(before))
	}

	// drill is timed: its figure is for the page.
	drill := func(name string, steps func()) {
		begun := time.Now()
		steps()
		t.Logf("drill %q: %.1f s", name, time.Since(begun).Seconds())
	}
	drill("Redis is lost", func() {
		d.loseRedis(t)
		compareLines(t, slices.Compact(judge(d, 4)), before) // each line comes to the topic again
	})
	export := filepath.Join(folder, "export.jsonl.gz")
	d.program.run(t, "export", "--config", d.dir, "--out", export)
	drill("Kafka is lost, or moves", func() {
		moved := d.elsewhere(t, 4)
		moved.program.run(t, "load", "--config", moved.dir, export)
		compareLines(t, judge(moved, 4), before)
	})
	drill("another partition count", func() {
		moved := d.elsewhere(t, 6)
		moved.program.run(t, "load", "--config", moved.dir, export)
		got := judge(moved, 6)
		alerts := filepath.Join(folder, "six.jsonl")
		moved.program.run(t, "backtest", "--config", moved.dir, "--events", history, "--alerts", alerts)
		compareLines(t, got, sortedLines(t, alerts))
	})
}

// loseRedis removes all that Redis holds of a deployment.
func (d *deployment) loseRedis(t *testing.T) {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "firstsign:{"+d.name+"*").Result()
	if err == nil {
		err = client.Unlink(t.Context(), keys...).Err()
	}
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d keys: %v", len(keys), err)
	}
}

// elsewhere is the same configuration for topics and a group of other names.
func (d *deployment) elsewhere(t *testing.T, partitions int) *deployment {
	t.Helper()
	other := deploy(t, d.parts, partitions, nil)
	other.program = d.program
	other.removeAfter(t)
	for _, name := range []string{"accounts.csv", "signals.yaml", "calendar.yaml"} {
		text, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		other.write(t, name, string(text))
	}
	return other
}
