package app

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/config"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/web"
)

// stored is a store that holds the states of accounts in several partitions. Account i
// called on each of the first days, up to the day 30+i; the last partition has closed a day
// less than the others.
func stored(t *testing.T, rules *detector.Rules, partitions, count int) *state.Store {
	t.Helper()
	client, err := state.Open(state.Config{Addr: miniredis.RunT(t).Addr()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	store, err := state.New(client, "test", prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	const days = 60
	for p := range partitions {
		e := detector.NewEngine(p, partitions, rules)
		offset := int64(0)
		apply := func(r signals.Record) {
			r.Offset = offset
			offset++
			if reject := e.Apply(&r); reject != nil {
				t.Fatal(reject)
			}
		}
		tick := func(day int) {
			c := signals.Control{Kind: signals.Tick, Time: monday(day).UnixNano()}
			value, headers := c.Record()
			apply(signals.Record{Time: c.Time, Value: value, Headers: headers})
		}
		tick(0)
		for day := range days {
			for i := range count {
				id := fmt.Sprint("account-", i)
				if day < 30+i && signals.PartitionOf([]byte(id), partitions) == p {
					in := signals.Interaction{Time: monday(day).Add(9 * time.Hour).UnixNano(), Account: []byte(id), Signal: []byte("call"), Value: 1}
					apply(signals.Record{Time: in.Time, Key: []byte(id), Value: signals.Append(nil, &in)})
				}
			}
			if p < partitions-1 || day < days-1 {
				tick(day + 1)
			}
		}
		if _, err := store.Claim(t.Context(), p, "a", worker.Identity{Cluster: "c", Topic: "t", Partitions: partitions, TimeZone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		seq := uint64(0)
		err := e.Commit(100, 0, 0, func(c *detector.Changes) error {
			seq++
			_, err := store.Commit(t.Context(), p, &worker.Chunk{Token: "a", Seq: seq, Changes: *c})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func monday(day int) time.Time { return time.Date(2026, 1, 5+day, 0, 0, 0, 0, time.UTC) }

// Accounts of all partitions are read together, each from its own, and silences are counted
// to today.
func TestInspectAll(t *testing.T) {
	const partitions, count = 3, 12
	rules := &detector.Rules{Signals: []detector.Signal{{Name: "call", Kind: detector.Count, Side: detector.Theirs}}, Location: time.UTC}
	former := accounts.NewDirectory([]accounts.Account{{ID: "account-3", Aliases: []string{"old-3"}}})
	rules.Aliases = accounts.AliasesOf(former, nil)
	store := stored(t, rules, partitions, count)

	ids := []string{"old-3", "nobody"}
	for i := range count {
		ids = append(ids, fmt.Sprint("account-", i))
	}
	today := signals.Day(monday(70).Unix() / (24 * 60 * 60))
	found, err := inspectAll(t.Context(), store, rules, ids, today)
	if err != nil || len(found) != count+1 || found["nobody"] != nil {
		t.Fatalf("%d found, %v", len(found), err)
	}
	for id, x := range found {
		want := id
		if id == "old-3" {
			want = "account-3"
		}
		last := today - signals.Day(70-29)
		if x.Account != want || len(x.Series) != 1 || id == "account-0" && x.Series[0].Last != last.String() {
			t.Errorf("%s: %+v", id, x)
		}
		for _, r := range x.Reasons {
			if r.Term.NothingCame(r.To) && r.Window != int(today-r.Since) {
				t.Errorf("%s: %d days since %s", id, r.Window, r.Since)
			}
		}
	}
	if _, err := Inspect(t.Context(), store, rules, "nobody", today); !errors.Is(err, ErrNoState) {
		t.Errorf("nobody: %v", err)
	}

	a := &App{Store: store, Config: &config.Config{}, Now: func() time.Time { return monday(70) }}
	a.Config.Calendar.Location = time.UTC
	a.rules.Store(rules)
	watched, err := a.Watched(t.Context())
	if want := (web.Watched{Accounts: count, Judged: true, Closed: signals.Day(monday(58).Unix() / (24 * 60 * 60))}); err != nil || watched != want {
		t.Errorf("watched %+v, want %+v, %v", watched, want, err)
	}
	if _, err := a.Inspect(t.Context(), "nobody"); !errors.Is(err, web.ErrUnknownAccount) {
		t.Errorf("nobody: %v", err)
	}
	if x, err := a.Inspect(t.Context(), "account-5"); err != nil || x.Account != "account-5" {
		t.Errorf("account-5: %v", err)
	}
}
