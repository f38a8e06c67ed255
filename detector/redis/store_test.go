package redis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/detector/worker/storetest"
)

func TestMiniredis(t *testing.T) {
	storetest.Test(t, func(t *testing.T) storetest.Fixture {
		f := fixture(t, miniredis.RunT(t).Addr(), copyKeys)
		f.Findings = 4000 // its XDEL moves the whole stream for every entry
		return f
	})
}

func TestRedis(t *testing.T) {
	addr := realRedis(t)
	storetest.Test(t, func(t *testing.T) storetest.Fixture { return fixture(t, addr, dumpKeys) })
}

// The client repeats a call whose reply was lost by itself; the caller does not
// see it, and it is written once.
func TestClientRepeatsByItself(t *testing.T) {
	p := newProxy(t, realRedis(t))
	s := open(t, p.addr)
	if _, err := s.Claim(t.Context(), 0, "a", worker.Identity{}); err != nil {
		t.Fatal(err)
	}
	const commits = 50
	for seq := range uint64(commits) {
		p.cutReply.Store(true)
		c := &worker.Chunk{Token: "a", Seq: seq + 1, Changes: detector.Changes{Findings: [][]byte{[]byte("f")}}}
		if _, err := s.Commit(t.Context(), 0, c); err != nil {
			t.Fatalf("commit %d: %v", c.Seq, err)
		}
	}
	entries, err := s.Outbox(t.Context(), 0, "", 1000)
	if err != nil || len(entries) != commits || p.cuts.Load() != commits {
		t.Errorf("%d findings after %d commits and %d cut replies (%v)", len(entries), commits, p.cuts.Load(), err)
	}
}

// realRedis returns the address of a real Redis, or skips.
func realRedis(t testing.TB) string {
	t.Helper()
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("REDIS_ADDR is not set: in CI this must run on a real Redis")
		}
		t.Skip("REDIS_ADDR is not set: not tried on a real Redis")
	}
	return addr
}

