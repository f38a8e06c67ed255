package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals"
)

// sliceLog is the smallest Log: the records of one partition in a slice.
type sliceLog struct{ records []signals.Record }

func (l *sliceLog) Bounds(context.Context) (start, end int64, err error) {
	return 0, int64(len(l.records)), nil
}

func (l *sliceLog) Read(_ context.Context, offset int64) (worker.Batch, error) {
	end := int64(len(l.records))
	return worker.Batch{Records: l.records[offset:], Next: end, End: end}, nil
}

func (l *sliceLog) Append(_ context.Context, c signals.Control) error {
	value, headers := c.Record()
	l.records = append(l.records, signals.Record{Offset: int64(len(l.records)), Time: c.Time, Value: value, Headers: headers})
	return nil
}

func (l *sliceLog) Reject(_ context.Context, rejected []worker.Rejected) error {
	for _, r := range rejected {
		fmt.Printf("dead letter at offset %d: %s\n", r.Record.Offset, r.Reject.Reason)
	}
	return nil
}

// A worker claims its partition, writes the time into the log, reads the log to
// its end and commits.
func ExampleWorker() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	log := &sliceLog{}
	add := func(account, value string) {
		offset := int64(len(log.records))
		log.records = append(log.records, signals.Record{Offset: offset, Time: now.UnixNano(), Key: []byte(account), Value: []byte(value)})
	}
	add("acme", `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"}`)
	add("globex", `{"time":"2026-03-02T09:41:50Z","account":"globex","signal":"call"}`)
	add("acme", `no JSON`)
	rules := &detector.Rules{Signals: []detector.Signal{{Name: "call", Kind: detector.Count}}}
	store := worker.NewMemoryStore(func() time.Time { return now })

	var committed int64
	ctx, stop := context.WithCancel(context.Background())
	w := &worker.Worker{
		Identity: worker.Identity{Cluster: "example", Topic: "firstsign.interactions", Partitions: 1, TimeZone: "UTC"},
		Config:   worker.DefaultConfig(),
		Store:    store,
		Log:      log,
		Rules:    func() *detector.Rules { return rules },
		Now:      func() time.Time { return now },
		Logger:   slog.New(slog.DiscardHandler),
		Metrics:  worker.NewMetrics(prometheus.NewRegistry()),
		Status:   &worker.Status{},
		Committed: func(at worker.Progress) {
			committed = at.Next
			if at.Live { // all is read that was there at the claim
				stop()
			}
		},
	}
	w.Config.CommitInterval = 0 // after every batch
	if err := w.Run(ctx); err != nil {
		fmt.Println(err)
	}

	accounts := 0
	if err := store.Accounts(context.Background(), 0, func(detector.AccountState) error { accounts++; return nil }); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%d accounts stored, next offset %d\n", accounts, committed)
	// Output:
	// dead letter at offset 2: malformed
	// 2 accounts stored, next offset 4
}
