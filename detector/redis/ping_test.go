package redis

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// BenchmarkOthersWait commits and claims 100,000 accounts of 1 KiB and tells
// how long another client's PING waited meanwhile, at worst.
//
//	REDIS_ADDR=... go test -run '^$' -bench OthersWait ./detector/redis
func BenchmarkOthersWait(b *testing.B) {
	s := open(b, realRedis(b))
	const total, size = 100_000, 500
	w := watch(b, s)
	var seq uint64
	claim := func() {
		if _, err := s.Claim(b.Context(), 0, "a", worker.Identity{}); err != nil {
			b.Fatal(err)
		}
	}
	commit := func(c *worker.Chunk) {
		seq++
		c.Token, c.Seq = "a", seq
		if _, err := s.Commit(b.Context(), 0, c); err != nil {
			b.Fatal(err)
		}
	}
	all := make([]detector.AccountState, total)
	for i := range all {
		all[i] = detector.AccountState{ID: fmt.Sprintf("account-%06d", i), State: bytes.Repeat([]byte{byte(i)}, 1024)}
	}
	whole := func() {
		for part := range slices.Chunk(all, size) {
			commit(&worker.Chunk{Changes: detector.Changes{Accounts: part, Findings: [][]byte{part[0].State}}})
		}
		commit(&worker.Chunk{Changes: detector.Changes{Position: &detector.Position{}, Portfolio: make([]byte, 256<<10)}})
	}
	claim()
	for b.Loop() {
		w.measure("first-commit", whole)
		w.measure("commit", whole)
		w.measure("claim", func() {
			claim()
			n := 0
			if err := s.Accounts(b.Context(), 0, func(detector.AccountState) error { n++; return nil }); err != nil || n < total {
				b.Fatalf("%d accounts: %v", n, err)
			}
		})
		w.measure("chunk-of-5000-findings", func() {
			commit(&worker.Chunk{Changes: detector.Changes{Findings: slices.Repeat([][]byte{make([]byte, 1024)}, 5000)}})
		})
		w.measure("idle", func() { time.Sleep(2 * time.Second) })
		s.client.Unlink(b.Context(), s.keys(0)[1:]...)
		s.client.HSet(b.Context(), s.keys(0)[0], "accounts", 0)
	}
}

// pinger sends PINGs over a connection of its own and keeps the longest wait.
type pinger struct {
	b            *testing.B
	worst        atomic.Int64
	took, waited map[string]time.Duration // the longest, by what was measured
}

func watch(b *testing.B, s *Store) *pinger {
	client := goredis.NewClient(&goredis.Options{Addr: s.client.(*goredis.Client).Options().Addr, PoolSize: 1})
	ctx, stop := context.WithCancel(context.Background())
	p := &pinger{b: b, took: make(map[string]time.Duration), waited: make(map[string]time.Duration)}
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			start := time.Now()
			if client.Ping(ctx).Err() == nil {
				p.worst.Store(max(p.worst.Load(), int64(time.Since(start))))
			}
			time.Sleep(200 * time.Microsecond)
		}
	})
	b.Cleanup(func() { stop(); wg.Wait(); client.Close() })
	return p
}

func (p *pinger) measure(name string, f func()) {
	p.worst.Store(0)
	start := time.Now()
	f()
	p.took[name] = max(p.took[name], time.Since(start))
	time.Sleep(50 * time.Millisecond) // the PING that waited for the last call is answered after it
	p.waited[name] = max(p.waited[name], time.Duration(p.worst.Load()))
	p.b.ReportMetric(p.took[name].Seconds(), name+"-s")
	p.b.ReportMetric(p.waited[name].Seconds()*1000, name+"-worst-ping-ms")
}
