package worker_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firstsign/detector/worker"
	"firstsign/signals"
)

// workedHistory returns a log and the store of a worker that has read it to its end.
func workedHistory(t *testing.T, now func() time.Time) (*worker.MemoryStore, *memoryLog) {
	t.Helper()
	log := testHistory(40, 3, rand.New(rand.NewPCG(7, 7)))
	store := worker.NewMemoryStore(now)
	runUntilLive(t, newTestWorker(store, log, now))
	return store, log
}

func afterHistory() func() time.Time {
	began := time.Now()
	return func() time.Time { return testStart.AddDate(0, 0, 41).Add(time.Since(began)) }
}

// statusOf runs a worker for a minute and returns the status it reports.
func statusOf(t *testing.T, w *worker.Worker) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	said := make(chan string, 1)
	time.AfterFunc(50*time.Second, func() {
		parts, ready := w.Status.Ready()
		if ready {
			parts["partition 0"] = "ready, " + parts["partition 0"]
		}
		said <- parts["partition 0"]
	})
	if err := w.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return <-said
}

func TestForeignLogStopsThePartition(t *testing.T) {
	tests := map[string]struct {
		change func(l *memoryLog)
		want   string
	}{
		"the tail is lost": {func(l *memoryLog) { l.records = l.records[:len(l.records)/2] }, "it ends at offset"},
		"created again": {func(l *memoryLog) {
			for i := range l.records {
				l.records[i].Value = []byte("another")
			}
		}, "is a different one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := afterHistory()
				store, log := workedHistory(t, now)
				before, _ := outcome(t, store)
				test.change(log)
				said := statusOf(t, newTestWorker(store, log, now))
				if !strings.HasPrefix(said, "stopped: ") || !strings.Contains(said, test.want) {
					t.Errorf("it says %q, want stopped and %q", said, test.want)
				}
				after, _ := outcome(t, store)
				if len(after) == 0 || len(after) != len(before) {
					t.Errorf("%d accounts are kept, were %d", len(after), len(before))
				}
			})
		})
	}
}

func TestAnotherIdentityStopsThePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := afterHistory()
		store, log := workedHistory(t, now)
		w := newTestWorker(store, log, now)
		w.Identity.TimeZone = "Asia/Shanghai"
		if said := statusOf(t, w); !strings.HasPrefix(said, "stopped: ") {
			t.Errorf("it says %q", said)
		}
	})
}

// TestRetentionOvertakes: records that were removed unread are a loss, and
// nobody is blamed for it.
func TestRetentionOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, away := afterHistory(), 0
		now := func() time.Time { return clock().AddDate(0, 0, away) }
		store, log := workedHistory(t, now)
		_, before := outcome(t, store)
		_, end, _ := log.Bounds(t.Context())
		for i := range 30 {
			log.interact("acct-01", "call", 100000+i, now().AddDate(0, 0, i/2))
		}
		log.removeBefore(end + 25)
		away = 20
		if said := statusOf(t, newTestWorker(store, log, now)); !strings.HasPrefix(said, "ready, live") {
			t.Errorf("it says %q", said)
		}
		if _, after := outcome(t, store); len(after) != len(before) {
			t.Errorf("%d findings, were %d: the lost days are held against somebody", len(after), len(before))
		}
	})
}

// TestClockOff: an owner whose clock differs from the store's writes no tick
// and is not ready.
func TestClockOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := afterHistory()
		log := &memoryLog{most: 10}
		store := worker.NewMemoryStore(func() time.Time { return now().Add(-time.Hour) })
		said := statusOf(t, newTestWorker(store, log, now))
		if !strings.Contains(said, "clock skew too large") || strings.HasPrefix(said, "ready") {
			t.Errorf("it says %q", said)
		}
		if len(log.records) != 0 {
			t.Errorf("%d ticks were written", len(log.records))
		}
	})
}

// TestFirstTickComesFirst: on a topic without ticks the owner's tick stands
// above what lies there, before anything is read.
func TestFirstTickComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := afterHistory()
		log := &memoryLog{most: 10}
		log.interact("acct-01", "call", 1, testStart)
		store := worker.NewMemoryStore(now)
		runUntilLive(t, newTestWorker(store, log, now))
		if len(log.records) < 2 || string(log.records[1].Header(signals.ControlHeader)) != string(signals.Tick) {
			t.Fatalf("the record after the history is no tick: %v", log.records)
		}
		if states, _ := outcome(t, store); len(states) != 1 {
			t.Errorf("%d accounts", len(states))
		}
	})
}

// TestDeadLettersComeBeforeTheCommit: what does not count is in the dead
// letters, once for each time it was read.
func TestDeadLettersComeBeforeTheCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, log := workedHistory(t, afterHistory())
		if len(log.dead) != 4 {
			t.Fatalf("%d dead letters, want 4", len(log.dead))
		}
		for _, reason := range log.dead {
			if reason != signals.Malformed {
				t.Errorf("reason %s", reason)
			}
		}
	})
}
