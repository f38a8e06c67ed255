package readback

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// kafkaAway takes nothing while it is away, and counts what it took.
type kafkaAway struct {
	away          bool
	labels, lines int
}

func (k *kafkaAway) Feedback(context.Context, signals.Control) error {
	if k.away {
		return errors.New("killed here")
	}
	k.labels++
	return nil
}

func (k *kafkaAway) Publish(_ context.Context, records []alerting.Record) error {
	if k.away {
		return errors.New("killed here")
	}
	k.lines += len(records)
	return nil
}

// A label is stored, and the process ends before the detector hears of it: the page shows
// the label, so nobody gives it again. It is told once the handler had its time, also of an
// alert that is closed.
func TestFinish(t *testing.T) {
	ctx, now := t.Context(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	store, log := alerting.NewMemoryStore(), &kafkaAway{away: true}
	raised := &detector.Finding{ID: "acme-2026-03-01", Kind: detector.Raised, Time: now.Add(-time.Hour).UnixNano(), Account: "acme"}
	closed := *raised
	closed.Kind, closed.Time = detector.Closed, now.UnixNano()
	for _, found := range []*detector.Finding{raised, &closed} {
		snapshot := &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}
		if _, _, err := alerting.StoreFinding(ctx, store, 0, found, snapshot, now.Add(100*24*time.Hour)); err != nil { // too old to be told
			t.Fatal(err)
		}
	}
	handler := &alerting.AnswerHandler{Store: store, Publisher: log, Feedback: log, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}
	f := &Finisher{
		Store: store, Handler: handler, Owns: func(p int) bool { return p == signals.PartitionOf([]byte("acme"), 4) }, Partitions: 4,
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	}
	if _, err := handler.Handle(ctx, alerting.Answer{Alert: raised.ID, By: "chen.jie", Label: signals.FalseAlarm}, now); err == nil {
		t.Fatal("the answer is confirmed")
	}
	round := func(labels, lines int) {
		t.Helper()
		err := f.round(ctx)
		if err != nil && !log.away || log.labels != labels || log.lines != lines {
			t.Errorf("%v, %d labels and %d lines are told, want %d and %d", err, log.labels, log.lines, labels, lines)
		}
	}
	now = now.Add(time.Hour)
	round(0, 0) // Kafka is still away
	log.away = false
	now = now.Add(-time.Hour)
	round(0, 0) // its handler may still do it
	now = now.Add(2 * finishAfter)
	round(1, 1)
	round(1, 1)
	if a, err := store.Get(ctx, raised.ID); err != nil || a.Unfinished() {
		t.Errorf("%+v, %v", a, err)
	}
}
