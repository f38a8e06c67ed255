package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/signals"
	"firstsign/signals/mapping"
)

// Items of one record are interactions of their own: what is wrong with one is a
// dead letter about that item, and a replay maps just that item again.
func TestItemsOfARecord(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	hook := client.config.Group + ".hook"
	sourceTopic(t, client, hook, 1)
	each := mapping.Config{Name: "hook", Topic: hook, Format: mapping.JSON, Each: "msg", Account: "item.who", Signal: `"call"`, ID: "item.id"}
	var m tuned
	m.use(t, each)
	_, end := started(t, client, &m)
	franz := c.franz(t)
	put(t, franz, &kgo.Record{Topic: hook, Value: []byte(`[]`)})
	put(t, franz, &kgo.Record{Topic: hook, Value: []byte(`[{"who":"a","id":"1"},{"id":"2"},{"who":"c","id":"3"}]`)})
	await(t, "two items", func() bool { return len(written(t, client)) == 2 })
	letters := func() (all []string) {
		if err := client.DeadLetters(t.Context(), func(l *DeadLetter) error {
			all = append(all, fmt.Sprintf("[%s] %s", l.Items, l.Detail))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	await(t, "the letter", func() bool { return len(letters()) == 1 })
	end()
	if got, want := letters()[0], "[1] mapping hook: item 1: account: no such key: who"; got != want {
		t.Errorf("letter %q, want %q", got, want)
	}
	for counter, want := range map[prometheus.Counter]float64{client.metrics.mapped: 2, client.metrics.empty: 1, client.metrics.unmappable: 1, client.metrics.passed: 0} {
		if got := testutil.ToFloat64(counter); got != want {
			t.Errorf("%v: %v, want %v", counter.Desc(), got, want)
		}
	}

	each.Account = `item.?who.orValue("unknown")`
	set, faults := mapping.Compile([]mapping.Config{each}, time.UTC)
	if faults != nil {
		t.Fatal(faults)
	}
	counts, err := client.Replay(t.Context(), ReplayOptions{Map: func(l *DeadLetter) []mapping.Result {
		return set.Mapper(nil).Map(mapping.Origin{Topic: l.Topic, Partition: l.Partition, Mapping: l.Mapping, Items: mapping.Items(l.Items)}, &l.Record)
	}})
	if err != nil || counts[signals.Unmappable].Replayed != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
	if all := written(t, client); len(all) != 3 || all["2"] != 1 || !maps.Equal(all, once(all)) {
		t.Errorf("in the topic: %v", all)
	}
}

// awayRegistry does not answer until it is back.
type awayRegistry struct{ back atomic.Bool }

func (a *awayRegistry) Prepare(context.Context, []byte) error {
	if a.back.Load() {
		return nil
	}
	return errors.New("the registry is out of order")
}

func (a *awayRegistry) Decode(_ mapping.Format, value []byte) (any, *signals.Reject) {
	return map[string]any{"who": string(value)}, nil
}

// While the registry of schemas is away, records wait: nothing is a dead letter,
// nothing is lost, and the page of readiness says so.
func TestRecordsWaitForTheSchemaRegistry(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	topic := client.config.Group + ".avro"
	sourceTopic(t, client, topic, 1)
	set, faults := mapping.Compile([]mapping.Config{{Name: "m", Topic: topic, Format: mapping.Avro, Account: "msg.who", Signal: `"call"`}}, time.UTC)
	if faults != nil {
		t.Fatal(faults)
	}
	var registry awayRegistry
	set.Use(&registry)
	var m tuned
	m.now.Store(set)
	f, end := started(t, client, &m)
	put(t, c.franz(t), &kgo.Record{Topic: topic, Value: []byte("a")})
	await(t, "the wait to be told", func() bool {
		parts, ready := f.Ready()
		return ready && parts["mappings"] == "ready, and a mapped topic waits: the registry is out of order"
	})
	if all := written(t, client); len(all) != 0 {
		t.Errorf("written %v", all)
	}
	registry.back.Store(true)
	await(t, "the record", func() bool { return len(written(t, client)) == 1 })
	await(t, "nothing to be waited for", func() bool { parts, _ := f.Ready(); return parts["mappings"] == "ready" })
	end()
	if err := client.DeadLetters(t.Context(), func(l *DeadLetter) error { t.Errorf("a dead letter: %s", l.Detail); return nil }); err != nil {
		t.Fatal(err)
	}
}
