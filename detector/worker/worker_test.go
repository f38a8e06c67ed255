package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/detector"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/detector/worker"
	"firstsign/signals"
)

// memoryLog is a partition in memory: what a Worker needs of Kafka.
type memoryLog struct {
	mu      sync.Mutex
	start   int64
	records []signals.Record
	dead    []signals.Reason
	most    int // records per Read
}

func (l *memoryLog) Bounds(context.Context) (int64, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.start, l.start + int64(len(l.records)), nil
}

func (l *memoryLog) Read(ctx context.Context, offset int64) (worker.Batch, error) {
	for wait := 0; ; wait++ {
		l.mu.Lock()
		end := l.start + int64(len(l.records))
		if offset < l.start || offset > end {
			l.mu.Unlock()
			return worker.Batch{}, signals.ErrOutOfRange
		}
		got := l.records[offset-l.start:]
		got = slices.Clone(got[:min(len(got), l.most)])
		l.mu.Unlock()
		if len(got) > 0 || wait == 1 {
			return worker.Batch{Records: got, Next: offset + int64(len(got)), End: end}, nil
		}
		select {
		case <-ctx.Done():
			return worker.Batch{}, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (l *memoryLog) add(key string, value []byte, headers []signals.Header, at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, signals.Record{
		Offset: l.start + int64(len(l.records)), Time: at, Key: []byte(key), Value: value, Headers: headers,
	})
}

func (l *memoryLog) Append(_ context.Context, c signals.Control) error {
	value, headers := c.Record()
	l.add("", value, headers, c.Time)
	return nil
}

func (l *memoryLog) Reject(_ context.Context, rejected []worker.Rejected) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range rejected {
		l.dead = append(l.dead, r.Reject.Reason)
	}
	return nil
}

// removeBefore is what retention does.
func (l *memoryLog) removeBefore(offset int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = l.records[offset-l.start:]
	l.start = offset
}

var (
	testStart = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	testRules = &detector.Rules{
		Signals: []series.Signal{
			{Name: "call", Kind: series.Count},
			{Name: "forwarding", Kind: series.Event},
		},
		Thresholds: episodes.DefaultThresholds(),
		Lateness:   time.Hour,
		Location:   time.UTC,
		Hash:       "test",
	}
)

// testHistory is days of calls of a few accounts with daily ticks; one account
// falls silent half way and then has its calls forwarded, and a few records
// are broken.
func testHistory(days, accounts int, rng *rand.Rand) *memoryLog {
	l := &memoryLog{most: 100}
	for d := range days {
		day := testStart.AddDate(0, 0, d)
		_ = l.Append(context.Background(), signals.Control{Kind: signals.Tick, Time: day.UnixNano()})
		for a := range accounts {
			name := fmt.Sprintf("acct-%02d", a)
			if a == 0 && d > days/2 {
				if d == days/2+20 {
					l.interact(name, "forwarding", d, day.Add(time.Hour))
				}
				continue
			}
			for i := range rng.IntN(6) {
				l.interact(name, "call", 10*d+i, day.Add(time.Duration(rng.IntN(86400))*time.Second))
			}
		}
		if d%10 == 3 {
			l.add("acct-01", []byte(`{"time":`), nil, day.UnixNano())
		}
	}
	return l
}

func (l *memoryLog) interact(account, signal string, id int, at time.Time) {
	in := &signals.Interaction{
		Time: at.UnixNano(), Account: []byte(account), Signal: []byte(signal), Value: 1,
		ID: fmt.Appendf(nil, "%s-%d", account, id), Source: []byte("pbx"),
	}
	l.add(account, signals.Append(nil, in), nil, at.UnixNano())
}

func newTestWorker(store worker.Store, log worker.Log, now func() time.Time) *worker.Worker {
	return &worker.Worker{
		Identity: worker.Identity{Cluster: "c", Topic: "t", Partitions: 1, TimeZone: "UTC"},
		Config:   worker.DefaultConfig(),
		Store:    store, Log: log,
		Rules:   func() *detector.Rules { return testRules },
		Now:     now,
		Logger:  slog.New(slog.DiscardHandler),
		Metrics: worker.NewMetrics(prometheus.NewRegistry()),
		Status:  &worker.Status{},
	}
}

// outcome is what a run left behind: every account's bytes, every finding.
func outcome(t *testing.T, store worker.Store) (map[string]string, map[string]int) {
	t.Helper()
	states, findings := map[string]string{}, map[string]int{}
	err := store.Accounts(t.Context(), 0, func(a detector.AccountState) error {
		states[a.ID] = string(a.State)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := store.Outbox(t.Context(), 0, "", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		var f finding.Finding
		if err := json.Unmarshal(e.Finding, &f); err != nil {
			t.Fatal(err)
		}
		findings[string(e.Finding)]++
	}
	return states, findings
}

// runUntilLive runs a worker until it has committed the log's end.
func runUntilLive(t *testing.T, w *worker.Worker) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.Committed = func(at worker.Progress) {
		if at.Live {
			cancel()
		}
	}
	if err := w.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

// shakyStore fails as networks, crashes and fail-overs make a store fail.
type shakyStore struct {
	*worker.MemoryStore
	rng   *rand.Rand
	crash context.CancelCauseFunc // ends the process that calls
}

var errCrash = errors.New("crashed")

func (s *shakyStore) Commit(ctx context.Context, p int, c *worker.Chunk) (worker.Receipt, error) {
	switch s.rng.IntN(40) {
	case 0: // the request is lost
		return worker.Receipt{}, errors.New("connection reset")
	case 1: // the reply is lost
		_, _ = s.MemoryStore.Commit(ctx, p, c)
		return worker.Receipt{}, errors.New("i/o timeout")
	case 2: // the process dies before the call
		s.crash(errCrash)
		return worker.Receipt{}, context.Canceled
	case 3: // the process dies after the call
		_, _ = s.MemoryStore.Commit(ctx, p, c)
		s.crash(errCrash)
		return worker.Receipt{}, context.Canceled
	}
	if context.Cause(ctx) == errCrash { // a dead process makes no last commit
		return worker.Receipt{}, context.Canceled
	}
	return s.MemoryStore.Commit(ctx, p, c)
}

// TestWorkerSurvivesFaults: whatever fails, the state of every account and the
// findings are those of an undisturbed run.
func TestWorkerSurvivesFaults(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { survive(t, seed) })
		})
	}
}

