package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/deploy/parts"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// readTo reads from offset until the log's end has been reached, and checks
// what holds of every batch.
func readTo(t testing.TB, p *Partition, offset, end int64) []signals.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var all []signals.Record
	for offset < end {
		batch, err := p.Read(ctx, offset)
		if err != nil {
			t.Fatalf("read at %d: %v", offset, err)
		}
		if batch.Next < offset {
			t.Fatalf("read at %d goes back to %d", offset, batch.Next)
		}
		for i := range batch.Records {
			r := &batch.Records[i]
			if r.Offset < offset || r.Offset >= batch.Next {
				t.Fatalf("record %d is outside %d..%d", r.Offset, offset, batch.Next)
			}
			offset = r.Offset + 1
			all = append(all, r.Clone())
		}
		offset = batch.Next
	}
	return all
}

func codecs() map[string]kgo.CompressionCodec {
	return map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
}

func TestReadGivesWhatOthersWrote(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		rng := rand.New(rand.NewPCG(1, 2))
		var want []*kgo.Record
		for name, codec := range codecs() {
			cl := c.franz(t, kgo.ProducerBatchCompression(codec), kgo.ProducerBatchMaxBytes(8<<20), kgo.MaxBufferedBytes(64<<20))
			var records []*kgo.Record
			for i := range 100 {
				value := make([]byte, rng.IntN(400))
				for j := range value {
					value[j] = byte('a' + rng.IntN(4))
				}
				r := &kgo.Record{Topic: client.config.Topic, Key: fmt.Appendf(nil, "%s-%d", name, i), Value: value}
				switch i % 5 {
				case 0:
					r.Headers = []kgo.RecordHeader{{Key: "ce_id", Value: []byte("x")}, {Key: "", Value: nil}, {Key: "ce_id", Value: value}}
				case 1:
					r.Key = nil
				case 2:
					r.Value = nil
				case 3:
					r.Key, r.Value = []byte{}, []byte{}
				}
				records = append(records, r)
			}
			records = append(records, &kgo.Record{Topic: client.config.Topic, Value: bytes.Repeat([]byte("big "), 300_000)})
			put(t, cl, records...)
			want = append(want, records...)
		}
		p := client.Partition(0)
		defer p.Close()
		got := readTo(t, p, 0, int64(len(want)))
		if len(got) != len(want) {
			t.Fatalf("%d records, want %d", len(got), len(want))
		}
		for i, w := range want {
			g := &got[i]
			if g.Offset != w.Offset || !same(g.Key, w.Key) || !same(g.Value, w.Value) || len(g.Headers) != len(w.Headers) ||
				g.Time != w.Timestamp.Truncate(time.Millisecond).UnixNano() || g.Flaw != "" {
				t.Fatalf("record %d differs: got offset %d time %d key %q, %d bytes; want offset %d time %v key %q, %d bytes",
					i, g.Offset, g.Time, g.Key, len(g.Value), w.Offset, w.Timestamp, w.Key, len(w.Value))
			}
			for j, h := range w.Headers {
				if g.Headers[j].Key != h.Key || !same(g.Headers[j].Value, h.Value) {
					t.Fatalf("header %d of record %d: %+v, want %+v", j, i, g.Headers[j], h)
				}
			}
		}
		// From the middle of a batch, and back: a read elsewhere than at the end of the last.
		for _, from := range []int64{377, 1, 100, 101} {
			if r := readTo(t, p, from, from+1); r[0].Offset != from || !same(r[0].Value, want[from].Value) {
				t.Errorf("read at %d begins with %d", from, r[0].Offset)
			}
		}
	})
}

// same distinguishes nil from empty, as the log does.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }

