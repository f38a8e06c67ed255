package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/dispatch"
	"firstsign/alerting/notify"
	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/app"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals/kafka"
)

var flood = flag.Int("flood", 5000, "findings of TestFlood")

// As many findings as a large portfolio has after a bad day enter the store, and their
// messages go out, at a pace that does not depend on how many there are: 50,000 in under
// 60 s, and 1,000 a second to a fast webhook.
func TestFlood(t *testing.T) {
	p := realParts(t)
	d := deploy(t, p, 1, nil)
	d.removeAfter(t)
	c := d.config(t)
	state := d.store(t)
	identity := worker.Identity{Cluster: "flood", Topic: d.name, Partitions: 1, TimeZone: "UTC"}
	if _, err := state.Claim(t.Context(), 0, "flood", identity); err != nil {
		t.Fatal(err)
	}
	list := make([]accounts.Account, *flood)
	for i := range *flood {
		list[i] = accounts.Account{ID: fmt.Sprintf("account-%d", i), Name: fmt.Sprintf("Account %d", i), Owner: "anna", Grade: accounts.Key}
	}
	for seq := 0; seq*500 < *flood; seq++ {
		chunk := &worker.Chunk{Token: "flood", Seq: uint64(seq + 1)}
		for i := seq * 500; i < min(*flood, (seq+1)*500); i++ {
			chunk.Findings = append(chunk.Findings, floodFinding(t, list[i].ID))
		}
		if _, err := state.Commit(t.Context(), 0, chunk); err != nil {
			t.Fatal(err)
		}
	}

	var got atomic.Int64
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got.Add(1)
	}))
	t.Cleanup(hook.Close)
	log := slog.New(slog.DiscardHandler)
	config := map[string]alerting.ChannelConfig{"hook": {URL: "generic+" + hook.URL + "/anna?template=json"}}
	channels, err := notify.Open(config, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := &alerting.RoutingSnapshot{
		Routing:  alerting.Routing{Channels: config, Owners: map[string][]string{"anna": {"hook"}}, Operator: []string{"hook"}}.WithDefaults(),
		Channels: channels, Accounts: accounts.NewDirectory(list),
	}
	now := func() *alerting.RoutingSnapshot { return snapshot }
	redis := goredis.NewClient(&goredis.Options{Addr: p.redis})
	t.Cleanup(func() { redis.Close() })
	client, err := kafka.Open(c.Service.Kafka, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	store, registry := alertredis.New(redis, d.name), prometheus.NewRegistry()

	begun := time.Now()
	dispatcher := &dispatch.Dispatcher{Outbox: state, Store: store, Publisher: app.Publisher(client), Snapshot: now, Metrics: dispatch.NewMetrics(prometheus.NewRegistry()), Log: log}
	if n, err := dispatcher.Dispatch(t.Context(), 0, time.Now()); n != *flood || err != nil {
		t.Fatalf("%d findings entered, %v", n, err)
	}
	entered := time.Since(begun)

	notifier := &delivery.Notifier{Store: store, Snapshot: now, Partitions: 1, Metrics: delivery.NewMetrics(registry), Changes: alerting.NewMetrics(registry), Log: log}
	begun = time.Now()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- notifier.Run(ctx) }()
	for got.Load() < int64(*flood) && time.Since(begun) < time.Minute*5 {
		time.Sleep(10 * time.Millisecond)
	}
	told := time.Since(begun)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got.Load() != int64(*flood) {
		t.Errorf("%d messages for %d findings", got.Load(), *flood)
	}
	t.Logf("%d findings entered the store in %s, and were told in %s: %.0f a second", *flood, entered.Round(time.Millisecond), told.Round(time.Millisecond), float64(*flood)/told.Seconds())
	if *flood < 50000 {
		return // other tests run at the same time
	}
	if most := time.Minute * time.Duration(*flood) / 50000; entered > most {
		t.Errorf("entering the store took %s, want at most %s", entered, most)
	}
	if most := time.Second * time.Duration(*flood) / 1000; told > most {
		t.Errorf("telling took %s, want at most %s", told, most)
	}
}

// floodFinding is what is found of an account with two series that fell.
func floodFinding(t *testing.T, account string) []byte {
	f := detector.Finding{
		ID: account + "-2026-11-01", Kind: detector.Raised, Time: time.Now().Add(-time.Hour).UnixNano(), Account: account, Grade: accounts.Key, Risk: 30,
		Reasons: []detector.Reason{{Signal: "call", Contact: "li-wei", From: 3.5, To: 0.8, Window: 28, Evidence: 7}, {Signal: "meeting", From: 1, To: 0.1, Window: 56, Evidence: 5}},
	}
	b, err := json.Marshal(&f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
