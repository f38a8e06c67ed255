package topic

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"firstsign/backtest/simulate"
	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// loadTopic is a topic of an embedded broker with three partitions.
func loadTopic(t *testing.T) (*kafka.Client, *config.Config) {
	t.Helper()
	cfg := config.Default()
	parts, err := embedded.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(parts.Close)
	cfg.Service.Kafka.Partitions = 3
	client, err := kafka.Open(cfg.Service.Kafka, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client, cfg
}

// load writes a whole history.
func load(t *testing.T, client *kafka.Client, cfg *config.Config, first int64, stream history.Stream) error {
	t.Helper()
	a, err := Prepare(t.Context(), client, cfg, 3, first, false)
	if err != nil {
		t.Fatal(err)
	}
	return Load(t.Context(), client, cfg, 0, stream, a)
}

// content of a topic, without wall ticks, repeated load-begins and the loads' ids.
func content(t *testing.T, client *kafka.Client) []string {
	t.Helper()
	var all []string
	for id := range 3 {
		p := client.Partition(id)
		r, err := NewReader(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for begun := false; ; {
			rec, err := r.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if rec == nil {
				break
			}
			if c, control, _ := decode.Control(rec); control {
				if c.Load != "" && (c.Kind != signals.LoadBegin || !begun) {
					begun = true
					all = append(all, fmt.Sprint(id, c.Kind, c.Time))
				}
				continue
			}
			all = append(all, fmt.Sprint(id, string(rec.Key), string(rec.Value)))
		}
		p.Close()
	}
	return all
}

var errCut = errors.New("the loader was killed")

// TestResume: however far an interrupted load came, and whatever others wrote
// meanwhile, resuming leaves just what an undisturbed load would have.
func TestResume(t *testing.T) {
	plan := simulate.Plan{Seed: 4, Accounts: 12, Start: signals.Day(20454), Days: 20}
	first := signals.NewZone(config.Default().Calendar.Location).Start(plan.Start)
	whole, cfg := loadTopic(t)
	if err := load(t, whole, cfg, first, simulate.New(plan).History()); err != nil {
		t.Fatal(err)
	}
	want := content(t, whole)
	if _, err := Prepare(t.Context(), whole, cfg, 3, first, false); err == nil || !strings.Contains(err.Error(), "what was before is closed") {
		t.Errorf("a second load of a topic: %v", err)
	}
	for _, cut := range []int{1, 7, len(want) / 3, len(want) / 2} {
		client, cfg := loadTopic(t)
		left := cut
		err := load(t, client, cfg, first, failing{simulate.New(plan).History(), &left})
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		for p := range 3 { // the owners' wall ticks
			if err := client.Partition(p).Append(t.Context(), signals.Control{Kind: signals.Tick, Time: 1 << 60}); err != nil {
				t.Fatal(err)
			}
		}
		if got := content(t, client); len(got) == 0 || len(got) >= len(want) {
			t.Fatalf("cut after %d lines: %d of %d records were written", cut, len(got), len(want))
		}
		if _, err := Prepare(t.Context(), client, cfg, 3, first, false); err == nil || !strings.Contains(err.Error(), "--resume") {
			t.Errorf("cut after %d lines: a load that does not resume says %v", cut, err)
		}
		earlier, err := Prepare(t.Context(), client, cfg, 3, first, true)
		if err == nil {
			earlier.quiet = 0
			err = Load(t.Context(), client, cfg, 0, simulate.New(plan).History(), earlier)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := content(t, client); !slices.Equal(got, want) {
			t.Errorf("cut after %d lines: %d records, want %d", cut, len(got), len(want))
		}
	}
}

// TestResumeOfAnotherFile: nothing is added to what another file began.
func TestResumeOfAnotherFile(t *testing.T) {
	plan := simulate.Plan{Seed: 4, Accounts: 12, Start: signals.Day(20454), Days: 20}
	first := signals.NewZone(config.Default().Calendar.Location).Start(plan.Start)
	client, cfg := loadTopic(t)
	left := 300
	_ = load(t, client, cfg, first, failing{simulate.New(plan).History(), &left})
	before := content(t, client)
	plan.Seed++
	earlier, err := Prepare(t.Context(), client, cfg, 3, first, true)
	if err == nil {
		earlier.quiet = 0
		err = Load(t.Context(), client, cfg, 0, simulate.New(plan).History(), earlier)
	}
	if err == nil || !strings.Contains(err.Error(), "is it the same file") {
		t.Errorf("resuming with another file: %v", err)
	}
	if after := content(t, client); len(after) != len(before) {
		t.Errorf("%d records, were %d", len(after), len(before))
	}
}

// failing is a stream that breaks off, once what came before is written.
type failing struct {
	history.Stream
	left *int
}

func (f failing) Next() (*history.Line, error) {
	if *f.left--; *f.left < 0 {
		return nil, errCut
	}
	return f.Stream.Next()
}
