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
	"firstsign/detector"
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

// A state is not removed that the topic cannot give again: after a wrong name in
// service.yaml, or when the topic was made anew. Nor is anything mapped into such a topic.
func TestAStateOfAnotherTopic(t *testing.T) {
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
	if a.identity, err = a.Kafka.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	state := func(topic string, next int64) {
		t.Helper()
		if err := a.Store.Forget(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		id := identityOf(a.identity, cfg)
		id.Topic = topic
		meta, err := a.Store.Claim(t.Context(), 0, "token", id)
		if err != nil {
			t.Fatal(err)
		}
		e := detector.NewEngine(0, 1, cfg.Rules())
		e.Skip(next)
		err = e.Commit(100, 0, 0, func(c *detector.Changes) error {
			meta.Seq++
			_, err := a.Store.Commit(t.Context(), 0, &worker.Chunk{Token: "token", Seq: meta.Seq, Changes: *c})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		topic           string
		next            int64
		rebuilt, mapped error
	}{
		{"interactionz", 0, worker.ErrIdentity, worker.ErrIdentity},
		{a.identity.Topic, 5, worker.ErrForeignLog, nil},
		{a.identity.Topic, 0, nil, nil},
	} {
		state(c.topic, c.next)
		if err := a.ours(t.Context()); !errors.Is(err, c.mapped) {
			t.Errorf("%s, read to %d: mapped topics say %v", c.topic, c.next, err)
		}
		if _, err := Rebuild(t.Context(), cfg, log, true); !errors.Is(err, c.rebuilt) {
			t.Errorf("%s, read to %d: rebuild says %v", c.topic, c.next, err)
		}
		if _, meta, err := a.Store.Inspect(t.Context(), 0); err != nil || (meta.Position == nil) != (c.rebuilt == nil) {
			t.Errorf("%s, read to %d: %+v is left, %v", c.topic, c.next, meta.Position, err)
		}
	}
}
