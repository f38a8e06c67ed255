package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"testing"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/internal/stall"
)

// answer is an error of Redis.
type answer string

func (a answer) Error() string { return string(a) }
func (answer) RedisError()     {}

func TestReasons(t *testing.T) {
	for text, want := range map[string]stall.Reason{
		"WRONGPASS invalid username-password pair or user is disabled.":                   stall.RedisLogin,
		"NOAUTH Authentication required.":                                                 stall.RedisLogin,
		"ERR AUTH <password> called without any password configured for the default user": stall.RedisLogin,
		"NOPERM this user has no permissions to run the 'evalsha' command":                stall.RedisRights,
		"ERR The user executing the script can't run this command or subcommand":          stall.RedisRights,
		"MOVED 3999 127.0.0.1:6381":                                                       stall.RedisMoved,
		"READONLY You can't write against a read only replica.":                           stall.RedisMoved,
		"OOM command not allowed when used memory > 'maxmemory'.":                         stall.RedisFull,
		"MISCONF Redis is configured to save RDB snapshots":                               stall.RedisFull,
		"LOADING Redis is loading the dataset in memory":                                  stall.RedisAway,
		"CLUSTERDOWN The cluster is down":                                                 stall.RedisAway,
		"NOSCRIPT No matching script.":                                                    "",
	} {
		if got := reasonOf(answer(text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := reasonOf(fmt.Errorf("read: %w", io.EOF)); got != stall.RedisAway {
		t.Errorf("no answer: %q", got)
	}
}

// Every command on our keys is seen, and no other.
func TestBoardHearsOfCommands(t *testing.T) {
	server := miniredis.RunT(t)
	var board stall.Board
	client, err := Open(Config{Addr: server.Addr(), Stalls: &board})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx := t.Context()
	server.SetError("OOM full")
	if err := client.Get(ctx, "theirs").Err(); err == nil || board.First() != nil {
		t.Errorf("a key that is not ours: %v, %v", err, board.First())
	}
	want := "Redis does not take writes: hset firstsign:{a/0}:meta: OOM full"
	if err := client.HSet(ctx, "firstsign:{a/0}:meta", "f", 1).Err(); err == nil || err.Error() != want || board.First() == nil {
		t.Errorf("%v, %v", err, board.First())
	}
	_, err = client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		p.HGet(ctx, "firstsign:{a/1}:meta", "f")
		return nil
	})
	if stalled, is := errors.AsType[*stall.Error](err); !is || stalled.Exchange != "hget firstsign:{a/1}:meta" {
		t.Errorf("in a pipeline: %v", err)
	}
	server.SetError("")
	client.HSet(ctx, "firstsign:{a/0}:meta", "f", 1)
	if err := client.HGet(ctx, "firstsign:{a/1}:meta", "f").Err(); !errors.Is(err, goredis.Nil) || board.First() != nil {
		t.Errorf("it works again: %v, %v", err, board.First())
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if err := client.HGet(canceled, "firstsign:{a/1}:meta", "f").Err(); !errors.Is(err, context.Canceled) || board.First() != nil {
		t.Errorf("nobody waits: %v, %v", err, board.First())
	}
}

// Commands in a pipeline that was never sent have failed, all of them: they are no sign that
// a login works.
func TestBoardHearsOfAnUnsentPipeline(t *testing.T) {
	server := miniredis.RunT(t)
	server.RequireUserAuth("firstsign", "right")
	var board stall.Board
	t.Setenv("REDIS_WRONG", "wrong")
	client, err := Open(Config{Addr: server.Addr(), Username: "firstsign", PasswordEnv: "REDIS_WRONG", Stalls: &board})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Pipelined(t.Context(), func(p goredis.Pipeliner) error {
		p.HGet(t.Context(), "firstsign:{a/0}:meta", "f")
		p.HLen(t.Context(), "firstsign:{a/0}:accounts")
		return nil
	})
	stalled, is := errors.AsType[*stall.Error](err)
	if !is || stalled.Reason != stall.RedisLogin || !stalled.Permanent {
		t.Errorf("a wrong password: %v", err)
	}
	if board.HasWorked("", "") {
		t.Error("something is said to have worked")
	}
}

// A replica is waited for: one that was our master for as long as it lasts, also by what it
// was never asked before, and one that may become it for a while.
// One that never was ours is not.
func TestFailOverIsWaitedFor(t *testing.T) {
	for _, wrote := range []bool{false, true} {
		server := miniredis.RunT(t)
		client, err := Open(Config{Addr: server.Addr(), Stalls: new(stall.Board)})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		ctx, script := t.Context(), goredis.NewScript("return redis.call('set', KEYS[1], 1)")
		if wrote {
			if err := script.Run(ctx, client, []string{"firstsign:{a/0}:meta"}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		server.SetError("READONLY You can't write against a read only replica.")
		err = script.Run(ctx, client, []string{"firstsign:{a/1}:meta"}).Err()
		if stalled, is := errors.AsType[*stall.Error](err); !is || stalled.Reason != stall.RedisMoved || stalled.Permanent {
			t.Errorf("written before: %t: %v", wrote, err)
		}
	}
}

// In a Cluster the client follows MOVED. When it is sent in circles, the nodes disagree
// for a while. Elsewhere MOVED means that the configuration is wrong.
func TestMovedInACluster(t *testing.T) {
	for _, c := range []struct {
		cluster   bool
		said      string
		permanent bool
	}{
		{true, "MOVED 14470 127.0.0.1:6379", false},
		{true, "ASK 14470 127.0.0.1:6379", false},
		{true, "READONLY You can't write against a read only replica.", false},
		{true, "CROSSSLOT Keys in request don't hash to the same slot", true},
		{false, "MOVED 14470 127.0.0.1:6379", true},
	} {
		e := newHook(nil, c.cluster).failed("eval firstsign:{a/0}:meta", stall.RedisMoved, errors.New(c.said))
		if e.Permanent != c.permanent {
			t.Errorf("in a Cluster: %t: %v: permanent %t", c.cluster, e, e.Permanent)
		}
	}
}

func TestMeet(t *testing.T) {
	s := open(t, miniredis.RunT(t).Addr())
	for _, step := range []struct {
		instance, rules string
		others          map[string]string
	}{
		{"a", "r1", map[string]string{}},
		{"b", "r2", map[string]string{"a": "r1"}},
		{"a", "r2", map[string]string{"b": "r2"}},
		{"b", "", map[string]string{"a": "r2"}}, // it ends
		{"a", "r2", map[string]string{}},
	} {
		others, err := s.Meet(t.Context(), step.instance, step.rules)
		if err != nil || !maps.Equal(others, step.others) {
			t.Errorf("%s with %s sees %v, %v; want %v", step.instance, step.rules, others, err, step.others)
		}
	}
	// One that was killed is forgotten.
	key := prefix(s.namespace) + "instances}"
	s.client.HSet(t.Context(), key, "killed", "1 r9")
	if others, err := s.Meet(t.Context(), "a", "r2"); err != nil || len(others) != 0 || s.client.HExists(t.Context(), key, "killed").Val() {
		t.Errorf("%v, %v", others, err)
	}
}
