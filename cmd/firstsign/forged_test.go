package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/signals"
)

// Whoever may write to the topic writes control records: a tick of next summer, an
// erasure, a load. With keys, none of them counts, each is a dead letter, and what the
// service and its commands write counts.
func TestForgedControl(t *testing.T) {
	t.Parallel()
	d := deploy(t, realParts(t), 1, map[string]string{"control.keys": strings.Repeat("k", 40) + "\n"})
	d.program = shipped(t)
	d.removeAfter(t)
	service, err := os.ReadFile(filepath.Join(d.dir, "service.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d.write(t, "service.yaml", string(service)+"control: {keys_file: control.keys}\n")
	history := filepath.Join(t.TempDir(), "history.jsonl")
	d.program.run(t, "simulate", "--accounts", "10", "--days", "60", "--story", "--events", history, "--accounts-out", filepath.Join(d.dir, "accounts.csv"))
	d.program.run(t, "load", "--config", d.dir, history)
	s := d.start(t)
	s.caughtUp(d, 1)

	var records []*kgo.Record
	for _, c := range []signals.Control{
		{Kind: signals.Tick, Time: time.Now().UnixNano()},
		{Kind: signals.Tick, Time: time.Now().AddDate(0, 6, 0).UnixNano()},
		{Kind: signals.LoadBegin, Time: time.Now().UnixNano(), Load: "x"},
		{Kind: signals.Feedback, Time: time.Now().UnixNano(), Account: "shenzhen-xinghe", Alert: "shenzhen-xinghe-2026-01-01", Label: signals.FalseAlarm},
		{Kind: signals.Erase, Time: time.Now().UnixNano(), Contact: "chen-jianguo"},
	} {
		value, headers := c.Record()
		records = append(records, &kgo.Record{Topic: d.name + ".interactions", Value: value, Headers: []kgo.RecordHeader{{Key: headers[0].Key, Value: headers[0].Value}}})
	}
	if err := d.client(t).ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all of them are dead letters", func() error {
		reasons := map[string]int{}
		for _, r := range d.records(t, d.name+".dead") {
			for _, h := range r.Headers {
				if h.Key == "firstsign-reason" {
					reasons[string(h.Value)]++
				}
			}
		}
		if reasons[string(signals.UnsignedControl)] != len(records) {
			return fmt.Errorf("%v", reasons)
		}
		return nil
	})
	if ahead := s.metric("firstsign_clock_timestamp_seconds") - float64(time.Now().Unix()); ahead > 1 {
		t.Errorf("the clock is %g s ahead", ahead)
	}
	inspect := func() string { return d.program.run(t, "inspect", "--config", d.dir, "shenzhen-xinghe") }
	if !strings.Contains(inspect(), "chen-jianguo") {
		t.Error("a forged erasure counted")
	}
	d.program.run(t, "erase", "--config", d.dir, "--contact", "chen-jianguo")
	eventually(t, "the command's own erasure counts", func() error {
		if said := inspect(); strings.Contains(said, `"chen-jianguo"`) {
			return fmt.Errorf("%s", said)
		}
		return nil
	})
	s.works()
	s.stop()
}