func survive(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	log := testHistory(150, 12, rng)
	began := time.Now()
	now := func() time.Time { return testStart.AddDate(0, 0, 151).Add(time.Since(began)) }

	calm := worker.NewMemoryStore(now)
	calmLog := &memoryLog{records: slices.Clone(log.records), most: 1000}
	runUntilLive(t, newTestWorker(calm, calmLog, now))
	wantStates, wantFindings := outcome(t, calm)
	if len(wantStates) != 12 || len(wantFindings) == 0 {
		t.Fatalf("the undisturbed run has %d accounts and %d findings: nothing to compare", len(wantStates), len(wantFindings))
	}

	store := worker.NewMemoryStore(now)
	crashes := 0
	for live := false; !live; crashes++ {
		ctx, cancel := context.WithCancelCause(t.Context())
		w := newTestWorker(&shakyStore{store, rng, cancel}, log, now)
		w.Config.CommitInterval = 0 // after every batch
		w.Committed = func(at worker.Progress) {
			if live = at.Live; live {
				cancel(nil)
			}
		}
		if rng.IntN(3) == 0 { // somebody else claims in between
			time.AfterFunc(time.Millisecond, func() {
				_, _ = store.Claim(context.Background(), 0, "somebody", w.Identity)
			})
		}
		if err := w.Run(ctx); err != nil {
			t.Fatal(err)
		}
		cancel(nil)
	}
	if crashes < 2 {
		t.Logf("only %d sessions", crashes)
	}
	states, findings := outcome(t, store)
	// A crash leaves no trace but more ticks in the log; accounts carry the
	// offset of their last record, and no record of theirs has moved.
	if !maps.Equal(states, wantStates) {
		t.Errorf("the states differ after %d sessions", crashes)
	}
	if !maps.Equal(findings, wantFindings) {
		t.Errorf("findings differ after %d sessions:\n got %v\nwant %v", crashes, findings, wantFindings)
	}
}
