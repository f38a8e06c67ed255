package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/twmb/franz-go/pkg/kfake"

	"firstsign/cmd/firstsign/topic"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
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
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"topic": printTopic, "produce": produce, "workbook": workbook},
		Setup: func(e *testscript.Env) error {
			shippedFirst(t, e)
			e.Setenv("KAFKA", broker.ListenAddrs()[0])
			e.Setenv("REDIS", store.Addr())
			return nil
		},
	})
}

// produce writes the lines of a file to a topic as a source does: under the
// account, or without a key when a line names none.
func produce(ts *testscript.TestScript, neg bool, args []string) {
	c := kafka.DefaultConfig()
	c.Brokers, c.Topic = []string{ts.Getenv("KAFKA")}, args[0]
	client, err := kafka.Open(c, slog.New(slog.DiscardHandler), nil)
	ts.Check(err)
	defer client.Close()
	producer, err := client.Producer(context.Background())
	ts.Check(err)
	defer producer.Close()
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		var record struct{ Account string }
		_ = json.Unmarshal([]byte(line), &record) // some lines are none
		ts.Check(producer.Put([]byte(record.Account), []byte(strings.TrimSpace(line)), nil))
	}
	ts.Check(producer.Flush())
}

// printTopic shows the interactions of a topic's first partition.
func printTopic(ts *testscript.TestScript, neg bool, args []string) {
	c := kafka.DefaultConfig()
	c.Brokers, c.Topic = []string{ts.Getenv("KAFKA")}, args[0]
	client, err := kafka.Open(c, slog.New(slog.DiscardHandler), nil)
	ts.Check(err)
	defer client.Close()
	p := client.Partition(0)
	defer p.Close()
	r, err := topic.NewReader(context.Background(), p)
	ts.Check(err)
	for {
		rec, err := r.Record(context.Background())
		ts.Check(err)
		if rec == nil {
			return
		}
		if _, control, _ := decode.Control(rec); !control {
			fmt.Fprintf(ts.Stdout(), "%s\n", rec.Value)
		}
	}
}
