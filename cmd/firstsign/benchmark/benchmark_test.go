package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
)

// A small run on the embedded parts measures everything, in several fetches, and its figures agree
// with each other.
func TestBench(t *testing.T) {
	c := Options{
		Events: 100_000, Accounts: 50, HistoryDays: 3, Repeat: 2, Portfolio: 60, Histories: []int{3, 6}, Sample: 100,
	}
	r, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"raw_reader_per_s", "our_reader_per_s", "pipeline_per_s", "per_event_redis_per_s", "pipeline_of_raw", "pipeline_of_per_event",
		"history_per_s", "decode_ns", "apply_ns", "apply_ahead_ns", "dayclose_us_per_account", "redis_ping_max_ms", "record_bytes",
	} {
		if n, ok := fields[name].(float64); !ok || n <= 0 {
			t.Errorf("%s is %v in %s", name, fields[name], text)
		}
	}
	if r.Kafka != "embedded" || r.Redis != "embedded" {
		t.Errorf("measured with %s and %s", r.Kafka, r.Redis)
	}
	if len(r.Readings) != 2 || len(r.Closes) != 2 || r.Closes[1].History != 6 || r.Closes[1].PerAccount != r.Close {
		t.Errorf("%d readings, closes %+v", len(r.Readings), r.Closes)
	}
	if want := (r.Readings[0].Pipeline + r.Readings[1].Pipeline) / 2; !near(r.Pipeline, want) {
		t.Errorf("pipeline %g, want the median %g", r.Pipeline, want)
	}
	if !near(r.OfRaw, r.Pipeline/r.RawReader) || !near(r.OfPerEvent, r.Pipeline/r.PerEvent) {
		t.Errorf("ratios %g and %g do not follow from %g, %g and %g", r.OfRaw, r.OfPerEvent, r.Pipeline, r.RawReader, r.PerEvent)
	}
	if r.Bytes.Encoded < 100 || r.Bytes.Encoded > 2048 {
		t.Errorf("%g bytes an account encoded", r.Bytes.Encoded)
	}
}

func near(a, b float64) bool { return a-b < 1e-6*b && b-a < 1e-6*b }

// A benchmark beside a service deletes no topic of the service.
func TestBenchLeavesTheServiceAlone(t *testing.T) {
	cfg := config.Default()
	parts, err := embedded.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(parts.Close)
	dir := t.TempDir()
	service := fmt.Sprintf("kafka: {brokers: [%q], replication: 1, accounts: firm.accounts}\nredis: {address: %q}\n", cfg.Service.Kafka.Brokers[0], cfg.Service.Redis.Addr)
	for name, text := range map[string]string{
		"service.yaml": service, "calendar.yaml": "timezone: UTC\n", "signals.yaml": "signals:\n  - {name: call, kind: count}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if cfg, err = config.Load(dir); err != nil {
		t.Fatal(err)
	}
	client, err := kafka.Open(cfg.Service.Kafka, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := start(t.Context(), Options{Config: dir, Events: 1, Accounts: 1, HistoryDays: 1, Repeat: 1, Portfolio: 1, Histories: []int{2}, Sample: 1})
	if err != nil {
		t.Fatal(err)
	}
	b.close()
	short, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := client.WriteTable(short, map[string][]byte{"acme": []byte("{}")}); err != nil {
		t.Errorf("the topic of accounts is gone: %v", err)
	}
	if _, err := client.Find(short); err != nil {
		t.Errorf("the topic of interactions is gone: %v", err)
	}
}

// Nothing is measured with numbers that mean nothing.
func TestBenchRefuses(t *testing.T) {
	good := Options{Events: 10, Accounts: 1, HistoryDays: 1, Repeat: 1, Portfolio: 1, Histories: []int{2}, Sample: 1}
	for name, spoil := range map[string]func(*Options){
		"no events":      func(c *Options) { c.Events = 0 },
		"no repetition":  func(c *Options) { c.Repeat = 0 },
		"no histories":   func(c *Options) { c.Histories = nil },
		"shrinking ones": func(c *Options) { c.Histories = []int{3, 2} },
	} {
		c := good
		spoil(&c)
		if _, err := Run(t.Context(), c); err == nil {
			t.Errorf("%s: measured", name)
		}
	}
}

// The interactions of a benchmark are such as a company's systems write.
func TestTraffic(t *testing.T) {
	const n = 3000
	list := keyAccounts(100)
	day := newTraffic(list, firstDay, 2, n/2)
	var d decode.Decoder
	var in signals.Interaction
	zone := signals.NewZone(time.UTC)
	names, ids, last := map[string]int{}, map[string]bool{}, signals.Day(0)
	for range n {
		line, err := day.Next()
		if err != nil {
			t.Fatal(err)
		}
		if reject := d.Decode(&signals.Record{Key: line.Interaction.Account, Value: line.Value}, &in); reject != nil {
			t.Fatalf("%s: %v", line.Value, reject)
		}
		if in.Time != line.Interaction.Time || len(in.Contact) == 0 || len(in.Source) == 0 || in.Attribute("direction") == nil {
			t.Fatalf("%s", line.Value)
		}
		names[string(in.Signal)]++
		ids[string(in.Source)+string(in.ID)] = true
		if last = zone.Day(in.Time); last != firstDay && last != firstDay+1 {
			t.Fatalf("%s: day %s", line.Value, last)
		}
	}
	if _, err := day.Next(); err == nil {
		t.Error("it does not end")
	}
	if len(names) != len(mix) || len(ids) != n || last != firstDay+1 {
		t.Errorf("signals %v, %d ids, last day %s", names, len(ids), last)
	}
	if mean := float64(day.bytes) / n; mean < 150 || mean > 230 {
		t.Errorf("%g bytes a record", mean)
	}
	if firstDay.String() != "2026-01-01" {
		t.Errorf("the first day is %s", firstDay)
	}
}
