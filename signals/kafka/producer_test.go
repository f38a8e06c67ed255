package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

func TestProducerKeepsOrderAndPartitions(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		const partitions, n = 3, 12_000
		client := c.open(t, func(c *Config) { c.Partitions = partitions })
		producer, err := client.Producer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		want := make([][]string, partitions)
		for i := range n {
			key := fmt.Appendf(nil, "account-%d", i%100)
			value := fmt.Appendf(nil, "%d %0100d", i, i)
			if err := producer.Put(key, value, []signals.Header{{Key: "h", Value: value[:2]}}); err != nil {
				t.Fatal(err)
			}
			p := signals.PartitionOf(key, partitions)
			want[p] = append(want[p], string(value))
		}
		if err := producer.Flush(); err != nil {
			t.Fatal(err)
		}
		for id, want := range want {
			// Read by a client that checks everything Kafka's own would check.
			cl := c.franz(t, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{client.config.Topic: {int32(id): kgo.NewOffset().AtStart()}}))
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			for i := 0; i < len(want); {
				fetches := cl.PollFetches(ctx)
				if err := fetches.Err(); err != nil {
					t.Fatal(err)
				}
				fetches.EachRecord(func(r *kgo.Record) {
					if i < len(want) && (string(r.Value) != want[i] || string(r.Headers[0].Value) != want[i][:2] || time.Since(r.Timestamp) > time.Minute) {
						t.Fatalf("record %d of partition %d is %.20q of %s, want %.20q", i, id, r.Value, r.Timestamp, want[i])
					}
					i++
				})
			}
		}
	})
}

// A lost answer makes us repeat a batch; the broker must recognise it.
func TestRepeatedBatchIsWrittenOnce(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		author, err := client.identify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			b := wire.NewBatchWriter(time.Now())
			b.Add([]byte("acme"), fmt.Appendf(nil, "%d", i), nil)
			for range 2 {
				if err := client.produce(t.Context(), client.config.Topic, 0, b.Bytes(author, int32(i))); err != nil {
					t.Fatalf("batch %d: %v", i, err)
				}
			}
		}
		p := client.Partition(0)
		defer p.Close()
		if _, end, err := p.Bounds(t.Context()); err != nil || end != 5 {
			t.Errorf("%d records after writing 5 twice, %v", end, err)
		}
	})
}

func TestProducerSaysWhatWasRefused(t *testing.T) {
	c := embedded(t)
	client := c.open(t, nil)
	producer, err := client.Producer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	if err := producer.Put([]byte("acme"), noise(20<<20), nil); err != nil {
		t.Fatal(err)
	}
	if err := producer.Flush(); err == nil {
		t.Error("20 MB were accepted")
	}
	if err := producer.Put([]byte("acme"), nil, nil); err == nil {
		err = producer.Flush()
		if err == nil {
			t.Error("a failed producer goes on")
		}
	}
}

// noise cannot be compressed.
func noise(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	return b
}

// What we write is compressed where that makes it smaller, in all topics, and reads back
// as it was.
func TestWhatWeWriteIsCompressed(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		producer, err := client.Producer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		var alerts []Pair
		var rejected []signals.Rejected
		for i := range 2000 {
			key, value := fmt.Appendf(nil, "account-%d", i%50), fmt.Appendf(nil, `{"time":"2026-03-02T09:%02d:00Z","account":"account-%d","signal":"call","value":%d}`, i%60, i%50, i)
			if err := producer.Put(key, value, []signals.Header{{Key: "h", Value: key}}); err != nil {
				t.Fatal(err)
			}
			alerts = append(alerts, Pair{key, value})
			rejected = append(rejected, signals.Rejected{Record: signals.Record{Key: key, Value: value}, Reject: &signals.Reject{Reason: signals.Malformed}})
		}
		p := client.Partition(0)
		defer p.Close()
		if err := errors.Join(producer.Flush(), client.Publish(t.Context(), alerts...), p.Reject(t.Context(), rejected)); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Control(t.Context(), signals.Control{Kind: signals.Tick, Time: 1}); err != nil { // too small to gain
			t.Fatal(err)
		}
		for _, topic := range []string{client.config.Topic, client.config.Alerts, client.config.DeadLetters} {
			p := client.partition(topic, 0)
			records, plain := readTo(t, p, 0, int64(len(alerts))), 0
			p.Close()
			for i, want := range alerts {
				if string(records[i].Key) != string(want.Key) || string(records[i].Value) != string(want.Value) {
					t.Fatalf("%s, record %d: %q = %q, want %q", topic, i, records[i].Key, records[i].Value, want.Value)
				}
				plain += len(want.Key) + len(want.Value)
			}
			if size := c.size(t, topic); size == 0 || size > plain/2 {
				t.Errorf("%s: records of %d bytes take %d", topic, plain, size)
			}
		}
	})
}

func TestSequenceNumbersStartAgain(t *testing.T) {
	if got := next(1<<31-1, 1); got != 0 {
		t.Errorf("after the largest comes %d", got)
	}
	if got := next(1<<31-2, 5); got != 3 {
		t.Errorf("five after the largest but one is %d", got)
	}
}

func TestPublish(t *testing.T) {
	c := embedded(t)
	client := c.open(t, nil)
	for range 2 {
		if err := client.Publish(t.Context(), Pair{[]byte("acme"), []byte(`{"id":"f1"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	p := client.partition(client.config.Alerts, 0)
	defer p.Close()
	if r := readTo(t, p, 0, 2); string(r[1].Key) != "acme" || string(r[1].Value) != `{"id":"f1"}` {
		t.Errorf("published %q=%q", r[1].Key, r[1].Value)
	}
}
