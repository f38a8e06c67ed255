package kafka

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// cluster is a broker for a test: the embedded one, or a real Kafka.
type cluster struct {
	name    string
	brokers []string
	fake    *kfake.Cluster // nil: a real one
}

// onEach runs a test on the embedded broker and on the real one.
func onEach(t *testing.T, test func(t *testing.T, c *cluster)) {
	t.Run("embedded", func(t *testing.T) { test(t, embedded(t)) })
	t.Run("real", func(t *testing.T) { test(t, realCluster(t)) })
}

func embedded(t testing.TB) *cluster {
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.GroupMinSessionTimeout(time.Second),
		kfake.BrokerConfigs(map[string]string{"group.initial.rebalance.delay.ms": "50", "message.max.bytes": "16777216"}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	return &cluster{name: "embedded", brokers: fake.ListenAddrs(), fake: fake}
}

func realCluster(t testing.TB) *cluster {
	brokers := os.Getenv("KAFKA_BROKERS")
	if brokers == "" {
		if os.Getenv("CI") == "true" && os.Getenv("FIRSTSIGN_NO_KAFKA") == "" {
			t.Fatal("CI has no Kafka: run the tests with deploy/services run")
		}
		t.Skip("KAFKA_BROKERS is not set; deploy/services run -- go test ... starts a Kafka")
	}
	return &cluster{name: "real", brokers: strings.Split(brokers, ",")}
}

var topicNumber atomic.Int64

// config with topics of its own.
func (c *cluster) config() Config {
	config := DefaultConfig()
	config.Brokers = c.brokers
	unique := fmt.Sprintf("t%d-%d", time.Now().UnixNano(), topicNumber.Add(1))
	config.Topic, config.DeadLetters, config.Alerts = unique+".interactions", unique+".dead", unique+".alerts"
	config.Group = unique
	config.SessionTimeout = 3 * time.Second
	return config
}

// open a client with its topics created.
func (c *cluster) open(t testing.TB, change func(*Config)) *Client {
	t.Helper()
	config := c.config()
	if change != nil {
		change(&config)
	}
	client := open(t, config)
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client
}

func open(t testing.TB, config Config) *Client {
	t.Helper()
	client, err := Open(config, slog.New(slog.NewTextHandler(&testWriter{t: t}, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// testWriter logs to the test; what comes after its end is dropped.
type testWriter struct {
	t    testing.TB
	once sync.Once
	mu   sync.Mutex
	over bool
}

func (w *testWriter) Write(b []byte) (int, error) {
	w.once.Do(func() {
		w.t.Cleanup(func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.over = true
		})
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		w.t.Log(string(bytes.TrimRight(b, "\n")))
	}
	return len(b), nil
}

// franz is a client that shares no code with ours.
func (c *cluster) franz(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(c.brokers...), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(50 * time.Millisecond)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

func put(t testing.TB, cl *kgo.Client, records ...*kgo.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// size of a topic on the broker's disk, in bytes.
func (c *cluster) size(t testing.TB, topic string) int {
	t.Helper()
	req := kmsg.NewDescribeLogDirsRequest()
	one := kmsg.NewDescribeLogDirsRequestTopic()
	one.Topic, one.Partitions = topic, []int32{0}
	req.Topics = append(req.Topics, one)
	res, err := req.RequestWith(t.Context(), c.franz(t))
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, dir := range res.Dirs {
		for _, topic := range dir.Topics {
			for _, p := range topic.Partitions {
				size += int(p.Size)
			}
		}
	}
	return size
}

// deleteRecords moves the log's start, as retention does.
func deleteRecords(t testing.TB, cl *kgo.Client, topic string, partition int32, before int64) {
	t.Helper()
	req := kmsg.NewDeleteRecordsRequest()
	req.TimeoutMillis = 5000
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewDeleteRecordsRequestTopicPartition()
	rp.Partition, rp.Offset = partition, before
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	res, err := req.RequestWith(t.Context(), cl)
	if err != nil || res.Topics[0].Partitions[0].ErrorCode != 0 {
		t.Fatalf("delete records: %v %+v", err, res)
	}
}

func deleteTopic(t testing.TB, cl *kgo.Client, topic string) {
	t.Helper()
	req := kmsg.NewDeleteTopicsRequest()
	req.TimeoutMillis = 5000
	req.TopicNames = []string{topic}
	rt := kmsg.NewDeleteTopicsRequestTopic()
	rt.Topic = &topic
	req.Topics = append(req.Topics, rt)
	if _, err := req.RequestWith(t.Context(), cl); err != nil {
		t.Fatal(err)
	}
}
