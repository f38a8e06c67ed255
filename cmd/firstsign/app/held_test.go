package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
)

// While migrate brings in a state, nothing else is done with it: topics are not mapped into
// the copy, answers do not go to alerts that are replaced, and rebuild removes nothing.
func TestWhileTheStateIsHeld(t *testing.T) {
	cfg := config.Default()
	parts, err := embedded.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(parts.Close)
	log := slog.New(slog.DiscardHandler)
	a, err := New(cfg, "", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if _, err := a.Kafka.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	client, err := state.Open(cfg.Service.Redis)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	migrate, err := state.New(client, Namespace(cfg), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Hold(t.Context(), "moving"); err != nil {
		t.Fatal(err)
	}

	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if a.awaitWhole(short, true) || !errors.Is(a.groupTrouble(), worker.ErrHeld) {
		t.Errorf("the service goes on, and says %v", a.groupTrouble())
	}
	answers := AnswerHandler(a.alertStore, a.Store, a.Kafka, a.alerts)
	answer := func() error {
		_, err := answers.Handle(t.Context(), alerting.Answer{Alert: "acme-1", By: "chen.jie"}, time.Now())
		return err
	}
	if err := answer(); !errors.Is(err, worker.ErrHeld) {
		t.Errorf("an answer: %v", err)
	}
	if _, err := Rebuild(t.Context(), cfg, log, true); !errors.Is(err, worker.ErrHeld) {
		t.Errorf("rebuild: %v", err)
	}

	if err := migrate.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !a.awaitWhole(t.Context(), true) || errors.Is(a.groupTrouble(), worker.ErrHeld) {
		t.Errorf("once it is whole the service says %v", a.groupTrouble())
	}
	if err := answer(); !errors.Is(err, alerting.ErrNoAlert) {
		t.Errorf("an answer then: %v", err)
	}
	if _, err := Rebuild(t.Context(), cfg, log, true); err != nil {
		t.Errorf("rebuild then: %v", err)
	}
}
