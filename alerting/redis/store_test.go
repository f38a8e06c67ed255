package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
	"firstsign/alerting/alertstoretest"
	"firstsign/alerting/readback"
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
		if err := client.Del(context.Background(), append(s.all(), s.keys.caught)...).Err(); err != nil {
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
			if err := s.client.Unlink(t.Context(), s.all()[key]).Err(); err != nil {
				t.Fatal(err)
			}
			_, expired := s.Expire(t.Context(), time.Now())
			for _, err := range []error{s.Check(t.Context()), s.Put(t.Context(), living), expired} {
				if !errors.Is(err, alerting.ErrDamaged) || !strings.Contains(err.Error(), want) {
					t.Errorf("without %s: %v, want %s", s.all()[key], err, want)
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

// snapshot copies the keys of a store, and restores them.
func snapshot(t *testing.T, s *Store) (restore func()) {
	dumps := map[string]string{}
	keys := s.client.Keys(t.Context(), strings.TrimSuffix(s.keys.alerts, "alerts")+"*").Val()
	for _, k := range keys {
		dumps[k] = s.client.Dump(t.Context(), k).Val()
	}
	return func() {
		s.client.Del(t.Context(), s.client.Keys(t.Context(), strings.TrimSuffix(s.keys.alerts, "alerts")+"*").Val()...)
		for k, d := range dumps {
			if err := s.client.RestoreReplace(t.Context(), k, 0, d).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A reader begins anew when Redis went back in time, however many writes came since,
// and when an older Firstsign wrote, which numbers no writes.
func TestFollowerNoticesThatRedisWentBack(t *testing.T) {
	for name, addr := range servers(t) {
		if name == "embedded" {
			continue // its DUMP knows only strings
		}
		s := open(t, addr)
		put := func(ids ...string) {
			for _, id := range ids {
				_, err := alerting.Update(t.Context(), s, id, func(a *alerting.Alert) bool { a.State, a.Name = alerting.Open, a.Name+"+"; return true })
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		f, restarts, known := s.Follow(), 0, map[string]string{}
		next := func(when string, wantRestarts int, want map[string]string) {
			t.Helper()
			err := f.Next(t.Context(), func() { restarts++; clear(known) }, func(a *alerting.Alert) { known[a.ID] = a.Name })
			if err != nil || restarts != wantRestarts || !maps.Equal(known, want) {
				t.Errorf("%s, %s: %v after %d restarts, %v; want %v after %d", name, when, known, restarts, err, want, wantRestarts)
			}
		}
		put("a", "b")
		next("at first", 1, map[string]string{"a": "+", "b": "+"})
		restore := snapshot(t, s)
		put("a", "c")
		next("later", 1, map[string]string{"a": "++", "b": "+", "c": "+"})
		restore()
		next("gone back", 2, map[string]string{"a": "+", "b": "+"})
		put("a", "c")
		next("later again", 2, map[string]string{"a": "++", "b": "+", "c": "+"})
		restore()
		put("b", "d", "d", "d", "e")
		next("gone back and on", 3, map[string]string{"a": "+", "b": "++", "d": "+++", "e": "+"})
		s.client.SRem(t.Context(), s.keys.open, "e")
		next("written without a number", 4, map[string]string{"a": "+", "b": "++", "d": "+++"})
		if err := s.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		put("z")
		next("forgotten", 5, map[string]string{"z": "+"})
	}
}

// A mark is replaced only where the one before is, a repeat succeeds, and all are
// forgotten with the alerts.
func TestMarks(t *testing.T) {
	for name, addr := range servers(t) {
		s, ctx := open(t, addr), t.Context()
		swap := func(from, to string, want bool) {
			t.Helper()
			if stands, err := s.SwapMark(ctx, 3, from, to); stands != want || err != nil {
				t.Errorf("%s: from %q to %q: %v, %v", name, from, to, stands, err)
			}
		}
		swap("a", "a", false)
		if err := errors.Join(s.SetMark(ctx, 3, "a"), s.SetMark(ctx, 4, "z")); err != nil {
			t.Fatal(err)
		}
		swap("a", "a", true)
		swap("a", "b", true)
		swap("a", "b", true)
		swap("a", "c", false)
		if err := s.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		swap("b", "b", false)
	}
}

// The offset of the answers is moved only where the mark is, and is forgotten with the
// alerts.
func TestPlaceOfAnswers(t *testing.T) {
	for name, addr := range servers(t) {
		s, ctx := open(t, addr), t.Context()
		at := func(mark string, want int64, wantKnown bool) {
			t.Helper()
			if next, known, err := s.Mark(ctx, "alerts/0", mark); err != nil || next != want || known != wantKnown {
				t.Errorf("%s: %d, %v, %v; want %d, %v", name, next, known, err, want, wantKnown)
			}
		}
		at("a", 0, false)
		if err := s.ReadTo(ctx, "alerts/0", "other", 5); !errors.Is(err, readback.ErrWentBack) {
			t.Errorf("%s: another mark: %v", name, err)
		}
		if err := s.ReadTo(ctx, "alerts/1", "a", 5); !errors.Is(err, readback.ErrWentBack) {
			t.Errorf("%s: another log: %v", name, err)
		}
		for range 2 { // a repeat is the same
			if err := s.ReadTo(ctx, "alerts/0", "a", 5); err != nil {
				t.Error(name, err)
			}
		}
		at("b", 5, true)
		if err := s.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		at("c", 0, false)
		s.client.Del(ctx, s.keys.answers)
	}
}
