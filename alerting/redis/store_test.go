package redis

import (
	"context"
	"crypto/rand"
	"os"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
	"firstsign/alerting/alertstoretest"
)

func TestEmbedded(t *testing.T) {
	alertstoretest.Run(t, func(t *testing.T) alerting.AlertStore {
		client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
		t.Cleanup(func() { _ = client.Close() })
		return New(client, "test")
	})
}

func TestRedis(t *testing.T) {
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("REDIS_ADDR is not set; in CI the real Redis must be used")
		}
		t.Skip("REDIS_ADDR is not set: the store was not tried on a real Redis")
	}
	alertstoretest.Run(t, func(t *testing.T) alerting.AlertStore {
		client := redis.NewClient(&redis.Options{Addr: addr})
		s := New(client, "test-"+rand.Text())
		t.Cleanup(func() {
			k := s.keys
			if err := client.Del(context.Background(), k.alerts, k.open, k.pending, k.closed, k.caught).Err(); err != nil {
				t.Log(err)
			}
			_ = client.Close()
		})
		return s
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
