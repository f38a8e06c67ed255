package benchmark

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// grownAccounts live through a history. A portfolio consists of copies of them, because
// 700 days of 100,000 accounts take long.
const grownAccounts = 500

// peopleAccounts with three key contacts each live through a history.
const peopleAccounts = 2000

// measureEngine measures what an event of the open day costs without a log and a store.
func (b *bench) measureEngine(context.Context) error {
	list := keyAccounts(b.Accounts)
	b.config.Accounts = accounts.NewDirectory(list)
	p := newPortfolio(b.config.Rules(), list)
	err := p.live(b.HistoryDays, nil)
	if err != nil {
		return err
	}
	n := min(b.Events, 500_000)
	records := make([]signals.Record, n)
	day := newTraffic(list, p.day, 1, n)
	for i := range records {
		line, err := day.Next()
		if err != nil {
			return err
		}
		records[i] = signals.Record{Key: bytes.Clone(line.Interaction.Account), Value: bytes.Clone(line.Value)}
	}
	var decoder decode.Decoder
	var in signals.Interaction
	began := time.Now()
	for i := range records {
		if reject := decoder.Decode(&records[i], &in); reject != nil {
			return reject
		}
	}
	b.report.Decode = float64(time.Since(began).Nanoseconds()) / float64(n)
	alone, ahead := records[:n/2], records[n/2:]
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began = time.Now()
	for i := range alone {
		if err := p.apply(&alone[i]); err != nil {
			return err
		}
	}
	b.report.Apply = float64(time.Since(began).Nanoseconds()) / float64(len(alone))
	runtime.ReadMemStats(&after)
	b.report.Allocs = float64(after.Mallocs-before.Mallocs) / float64(len(alone))
	b.report.Ahead, err = p.applyAhead(ahead)
	return err
}

// applyAhead returns the nanoseconds that a record takes the goroutine that applies when
// another decodes it and finds its account, as in the service.
func (p *portfolio) applyAhead(records []signals.Record) (float64, error) {
	var block [128]detector.Decoded
	var took time.Duration
	for some := range slices.Chunk(records, len(block)) {
		for i := range some {
			some[i].Offset = p.engine.Next() + int64(i)
			block[i].Decode(&some[i])
		}
		p.engine.Find(block[:len(some)])
		began := time.Now()
		for i := range some {
			if i%worker.WarmRecords == 0 {
				p.engine.Warm(block[i:min(i+worker.WarmRecords, len(some))])
			}
			if reject := p.engine.ApplyDecoded(&some[i], &block[i]); reject != nil {
				return 0, fmt.Errorf("%s: %w", some[i].Value, reject)
			}
		}
		took += time.Since(began)
	}
	return float64(took.Nanoseconds()) / float64(len(records)), nil
}

// measureCloses closes days of a whole portfolio after longer and longer
// histories.
func (b *bench) measureCloses(ctx context.Context) error {
	grown := newPortfolio(plainRules(b.config.Rules()), keyAccounts(min(grownAccounts, b.Portfolio)))
	lived := 0
	for _, days := range b.Histories {
		if days <= lived || ctx.Err() != nil {
			return fmt.Errorf("histories must grow: %v", b.Histories)
		}
		var kept snapshot
		if err := grown.live(days-lived-1, nil); err != nil {
			return err
		}
		if err := grown.live(1, &kept); err != nil {
			return err
		}
		lived = days
		b.portfolio = nil
		before := heap()
		var err error
		if b.portfolio, err = kept.copies(grown, b.Portfolio); err != nil {
			return err
		}
		seconds, err := b.closeDays("dayclose", b.portfolio)
		if err != nil {
			return err
		}
		b.portfolio.accounts = nil // ids, not state
		b.report.Bytes.Memory = float64(heap()-before) / float64(b.Portfolio)
		b.report.Close = seconds / float64(b.Portfolio) * 1e6
		b.report.Closes = append(b.report.Closes, dayClose{days, b.report.Close, seconds})
	}
	return nil
}

