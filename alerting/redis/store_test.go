package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
	"firstsign/alerting/alertstoretest"
	"firstsign/deploy/parts"
)

// servers are what a store is tried on: an embedded Redis and a real one.
func servers(t *testing.T) map[string]string {
	t.Helper()
	at := map[string]string{"embedded": miniredis.RunT(t).Addr()}
	if addr := os.Getenv("REDIS_ADDR"); addr != "" {
		at["real"] = addr
	} else if os.Getenv("CI") == "true" {
		t.Fatal("REDIS_ADDR is not set; in CI the real Redis must be used")
	} else {
		t.Log("REDIS_ADDR is not set: the store is not tried on a real Redis")
	}
	return at
}

func open(t *testing.T, addr string) *Store {
	return storeOn(t, redis.NewClient(&redis.Options{Addr: addr}))
}

func storeOn(t *testing.T, client redis.UniversalClient) *Store {
	s := New(client, "test-"+rand.Text())
	t.Cleanup(func() {
		if err := client.Del(context.Background(), append(s.watched(), s.keys.caught)...).Err(); err != nil {
			t.Log(err)
		}
		_ = client.Close()
	})
	return s
}

func TestStore(t *testing.T) {
	for name, addr := range servers(t) {
		t.Run(name, func(t *testing.T) {
			alertstoretest.Run(t, func(t *testing.T) alerting.AlertStore { return open(t, addr) })
		})
	}
}

func TestClusterAndSentinel(t *testing.T) {
	if servers(t)["real"] == "" {
		t.Skip("no real Redis")
	}
	t.Run("cluster", func(t *testing.T) {
		nodes := parts.Cluster(t)
		alertstoretest.Run(t, func(t *testing.T) alerting.AlertStore {
			return storeOn(t, redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{nodes[0].Addr, nodes[1].Addr}, IsClusterMode: true}))
		})
	})
	t.Run("sentinel", func(t *testing.T) {
		w := parts.Sentinels(t)
		alertstoretest.Run(t, func(t *testing.T) alerting.AlertStore {
			return storeOn(t, redis.NewUniversalClient(&redis.UniversalOptions{Addrs: w.Sentinels, MasterName: w.Name}))
		})
	})
}

func TestReplyLost(t *testing.T) {
	// The kept document decides, not the version alone: a call that go-redis
	// repeats by itself after a lost reply must not look like a race.
	server := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer func() { _ = client.Close() }()
	s := New(client, "test")
	a := &alerting.Alert{ID: "a", State: alerting.Open}
	repeat := *a
	for _, call := range []*alerting.Alert{a, &repeat} {
		if err := s.Put(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.HGet("firstsign:{test/book}:alerts", "a"); got[:2] != "1 " {
		t.Errorf("kept: %s", got)
	}
}

func TestDamagedDocument(t *testing.T) {
	server := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer func() { _ = client.Close() }()
	s := New(client, "test")
	server.HSet(s.keys.alerts, "a", "1 {")
	if _, err := s.Get(t.Context(), "a"); err == nil {
		t.Error("a damaged document was read")
	}
	if _, err := s.List(t.Context(), alerting.Filter{}); err == nil {
		t.Error("a damaged document was listed")
	}
}

// A key that is gone is told, and nothing is written upon what is left.
func TestDamage(t *testing.T) {
	for _, addr := range servers(t) {
		for key, want := range map[int]string{0: "alerts should hold 2 and holds 0", 1: "open should hold 1", 2: "pending should hold 1", 3: "closed should hold 1"} {
			s := open(t, addr)
			over := &alerting.Alert{ID: "b", State: alerting.Closed, Closed: &time.Time{}}
			living := &alerting.Alert{ID: "a", State: alerting.Open, History: []alerting.Event{{Delivery: alerting.ByMessage}}}
			for _, a := range []*alerting.Alert{living, over} {
				if err := s.Put(t.Context(), a); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.client.Unlink(t.Context(), s.watched()[key]).Err(); err != nil {
				t.Fatal(err)
			}
			_, expired := s.Expire(t.Context(), time.Now())
			for _, err := range []error{s.Check(t.Context()), s.Put(t.Context(), living), expired} {
				if !errors.Is(err, alerting.ErrDamaged) || !strings.Contains(err.Error(), want) {
					t.Errorf("without %s: %v, want %s", s.watched()[key], err, want)
				}
			}
			if err := s.Forget(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Check(t.Context()); err != nil {
				t.Errorf("after all was forgotten: %v", err)
			}
		}
	}
}
