package redis

import (
	"errors"
	"strings"
	"testing"

	"firstsign/detector/worker"
)

// While a state is brought in, nobody else claims any part of it, also one that has nothing
// yet; and whoever goes on with it does.
func TestHold(t *testing.T) {
	ctx, s := t.Context(), open(t, realRedis(t))
	id := worker.Identity{Cluster: "c", Topic: "t", Partitions: 2, TimeZone: "UTC"}
	another := func() *Store { return &Store{client: s.client, namespace: s.namespace, metrics: s.metrics} }
	claims := func(s *Store) (err error) {
		for p := range id.Partitions {
			_, e := s.Claim(ctx, p, "token", id)
			err = errors.Join(err, e)
		}
		return err
	}

	if err := errors.Join(s.Hold(ctx, "moving"), claims(s)); err != nil {
		t.Fatal(err)
	}
	err := claims(another())
	if !errors.Is(err, worker.ErrHeld) || strings.Count(err.Error(), "moving") != 2 {
		t.Errorf("a service that starts meanwhile: %v", err)
	}
	if err := another().Hold(ctx, "for another reason"); !errors.Is(err, worker.ErrHeld) {
		t.Errorf("for another reason: %v", err)
	}
	next := another()
	if err := errors.Join(next.Hold(ctx, "moving"), claims(next)); err != nil {
		t.Errorf("who goes on: %v", err)
	}
	if err := errors.Join(next.Release(ctx), claims(another())); err != nil {
		t.Errorf("once it has ended: %v", err)
	}
}
