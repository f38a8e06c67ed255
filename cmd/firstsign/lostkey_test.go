package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// A key of the state or of the alerts is gone: nothing is written upon what is left,
// the service says what is lost, also after a restart, and one command has it made
// anew as it was.
func TestLostKey(t *testing.T) {
	t.Parallel()
	d := deploy(t, realParts(t), 1, nil)
	d.program = shipped(t)
	d.removeAfter(t)
	history := filepath.Join(t.TempDir(), "history.jsonl")
	d.program.run(t, "simulate", "--accounts", "30", "--days", "120", "--story", "--events", history, "--accounts-out", filepath.Join(d.dir, "accounts.csv"))
	d.program.run(t, "load", "--config", d.dir, history)
	redis := goredis.NewClient(&goredis.Options{Addr: d.parts.redis})
	t.Cleanup(func() { redis.Close() })
	prefix := "firstsign:{" + d.name + "/"

	s := d.start(t)
	s.caughtUp(d, 1)
	accounts, alerts := redis.HLen(t.Context(), prefix+"0}:accounts").Val(), redis.HLen(t.Context(), prefix+"book}:alerts").Val()
	if accounts < 30 || alerts == 0 {
		t.Fatalf("%d accounts, %d alerts: that says little", accounts, alerts)
	}
	lines := linesOf(t, history)
	lose := func(key, part, words string) {
		t.Helper()
		if err := redis.Unlink(t.Context(), prefix+key).Err(); err != nil {
			t.Fatal(err)
		}
		d.produce(t, lines[len(lines)-1:], true)
		s.tells(part, words)
		s.stop()
		s = d.start(t)
		s.tells(part, words)
		s.stop()
		if n := redis.Exists(context.Background(), prefix+key).Val(); n != 0 {
			t.Errorf("%s was written again", key)
		}
		if out := d.program.run(t, "rebuild", "--config", d.dir, "--yes"); !strings.Contains(out, "The state is removed") {
			t.Errorf("rebuild says %s", out)
		}
		s = d.start(t)
		s.caughtUp(d, 1)
		eventually(t, "all is as it was", func() error {
			a, b := redis.HLen(t.Context(), prefix+"0}:accounts").Val(), redis.HLen(t.Context(), prefix+"book}:alerts").Val()
			if ok, parts := s.ready(); !ok || a != accounts || b != alerts {
				return fmt.Errorf("%d accounts of %d, %d alerts of %d, %v", a, accounts, b, alerts, parts)
			}
			return nil
		})
	}
	lose("0}:accounts", "partition 0", "a part of the stored state is lost")
	lose("book}:alerts", "redis", "a part of the stored alerts is lost")
	s.stop()
}

// tells waits until a part of the service is not ready for a reason.
func (s *service) tells(part, words string) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("%s says %q", part, words), func() error {
		ok, parts := s.ready()
		if ok || !strings.Contains(parts[part], words) {
			return fmt.Errorf("ready %v: %v", ok, parts)
		}
		return nil
	})
}

// A Redis that may evict keys is refused at the start, and told when it becomes so.
func (s *service) refusesEviction(d *deployment, redis string) {
	t := s.t
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: redis})
	defer client.Close()
	set := func(policy string) {
		if err := client.ConfigSet(t.Context(), "maxmemory-policy", policy).Err(); err != nil {
			t.Fatal(err)
		}
	}
	set("allkeys-lru")
	s.tells("redis", "maxmemory-policy is allkeys-lru")
	s.stop()
	again := d.start(t)
	if err := again.cmd.Wait(); err == nil || !strings.Contains(again.log.String(), "may evict keys") {
		t.Errorf("started on a Redis that evicts: %v", errors.Join(err))
	}
	set("noeviction")
}
