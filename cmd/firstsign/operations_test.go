package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/signals"
	"firstsign/web/operations"
)

// deadFeed writes 70 days up to now of 40 accounts with calls and messages each day. The
// telephones have been silent for five days, and ten accounts do nothing but call.
func deadFeed(t *testing.T) (file string) {
	t.Helper()
	var b strings.Builder
	now := time.Now().UTC()
	for d := 70; d >= 0; d-- {
		at := now.AddDate(0, 0, -d).Add(-time.Hour).Format(time.RFC3339)
		for i := range 40 {
			if d >= 5 {
				fmt.Fprintf(&b, `{"time":%q,"account":"account-%02d","signal":"call","source":"pbx","id":"c-%d-%d"}`+"\n", at, i, d, i)
			}
			if i >= 10 {
				fmt.Fprintf(&b, `{"time":%q,"account":"account-%02d","signal":"message","source":"chat","id":"m-%d-%d"}`+"\n", at, i, d, i)
			}
		}
	}
	file = filepath.Join(t.TempDir(), "history.jsonl")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// On real parts two instances tell of a dead feed, of refused records and of a configuration
// that only one of them was given, each as far as it can know.
func TestOperationsPage(t *testing.T) {
	skipLong(t)
	t.Parallel()
	d := deploy(t, realParts(t), 2, nil)
	d.removeAfter(t)
	instrumented.run(t, "load", "--config", d.dir, deadFeed(t))
	first, second := d.start(t), d.start(t)
	status := func(s *service) (now operations.Status) {
		code, body, err := s.get("/api/v1/status")
		if err != nil || code != http.StatusOK {
			t.Fatalf("status: %d %v %s", code, err, body)
		}
		if err := json.Unmarshal([]byte(body), &now); err != nil {
			t.Fatal(err)
		}
		return now
	}
	says := func(s *service, rule, text string) {
		t.Helper()
		eventually(t, rule+" is told: "+text, func() error {
			now := status(s)
			if !slices.ContainsFunc(now.Problems, func(p operations.Problem) bool { return p.Rule == rule && strings.Contains(p.Text, text) }) {
				return fmt.Errorf("%+v", now.Problems)
			}
			return nil
		})
	}
	for _, s := range []*service{first, second} {
		says(s, "FirstsignFeedDead", "No data comes from pbx since ")
		says(s, "FirstsignFeedDead", "10 accounts are not judged meanwhile")
	}
	eventually(t, "each owns a partition and has met the other", func() error {
		for _, s := range []*service{first, second} {
			var of operations.PartitionsAnswer
			code, body, err := s.get("/api/v1/partitions")
			if err != nil || code != http.StatusOK || json.Unmarshal([]byte(body), &of) != nil || len(of.Partitions) != 2 {
				return fmt.Errorf("%d %w: %s", code, err, body)
			}
			mine := slices.DeleteFunc(slices.Clone(of.Partitions), func(p operations.Partition) bool { return p.Owner == "" })
			if len(mine) != 1 || mine[0].Words != "live" || mine[0].Committed == nil || len(of.Others) != 1 {
				return fmt.Errorf("%s", body)
			}
		}
		return nil
	})

	producer, err := kgo.NewClient(kgo.SeedBrokers(d.brokers), kgo.DefaultProduceTopic(d.name+".interactions"))
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	for _, value := range []string{`{"time":"yesterday","account":"account-01","signal":"call","contact":"Li Wei"}`, `{"account":"account-01","contact":"Li Wei","text":"cut of`} {
		if err := producer.ProduceSync(t.Context(), &kgo.Record{Key: []byte("account-01"), Value: []byte(value)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []*service{first, second} {
		says(s, "FirstsignRejecting", "2 records were refused in the last 24 hours")
		for _, refused := range status(s).Refused {
			if one := refused.Samples[0]; refused.Reason == signals.BadTime && one.Field != "time" || one.Topic != d.name+".interactions" {
				t.Errorf("%+v", refused)
			}
		}
	}
	d.write(t, "signals.yaml", "signals: [{name: call, kind: cuont}]\n")
	says(first, "FirstsignConfigRejected", `signals.yaml:1: signals[0].kind: "cuont" is none of`)
	for _, path := range []string{"/operations", "/tuning", "/api/v1/status", "/api/v1/feeds"} {
		code, body, err := first.get(path)
		if err != nil || code != http.StatusOK || strings.Contains(body, "Li Wei") || strings.Contains(body, d.dir) {
			t.Errorf("%s: %d %v %s", path, code, err, body)
		}
	}
	first.stop()
	second.stop()
}
