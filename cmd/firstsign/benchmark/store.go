package benchmark

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/worker"
)

// measureStore commits and claims the portfolio of the day closes while another client
// sends PINGs.
func (b *bench) measureStore(ctx context.Context) error {
	p := b.portfolio
	b.portfolio = nil
	p.accounts = make([]accounts.Account, b.Portfolio)
	for i := range p.accounts {
		p.accounts[i].ID = accountID(i)
	}
	id := worker.Identity{Cluster: "bench", Topic: "bench", Partitions: 1, TimeZone: "UTC"}
	if _, err := b.store.Claim(ctx, 0, "bench", id); err != nil {
		return err
	}
	defer func() { _ = b.store.Forget(ctx, 0) }()
	used, says := usedMemory(ctx, b.redis)
	var err error
	idle := func() error { time.Sleep(time.Second); return nil } //nolint:forbidigo // a second without work is what is measured
	if b.report.PingIdle, err = b.pinged(ctx, idle); err != nil {
		return err
	}
	var seq uint64
	for range 2 { // the first one makes the fields, the second one changes them
		if err := p.tick(); err != nil {
			return err
		}
		worst, err := b.pinged(ctx, func() error { return b.commit(ctx, p, &seq) })
		if err != nil {
			return err
		}
		b.report.PingCommit = max(b.report.PingCommit, worst)
	}
	if now, ok := usedMemory(ctx, b.redis); ok && says {
		b.report.Bytes.Redis = float64(now-used) / float64(b.Portfolio)
	}
	b.report.PingClaim, err = b.pinged(ctx, func() error { return b.claim(ctx, id, p.rules) })
	b.report.Ping = max(b.report.PingCommit, b.report.PingClaim)
	return err
}

// commit writes all accounts, as a worker does after a day's close.
func (b *bench) commit(ctx context.Context, p *portfolio, seq *uint64) error {
	accounts, size := 0, 0
	err := p.engine.Commit(worker.ChunkAccounts, 0, 0, func(c *detector.Changes) error {
		*seq++
		for _, a := range c.Accounts {
			accounts++
			size += len(a.State)
		}
		_, err := b.store.Commit(ctx, 0, &worker.Chunk{Token: "bench", Seq: *seq, Changes: *c})
		return err
	})
	if err == nil && accounts != b.Portfolio {
		err = fmt.Errorf("%d accounts of %d were written", accounts, b.Portfolio)
	}
	b.report.Bytes.Encoded = float64(size) / float64(accounts)
	return err
}

// claim reads all accounts, as a worker does at its start.
func (b *bench) claim(ctx context.Context, id worker.Identity, rules *detector.Rules) error {
	meta, err := b.store.Claim(ctx, 0, "successor", id)
	if err != nil {
		return err
	}
	e := detector.NewEngine(0, 1, rules)
	if err := e.Restore(meta.Position, meta.Portfolio); err != nil {
		return err
	}
	r := detector.NewRestorer(e)
	if err := b.store.Accounts(ctx, 0, r.Add); err != nil {
		return err
	}
	if err := r.End(); err != nil {
		return err
	}
	if n := e.Stats().Accounts; n != int64(b.Portfolio) {
		return fmt.Errorf("%d accounts of %d were read", n, b.Portfolio)
	}
	return nil
}

// pinged runs f and returns the longest time that a PING waited meanwhile, in
// milliseconds.
func (b *bench) pinged(ctx context.Context, f func() error) (float64, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var worst atomic.Int64
	var failed error
	var pinging sync.WaitGroup
	pinging.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			if err := b.store.Ping(ctx); err != nil {
				if ctx.Err() == nil {
					failed = err
				}
				return
			}
			worst.Store(max(worst.Load(), int64(time.Since(began))))
			time.Sleep(200 * time.Microsecond) //nolint:forbidigo // the pace of the PINGs
		}
	})
	err := f()
	time.Sleep(50 * time.Millisecond) //nolint:forbidigo // the PING that waited for the last call is answered after it
	stop()
	pinging.Wait()
	if err == nil {
		err = failed
	}
	return float64(worst.Load()) / 1e6, err
}

// measurePerEvent measures the design with which the pipeline is compared: a GET and a
// SET for each event.
func (b *bench) measurePerEvent(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(1, 1))
	events := make([]string, b.Sample)
	for i := range events {
		events[i] = accountID(rng.IntN(b.Accounts))
	}
	var err error
	b.report.PerEvent, err = perEventRate(ctx, b.redis, b.config.Service.Kafka.Topic, events, int(b.report.Bytes.Encoded))
	b.report.OfPerEvent = b.report.Pipeline / b.report.PerEvent
	return err
}