// open returns a store in a namespace of its own, which is removed at the end.
func open(t testing.TB, addr string) *Store {
	t.Helper()
	client, err := Open(Config{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(client, fmt.Sprintf("test-%016x", rand.Uint64()), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		keys := client.Scan(ctx, 0, prefix(s.namespace)+"*", 1000).Iterator()
		for keys.Next(ctx) {
			client.Unlink(ctx, keys.Val())
		}
		client.Close()
	})
	return s
}

func fixture(t *testing.T, addr string, snapshot func(*testing.T, *Store, int) func()) storetest.Fixture {
	p := newProxy(t, addr)
	s := open(t, p.addr)
	return storetest.Fixture{
		Store:      s,
		Snapshot:   func(t *testing.T, partition int) func() { return snapshot(t, s, partition) },
		CutReply:   func() { p.cutReply.Store(true) },
		CutRequest: func() { p.cutRequest.Store(true) },
	}
}

// dumpKeys restores a partition as an operator restores a backup.
func dumpKeys(t *testing.T, s *Store, partition int) func() {
	t.Helper()
	ctx, keys := context.Background(), s.keys(partition)
	dumps, err := s.client.TxPipelined(ctx, func(p goredis.Pipeliner) error {
		for _, key := range keys {
			p.Dump(ctx, key)
		}
		return nil
	})
	if err != nil && !errors.Is(err, goredis.Nil) {
		t.Fatal(err)
	}
	return func() {
		_, err := s.client.TxPipelined(ctx, func(p goredis.Pipeliner) error {
			for i, key := range keys {
				p.Unlink(ctx, key)
				if dump := dumps[i].(*goredis.StringCmd); dump.Err() == nil {
					p.Restore(ctx, key, 0, dump.Val())
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// copyKeys does the same where DUMP knows only strings.
func copyKeys(t *testing.T, s *Store, partition int) func() {
	ctx, keys := context.Background(), s.keys(partition)
	move := func(from, to string) {
		if err := s.client.Del(ctx, to).Err(); err != nil {
			t.Fatal(err)
		}
		if err := s.client.Copy(ctx, from, to, s.client.(*goredis.Client).Options().DB, true).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range keys {
		move(key, key+":copy")
	}
	return func() {
		for _, key := range keys {
			move(key+":copy", key)
		}
	}
}

func TestKeys(t *testing.T) {
	s := open(t, miniredis.RunT(t).Addr())
	s.namespace = "sales.eu"
	want := "firstsign:{sales.eu/12}:meta firstsign:{sales.eu/12}:accounts firstsign:{sales.eu/12}:outbox"
	if got := strings.Join(s.keys(12), " "); got != want {
		t.Errorf("keys %s, want %s", got, want)
	}
}

// Findings that left the outbox are kept for a while, in their order.
func TestSettled(t *testing.T) {
	for _, addr := range []string{miniredis.RunT(t).Addr(), realRedis(t)} {
		s, ctx := open(t, addr), t.Context()
		_, err := s.Claim(ctx, 0, "a", worker.Identity{})
		c := &worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{Findings: [][]byte{[]byte("1"), []byte("2"), []byte("3")}}}
		_, err2 := s.Commit(ctx, 0, c)
		entries, err3 := s.Outbox(ctx, 0, "", 10)
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		settled := func(after string, want ...string) (last string) {
			t.Helper()
			kept, err := s.Settled(ctx, 0, after, 10)
			if len(kept) != len(want) || err != nil {
				t.Fatalf("kept %v, want %v: %v", kept, want, err)
			}
			for i := range kept {
				if last = kept[i].ID; string(kept[i].Finding) != want[i] {
					t.Errorf("kept %s, want %s", kept[i].Finding, want[i])
				}
			}
			return last
		}
		settled("")
		for range 2 { // the second time nothing is there any more
			if err := s.Settle(ctx, 0, []string{entries[0].ID, entries[1].ID}, nil); err != nil {
				t.Fatal(err)
			}
		}
		settled(settled("", "1", "2"))
		if left := s.client.TTL(ctx, s.settledKey(0)).Val(); left <= 0 || left > keptFor {
			t.Errorf("kept for %s", left)
		}
		if err := s.ForgetSettled(ctx, 0); err != nil {
			t.Fatal(err)
		}
		settled("")
		if err := errors.Join(s.Settle(ctx, 0, []string{entries[2].ID}, nil), s.Forget(ctx, 0)); err != nil {
			t.Fatal(err)
		}
		settled("")
	}
}

func TestNamespace(t *testing.T) {
	for name, ok := range map[string]bool{
		"firstsign": true, "sales.eu-1_b:x": true,
		"": false, "a}": false, "{a": false, "a b": false, "a*": false, "a/1": false, "a'": false,
	} {
		if _, err := New(nil, name, prometheus.NewRegistry()); (err == nil) != ok {
			t.Errorf("namespace %q: %v", name, err)
		}
	}
}

// What cannot be used is refused in words that say what to do, and stays as it is.
func TestClaimRefused(t *testing.T) {
	ctx := context.Background()
	ours := worker.Identity{Cluster: "c1", Topic: "t1", Partitions: 4, TimeZone: "UTC"}
	for _, tt := range []struct {
		name string
		harm func(s *Store, id *worker.Identity)
		want []string
	}{
		{"topic", func(_ *Store, id *worker.Identity) { id.Topic = "t2" },
			[]string{"another log", `topic is "t1" in Redis and "t2" here`, "another namespace"}},
		{"partitions", func(_ *Store, id *worker.Identity) { id.Partitions = 8 },
			[]string{`partitions is "4" in Redis and "8" here`}},
		{"version", func(s *Store, _ *worker.Identity) { s.client.HSet(ctx, s.keys(0)[0], "version", 10) },
			[]string{"version 10", "reads up to 1", "newer program"}},
		{"findings evicted", func(s *Store, _ *worker.Identity) { s.client.Del(ctx, s.keys(0)[2]) },
			[]string{"should be 1 findings and there are 0"}},
		{"accounts evicted", func(s *Store, _ *worker.Identity) { s.client.Del(ctx, s.keys(0)[1]) },
			[]string{"should be 1 accounts and there are 0", "noeviction"}},
		{"meta evicted", func(s *Store, _ *worker.Identity) { s.client.Del(ctx, s.keys(0)[0]) },
			[]string{"should be 0 accounts and there are 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, miniredis.RunT(t).Addr())
			if _, err := s.Claim(ctx, 0, "a", ours); err != nil {
				t.Fatal(err)
			}
			c := &worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{Accounts: []detector.AccountState{{ID: "acme"}}, Findings: [][]byte{[]byte("f")}}}
			if _, err := s.Commit(ctx, 0, c); err != nil {
				t.Fatal(err)
			}
			id := ours
			tt.harm(s, &id)
			before := s.client.HGetAll(ctx, s.keys(0)[0]).Val()
			_, err := s.Claim(ctx, 0, "b", id)
			if err == nil {
				t.Fatal("granted")
			}
			remedy := "redis-cli --scan --pattern 'firstsign:{" + s.namespace + "/*'"
			if errors.Is(err, worker.ErrDamaged) {
				remedy = "firstsign rebuild"
			}
			for _, want := range append(tt.want, remedy) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\ndoes not say %s", err, want)
				}
			}
			if after := s.client.HGetAll(ctx, s.keys(0)[0]).Val(); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("meta was %v and is %v", before, after)
			}
		})
	}
}

// A commit upon a state of which a key is gone writes nothing and says so: it would
// count what is left as all there ever was.
func TestCommitOnDamage(t *testing.T) {
	ctx := t.Context()
	for _, addr := range []string{miniredis.RunT(t).Addr(), realRedis(t)} {
		for key, want := range map[int]string{1: "should be 2 accounts and there are 0", 2: "should be 1 findings and there are 0"} {
			s := open(t, addr)
			chunk := func(seq uint64) *worker.Chunk {
				return &worker.Chunk{Token: "a", Seq: seq, Changes: detector.Changes{
					Accounts: []detector.AccountState{{ID: "acme"}, {ID: "bell"}}, Findings: [][]byte{fmt.Append(nil, "finding ", seq)},
				}}
			}
			if _, err := s.Claim(ctx, 0, "a", worker.Identity{}); err != nil {
				t.Fatal(err)
			}
			for seq := range uint64(2) {
				if _, err := s.Commit(ctx, 0, chunk(1+seq)); err != nil {
					t.Fatal(err)
				}
			}
			entries, err := s.Outbox(ctx, 0, "", 1)
			if err != nil || len(entries) != 1 {
				t.Fatal(entries, err)
			}
			if err := s.Settle(ctx, 0, []string{entries[0].ID, entries[0].ID}, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Commit(ctx, 0, &worker.Chunk{Token: "a", Seq: 3}); err != nil {
				t.Fatalf("after a delivery: %v", err)
			}
			s.client.Del(ctx, s.keys(0)[key])
			for range 2 {
				if _, err := s.Commit(ctx, 0, chunk(4)); !errors.Is(err, worker.ErrDamaged) || !strings.Contains(err.Error(), want) {
					t.Errorf("commit without %s: %v, want %s", s.keys(0)[key], err, want)
				}
			}
			if n := s.client.Exists(ctx, s.keys(0)[key]).Val(); n != 0 {
				t.Errorf("%s was written again", s.keys(0)[key])
			}
		}
	}
}

// Errors that pass by themselves come back as they are: neither refused nor
// another log's, so that the owner repeats.
func TestTemporaryErrors(t *testing.T) {
	for _, message := range []string{
		"LOADING Redis is loading the dataset in memory", "READONLY You can't write against a read only replica.",
		"OOM command not allowed when used memory > 'maxmemory'.", "",
	} {
		t.Run(message, func(t *testing.T) {
			server := miniredis.RunT(t)
			s := open(t, server.Addr())
			if _, err := s.Claim(t.Context(), 0, "a", worker.Identity{}); err != nil {
				t.Fatal(err)
			}
			if message == "" {
				server.Close()
			} else {
				server.SetError(message)
			}
			_, claim := s.Claim(t.Context(), 0, "a", worker.Identity{})
			_, commit := s.Commit(t.Context(), 0, &worker.Chunk{Token: "a", Seq: 1})
			for _, err := range []error{claim, commit, s.Ping(t.Context())} {
				if err == nil || errors.Is(err, worker.ErrRefused) || errors.Is(err, worker.ErrIdentity) || !strings.Contains(err.Error(), message) {
					t.Errorf("got %v", err)
				}
			}
			if n := testutil.ToFloat64(s.metrics.errors[worker.CallCommit]); n != 1 {
				t.Errorf("%g errors counted, want 1", n)
			}
		})
	}
}

// A restart of Redis forgets scripts.
func TestScriptsForgotten(t *testing.T) {
	s := open(t, realRedis(t))
	for seq := range uint64(3) {
		if err := s.client.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Claim(t.Context(), 0, "a", worker.Identity{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(t.Context(), 0, &worker.Chunk{Token: "a", Seq: seq + 1}); err != nil {
			t.Fatal(err)
		}
	}
}
