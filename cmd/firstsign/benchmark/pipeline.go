package benchmark

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// measurePipeline lets a bare reader and the worker read one topic in turn. The topic
// holds a history with its ticks, as load writes it, and one open day.
func (b *bench) measurePipeline(ctx context.Context) error {
	day, end, err := b.fill(ctx, keyAccounts(b.Accounts))
	if err != nil {
		return err
	}
	identity, err := b.kafka.Identify(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = b.store.Forget(context.WithoutCancel(ctx), 0) }()
	var raw, ours, whole, history, recovery []float64
	for range b.Repeat {
		t := turn{}
		runtime.GC()
		if t.RawReader, err = b.rawReaderRate(ctx, int(end)); err != nil {
			return err
		}
		runtime.GC()
		if t.OurReader, err = readRate(ctx, b.kafka, int(end)); err != nil {
			return err
		}
		runtime.GC()
		err = b.profiled("pipeline", func() (err error) {
			t.History, t.Pipeline, err = b.work(ctx, identity, &timedLog{day: day, end: end})
			return err
		})
		if err == nil {
			err = b.profiled("recovery", func() (err error) {
				t.Recovery, err = b.recover(ctx, identity)
				return err
			})
		}
		if err == nil {
			err = b.store.Forget(ctx, 0)
		}
		if err != nil {
			return err
		}
		recovery = append(recovery, t.Recovery)
		b.report.Readings = append(b.report.Readings, t)
		raw, ours, whole, history = append(raw, t.RawReader), append(ours, t.OurReader), append(whole, t.Pipeline), append(history, t.History)
	}
	b.report.RawReader, b.report.OurReader = median(raw), median(ours)
	b.report.Pipeline, b.report.History, b.report.Recovery = median(whole), median(history), median(recovery)
	b.report.OfRaw = b.report.Pipeline / b.report.RawReader
	return nil
}

// fill writes the topic and returns the offsets where the open day begins and
// where it ends.
func (b *bench) fill(ctx context.Context, list []accounts.Account) (day, end int64, err error) {
	producer, err := b.kafka.Producer(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer producer.Close()
	past := newTraffic(list, firstDay, b.HistoryDays, perAccountDay*len(list))
	sequence := history.Log{
		Partitions: 1, Zone: signals.NewZone(time.UTC), Lateness: b.config.Detector.Lateness, First: past.at, Load: rand.Text(),
	}
	for entry, err := range sequence.All(past) {
		switch {
		case err != nil:
			return 0, 0, err
		case entry.Control != nil:
			err = producer.Control(0, *entry.Control)
		default:
			err = producer.PutTo(0, entry.Line.Interaction.Account, entry.Line.Value, nil)
		}
		if err != nil {
			return 0, 0, err
		}
		day++
	}
	today := newTraffic(list, firstDay+signals.Day(b.HistoryDays), 1, b.Events)
	for {
		line, err := today.Next()
		if err == io.EOF {
			break
		}
		if err := producer.PutTo(0, line.Interaction.Account, line.Value, nil); err != nil {
			return 0, 0, err
		}
	}
	b.report.RecordBytes = float64(today.bytes) / float64(b.Events)
	return day, day + int64(b.Events), producer.Flush()
}

// work lets a worker read the topic from its start with an empty store. It returns the
// records per second of the history and of the open day, the last commit included.
// The log says where the open day is.
func (b *bench) work(ctx context.Context, id kafka.Identity, log *timedLog) (history, open float64, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	partition := b.kafka.Partition(0)
	defer partition.Close()
	log.Partition, log.stop = partition, stop
	registry := prometheus.NewRegistry()
	w := b.worker(id, log, registry)
	var committed int64
	w.Committed = func(at worker.Progress) { committed = at.Next }
	if err := w.Run(ctx); err != nil {
		return 0, 0, err
	}
	ended := time.Now()
	if committed < log.end {
		return 0, 0, fmt.Errorf("the worker committed up to offset %d of %d", committed, log.end)
	}
	if counted, all := value(registry, "firstsign_interactions_total"), b.interactions(); counted != all {
		return 0, 0, fmt.Errorf("%d interactions were counted of %d", counted, all)
	}
	if log.passed >= log.end || log.passed == 0 {
		return 0, 0, errors.New("all was read at once: there is nothing to measure with so few events")
	}
	return float64(log.passed) / log.opened.Sub(log.began).Seconds(), float64(log.end-log.passed) / ended.Sub(log.opened).Seconds(), nil
}

// interactions that the topic holds.
func (b *bench) interactions() int64 {
	return int64(b.HistoryDays)*int64(perAccountDay)*int64(b.Accounts) + int64(b.Events)
}

// recover lets another worker take over what work left, and returns the seconds until it
// is ready to read on: with all accounts, and the ids of the open day.
func (b *bench) recover(ctx context.Context, id kafka.Identity) (float64, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	partition := b.kafka.Partition(0)
	defer partition.Close()
	_, end, err := partition.Bounds(ctx)
	if err != nil {
		return 0, err
	}
	log := &timedLog{Partition: partition, day: end, end: end, stop: stop}
	began := time.Now()
	if err := b.worker(id, log, prometheus.NewRegistry()).Run(ctx); err != nil {
		return 0, err
	}
	if log.opened.IsZero() || log.whole {
		return 0, errors.New("a worker that took over read the topic from its start")
	}
	return log.opened.Sub(began).Seconds(), nil
}

// worker owns the partition of the benchmark.
func (b *bench) worker(id kafka.Identity, log worker.Log, registry *prometheus.Registry) *worker.Worker {
	rules := b.config.Rules()
	noon := time.Unix(0, int64(firstDay+signals.Day(b.HistoryDays))*int64(24*time.Hour)).Add(12 * time.Hour)
	c := b.config.Service.Worker("bench")
	c.MaxClockSkew = 1 << 62      // the day is not today
	c.HandOver = 10 * time.Minute // the last commit is measured, however many accounts there are
	return &worker.Worker{
		Identity: worker.Identity{Cluster: id.Cluster, Topic: id.Topic, Partitions: id.Partitions, TimeZone: "UTC"},
		Config:   c, Store: b.store, Log: log, Rules: func() *detector.Rules { return rules }, Now: func() time.Time { return noon },
		Logger: logger(slog.LevelWarn), Metrics: worker.NewMetrics(registry), Status: &worker.Status{},
	}
}

// value of a counter.
func value(registry *prometheus.Registry, name string) int64 {
	families, _ := registry.Gather()
	for _, f := range families {
		if f.GetName() == name {
			return int64(f.Metric[0].GetCounter().GetValue())
		}
	}
	return 0
}

// timedLog is the worker's log with a stopwatch. It notes when the history ended and
// stops the worker when everything was applied.
type timedLog struct {
	*kafka.Partition
	day, end int64
	stop     func()
	asked    func(offset int64) // is told of each offset from which the worker reads on; may be nil

	began, opened time.Time
	passed        int64 // where the worker was when it was opened
	whole         bool  // it was read from its start
}

// Read implements worker.Log.
func (l *timedLog) Read(ctx context.Context, offset int64) (signals.Batch, error) {
	if offset >= l.day && l.opened.IsZero() {
		l.opened, l.passed = time.Now(), offset
	}
	if l.asked != nil {
		l.asked(offset)
	}
	if offset >= l.end {
		l.stop()
		return signals.Batch{}, context.Canceled
	}
	l.whole = l.whole || offset == 0
	batch, err := l.Partition.Read(ctx, offset)
	if l.began.IsZero() {
		l.began = time.Now() // connecting is not reading
	}
	return batch, err
}