func TestReadWaitsAboutASecondForRecords(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		p := client.Partition(0)
		defer p.Close()
		for range 2 {
			batch, err := p.Read(t.Context(), 0)
			if err != nil || len(batch.Records) != 0 || batch.Next != 0 || batch.End != 0 {
				t.Fatalf("read of an empty partition: %+v, %v", batch, err)
			}
		}
		cl := c.franz(t)
		put(t, cl, &kgo.Record{Topic: client.config.Topic, Value: []byte("at last")})
		if r := readTo(t, p, 0, 1); string(r[0].Value) != "at last" {
			t.Errorf("read %q", r[0].Value)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.Read(ctx, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("read with an ended context: %v", err)
		}
		if batch, err := p.Read(t.Context(), 1); err != nil || batch.Next != 1 {
			t.Errorf("read after that: %+v, %v", batch, err)
		}
	})
}

func TestBoundsAndRange(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		topic := client.config.Topic
		cl := c.franz(t)
		p := client.Partition(0)
		defer p.Close()
		expect := func(start, end int64) {
			t.Helper()
			if s, e, err := p.Bounds(t.Context()); err != nil || s != start || e != end {
				t.Fatalf("bounds %d..%d, %v; want %d..%d", s, e, err, start, end)
			}
		}
		outside := func(offset int64) {
			t.Helper()
			if _, err := p.Read(t.Context(), offset); !errors.Is(err, signals.ErrOutOfRange) {
				t.Fatalf("read at %d: %v, want ErrOutOfRange", offset, err)
			}
		}
		expect(0, 0)
		outside(1)
		for i := range 10 {
			put(t, cl, &kgo.Record{Topic: topic, Value: fmt.Appendf(nil, "%d", i)})
		}
		expect(0, 10)
		deleteRecords(t, cl, topic, 0, 4)
		expect(4, 10)
		outside(0)
		outside(3)
		outside(11)
		if r := readTo(t, p, 4, 10); len(r) != 6 || string(r[0].Value) != "4" {
			t.Fatalf("read %d records above the log's start, the first %q", len(r), r[0].Value)
		}
		// Deleted and created again while it is being read: not a silent wait.
		deleteTopic(t, cl, topic)
		create(t, client)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for {
			_, err := p.Read(ctx, 10)
			if errors.Is(err, signals.ErrOutOfRange) {
				break
			}
			if err != nil {
				t.Fatalf("read of the new topic: %v", err)
			}
		}
		expect(0, 0)
	})
}

// create the topic again; its deletion takes a while.
func create(t testing.TB, client *Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		res, err := client.client.CreateTopics(ctx, &kafkago.CreateTopicsRequest{
			Topics: []kafkago.TopicConfig{client.topicConfig(client.config.Topic, 1)}})
		if err == nil && res.Errors[client.config.Topic] == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("create the topic again: %v %v", err, res)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func TestTransactions(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		topic := client.config.Topic
		a := c.franz(t, kgo.TransactionalID(client.config.Group+"a"))
		b := c.franz(t, kgo.TransactionalID(client.config.Group+"b"), kgo.ProducerBatchCompression(kgo.ZstdCompression()))
		plain := c.franz(t)
		write := func(cl *kgo.Client, value string) {
			t.Helper()
			put(t, cl, &kgo.Record{Topic: topic, Key: []byte("acme"), Value: []byte(value)})
		}
		begin := func(cl *kgo.Client) {
			t.Helper()
			if err := cl.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
		}
		end := func(cl *kgo.Client, how kgo.TransactionEndTry) {
			t.Helper()
			if err := cl.EndTransaction(t.Context(), how); err != nil {
				t.Fatal(err)
			}
		}
		write(plain, "plain 1")
		begin(a)
		begin(b)
		write(a, "a committed")
		write(b, "b aborted")
		write(plain, "plain 2")
		end(a, kgo.TryCommit)
		write(b, "b aborted")
		end(b, kgo.TryAbort)
		begin(a)
		write(a, "a aborted")
		write(a, "a aborted")
		end(a, kgo.TryAbort)
		begin(b)
		write(b, "b committed")
		end(b, kgo.TryCommit)
		write(plain, "plain 3")
		begin(a)
		write(a, "a open")
		write(plain, "behind an open transaction")

		p := client.Partition(0)
		defer p.Close()
		want := []string{"plain 1", "a committed", "b aborted", "plain 2", "b aborted", "a aborted", "a aborted", "b committed", "plain 3"}
		stable := int64(len(want) + 4) // with the markers, which real brokers write a little later
		awaitEnd(t, p, stable)
		check := func(got []signals.Record, want []string) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("%d records, want %d", len(got), len(want))
			}
			for i := range got {
				taken := bytes.HasSuffix(got[i].Value, []byte("aborted"))
				if string(got[i].Value) != want[i] || (got[i].Flaw == signals.AbortedTransaction) != taken {
					t.Errorf("record %d: %q, flaw %q; want %q", i, got[i].Value, got[i].Flaw, want[i])
				}
			}
		}
		all := readTo(t, p, 0, stable)
		check(all, want)
		check(readTo(t, p, all[4].Offset, stable), want[4:]) // from inside of an aborted transaction
		end(a, kgo.TryCommit)
		awaitEnd(t, p, stable+3)
		check(readTo(t, p, stable, stable+3), []string{"a open", "behind an open transaction"})
	})
}

