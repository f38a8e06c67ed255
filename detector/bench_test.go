package detector

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/detector/series"
	"firstsign/signals"
	"firstsign/signals/history"
)

// benchSignals are the signals of the benchmark's sets.
var benchSignals = map[string][]series.Signal{
	"mitphone":     {{Name: "call_contacts"}},
	"enron":        {{Name: "sent"}, {Name: "received"}},
	"emaileu":      {{Name: "sent"}, {Name: "received"}},
	"oss":          {{Name: "commits"}},
	"onlineretail": {{Name: "orders"}, {Name: "lines"}, {Name: "spend", Kind: series.Amount}, {Name: "returns"}},
}

// TestBenchmark replays the histories of real people that lie beside the
// project, where they do, and writes the scores for the outside scorer:
//
//	FIRSTSIGN_SCORES=/tmp/scores.csv.gz FIRSTSIGN_SETS=enron go test -run Benchmark ./detector
func TestBenchmark(t *testing.T) {
	out, dir := os.Getenv("FIRSTSIGN_SCORES"), filepath.Join("..", "..", "shared", "bench")
	if _, err := os.Stat(dir); err != nil || out == "" {
		t.Skip("no histories beside the project, or no FIRSTSIGN_SCORES to write to")
	}
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	defer z.Close()
	w := csv.NewWriter(z)
	defer w.Flush()
	w.Write([]string{"account", "day", "score"})
	sets := strings.Split(cmp.Or(os.Getenv("FIRSTSIGN_SETS"), "mitphone,enron,emaileu,oss"), ",")
	for _, set := range sets {
		replaySet(t, filepath.Join(dir, set), benchSignals[set], w)
	}
}

// benchRecord is one line of a history.
type benchRecord struct {
	time  int64
	key   string
	value string
}

// replaySet judges the base accounts and all injected ones in one replay: the
// latter are guests.
func replaySet(t *testing.T, dir string, list []series.Signal, w *csv.Writer) {
	records := readSet(t, dir)
	e := NewEngine(0, 1, &Rules{Signals: list, Location: time.UTC, Hash: "bench"})
	e.OnScore(func(account string, day signals.Day, score float64) {
		w.Write([]string{account, day.String(), strconv.FormatFloat(score, 'g', 6, 64)})
	})
	zone := signals.NewZone(time.UTC)
	offset, today, began := int64(0), signals.Day(0), time.Now()
	apply := func(r signals.Record) {
		r.Offset = offset
		offset++
		if reject := e.Apply(&r); reject != nil {
			t.Fatalf("%s: %v", r.Value, reject)
		}
	}
	for _, r := range records {
		if d := zone.Day(r.time); d > today {
			today = d
			value, headers := signals.Control{Kind: signals.Tick, Time: zone.Start(d)}.Record()
			apply(signals.Record{Value: value, Headers: headers})
		}
		apply(signals.Record{Key: []byte(r.key), Value: []byte(r.value)})
	}
	value, headers := signals.Control{Kind: signals.Tick, Time: zone.Start(today + 1)}.Record()
	apply(signals.Record{Value: value, Headers: headers})
	s := e.Stats()
	t.Logf("%s: %d events, %d days, %d accounts, findings %v, %s", filepath.Base(dir), s.Events, s.DaysClosed, s.Accounts, s.Findings, time.Since(began).Round(time.Millisecond))
}

func readSet(t *testing.T, dir string) (records []benchRecord) {
	for _, name := range []string{"events", "inject_silence", "inject_drop75", "inject_drop50"} {
		h, err := history.Open(filepath.Join(dir, name+".jsonl.gz"), history.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		for {
			line, err := h.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, benchRecord{line.Interaction.Time, string(line.Interaction.Account), string(line.Value)})
		}
		h.Close()
	}
	if len(records) == 0 {
		t.Fatal(fmt.Errorf("no events in %s", dir))
	}
	slices.SortStableFunc(records, func(a, b benchRecord) int { return cmp.Compare(a.time, b.time) })
	return records
}