// measurePeople closes days of accounts with key contacts, whose series are judged by
// themselves.
func (b *bench) measurePeople(context.Context) error {
	list := keyAccounts(min(peopleAccounts, b.Portfolio))
	b.config.Accounts = accounts.NewDirectory(list)
	p := newPortfolio(b.config.Rules(), list)
	if err := p.live(b.Histories[0], nil); err != nil {
		return err
	}
	seconds, err := b.closeDays("dayclose-people", p)
	b.report.ClosePeople = seconds / float64(len(list)) * 1e6
	return err
}

// closeDays runs some more days of a portfolio and returns how long closing one took.
func (b *bench) closeDays(profile string, p *portfolio) (float64, error) {
	var took []float64
	err := b.profiled(profile, func() error {
		for range 5 {
			if err := p.interact(); err != nil {
				return err
			}
			runtime.GC()
			cores := runtime.GOMAXPROCS(1)
			began := time.Now()
			err := p.tick()
			took = append(took, time.Since(began).Seconds())
			runtime.GOMAXPROCS(cores)
			if err != nil {
				return err
			}
			if err := p.engine.Commit(worker.ChunkAccounts, 0, 0, func(*detector.Changes) error { return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	return median(took), err
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // frees what finalizers released
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// portfolio is an engine and its days.
type portfolio struct {
	engine   *detector.Engine
	rules    *detector.Rules
	accounts []accounts.Account
	day      signals.Day // that is open
}

func newPortfolio(rules *detector.Rules, list []accounts.Account) *portfolio {
	return &portfolio{engine: detector.NewEngine(0, 1, rules), rules: rules, accounts: list, day: firstDay}
}

func (p *portfolio) apply(r *signals.Record) error {
	r.Offset = p.engine.Next()
	if reject := p.engine.Apply(r); reject != nil {
		return fmt.Errorf("%s: %w", r.Value, reject)
	}
	return nil
}

// live runs some days and keeps the last commit.
func (p *portfolio) live(days int, kept *snapshot) error {
	if p.day == firstDay {
		p.day-- // the tick that begins the first day
		if err := p.tick(); err != nil {
			return err
		}
	}
	for range days {
		if err := p.interact(); err != nil {
			return err
		}
		if err := p.tick(); err != nil {
			return err
		}
		err := p.engine.Commit(worker.ChunkAccounts, 0, 0, func(c *detector.Changes) error {
			if kept != nil {
				kept.add(c)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// interact is one day of interactions.
func (p *portfolio) interact() error {
	day := newTraffic(p.accounts, p.day, 1, perAccountDay*len(p.accounts))
	for {
		line, err := day.Next()
		if err == io.EOF {
			return nil
		}
		if err := p.apply(&signals.Record{Key: line.Interaction.Account, Value: line.Value}); err != nil {
			return err
		}
	}
}

// tick closes the open day.
func (p *portfolio) tick() error {
	p.day++
	at := int64(p.day)*int64(24*time.Hour) + int64(p.rules.Lateness)
	value, headers := signals.Control{Kind: signals.Tick, Time: at}.Record()
	return p.apply(&signals.Record{Value: value, Headers: headers})
}

// snapshot is a commit.
type snapshot struct {
	states    [][]byte
	portfolio []byte
	position  detector.Position
}

func (s *snapshot) add(c *detector.Changes) {
	for _, a := range c.Accounts {
		s.states = append(s.states, bytes.Clone(a.State))
	}
	if c.Portfolio != nil {
		s.portfolio = bytes.Clone(c.Portfolio)
	}
	if c.Position != nil {
		s.position = *c.Position
		s.position.Log = bytes.Clone(c.Position.Log)
	}
}

// copies is a portfolio of n accounts, each a copy of one that was lived.
func (s *snapshot) copies(of *portfolio, n int) (*portfolio, error) {
	p := newPortfolio(of.rules, make([]accounts.Account, n))
	p.day = of.day
	if err := p.engine.Restore(&s.position, s.portfolio); err != nil {
		return nil, err
	}
	for i := range p.accounts {
		p.accounts[i].ID = accountID(i)
		if err := p.engine.RestoreAccount(detector.AccountState{ID: p.accounts[i].ID, State: s.states[i%len(s.states)]}); err != nil {
			return nil, err
		}
	}
	return p, nil
}