// awaitEnd waits until the readable end is where it must be.
func awaitEnd(t testing.TB, p *Partition, want int64) {
	t.Helper()
	for {
		_, end, err := p.Bounds(t.Context())
		if err != nil || end > want {
			t.Fatalf("the readable end is %d, %v; want %d", end, err, want)
		}
		if end == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestAppendIsReadBack(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Partitions = 3 })
		p := client.Partition(2)
		defer p.Close()
		tick := signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano(), Owner: "test"}
		if err := p.Append(t.Context(), tick); err != nil {
			t.Fatal(err)
		}
		r := readTo(t, p, 0, 1)
		got, is, bad := decode.Control(&r[0])
		if !is || bad != nil || got != tick {
			t.Errorf("read back %+v, %v, %v; want %+v", got, is, bad, tick)
		}
		if age := time.Since(time.Unix(0, r[0].Time)); age < -time.Minute || age > time.Minute {
			t.Errorf("the record is %s old", age)
		}
	})
}

func TestBrokerGoesAndComesBack(t *testing.T) {
	realCluster(t) // where there is none, there is none to start either
	own := parts.Start(t, t.TempDir(), "256m")
	services := func(verb string) {
		if err := own.Do(verb); err != nil {
			t.Fatal(err)
		}
	}
	client := (&cluster{name: "own", brokers: []string{own.Brokers}}).open(t, nil)
	p := client.Partition(0)
	defer p.Close()
	appendTick := func() error {
		return p.Append(t.Context(), signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()})
	}
	if err := appendTick(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	services("stop-kafka")
	appended := make(chan error, 1)
	go func() {
		appended <- client.Partition(0).Append(t.Context(), signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()})
	}()
	for client.Trouble() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	services("start-kafka")
	if r := readTo(t, p, 1, 2); len(r) != 1 {
		t.Errorf("%d records after the broker came back", len(r))
	}
	if err := <-appended; err != nil {
		t.Errorf("append while the broker was away: %v", err)
	}
}

func TestLeaderMoves(t *testing.T) {
	t.Parallel()
	fake, err := kfake.NewCluster(kfake.NumBrokers(3))
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	c := &cluster{brokers: fake.ListenAddrs(), fake: fake}
	client := c.open(t, nil)
	p := client.Partition(0)
	defer p.Close()
	for i := range int64(3) {
		if err := fake.MoveTopicPartition(client.config.Topic, 0, int32(i)); err != nil {
			t.Fatal(err)
		}
		if err := p.Append(t.Context(), signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()}); err != nil {
			t.Fatal(err)
		}
		if r := readTo(t, p, i, i+1); len(r) != 1 {
			t.Fatalf("%d records at %d", len(r), i)
		}
	}
}
