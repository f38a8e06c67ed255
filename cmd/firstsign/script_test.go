package main

import (
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/twmb/franz-go/pkg/kfake"
)

// The commands as they are typed, with what they print.
func TestScript(t *testing.T) {
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close) // not deferred: the scripts run in parallel, later
	store := miniredis.RunT(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("KAFKA", broker.ListenAddrs()[0])
			e.Setenv("REDIS", store.Addr())
			return nil
		},
	})
}
