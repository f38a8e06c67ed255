package app

import (
	"errors"
	"log/slog"
	"testing"

	"firstsign/config"
	"firstsign/web/access"
)

// A policy that vanishes stays in force: a file that is lost must not show everything.
func TestLostPolicyStays(t *testing.T) {
	c := config.Default()
	c.Service.Kafka.Brokers, c.Service.Redis.Addr = []string{"127.0.0.1:1"}, "127.0.0.1:1"
	a, err := New(c, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	with := *c
	with.Access = &access.Policy{Others: access.Viewer}
	for i, step := range []struct {
		to   *config.Config
		want error
	}{{c, nil}, {&with, nil}, {c, errNoPolicy}, {&with, nil}} {
		if err := a.Apply(step.to); !errors.Is(err, step.want) {
			t.Errorf("step %d: %v, want %v", i, err, step.want)
		}
	}
	if a.policy.Load() != with.Access {
		t.Error("the policy is not in force")
	}
}
