package kafka

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/signals"
)

// What is copied keeps its time, key, value and headers, however old and in whichever
// order; only a time that has not come is now.
func TestCopyKeepsTimes(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Partitions = 2 })
		producer, err := client.Producer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		now := time.Now().Truncate(time.Millisecond)
		ages := []time.Duration{300 * 24 * time.Hour, 0, 200 * 24 * time.Hour, 365 * 24 * time.Hour, -48 * time.Hour}
		for i, age := range ages {
			r := signals.Record{
				Time: now.Add(-age).UnixNano(), Key: []byte("acme"), Value: fmt.Appendf(nil, "%d %0600d", i, i),
				Headers: []signals.Header{{Key: "h", Value: []byte{byte(i)}}},
			}
			if err := producer.Copy(1, &r); err != nil {
				t.Fatal(err)
			}
		}
		if err := producer.Flush(); err != nil {
			t.Fatal(err)
		}
		p := client.Partition(1)
		defer p.Close()
		batch, err := p.Read(t.Context(), 0)
		if err != nil || len(batch.Records) != len(ages) {
			t.Fatalf("%d records, %v", len(batch.Records), err)
		}
		for i, r := range batch.Records {
			if string(r.Key) != "acme" || string(r.Value) != fmt.Sprintf("%d %0600d", i, i) || r.Header("h")[0] != byte(i) {
				t.Errorf("record %d is %+v", i, r)
			}
			if want := now.Add(-ages[i]).UnixNano(); ages[i] >= 0 && r.Time != want || r.Time > time.Now().UnixNano() {
				t.Errorf("record %d has the time %s", i, time.Unix(0, r.Time))
			}
		}
	})
}

func TestRunning(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		instances := func() int {
			n, err := client.Running(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := instances(); n != 0 {
			t.Errorf("%d instances before the first", n)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended, owned := make(chan error), make(chan bool)
		go func() {
			ended <- client.Group().Run(ctx, func(ctx context.Context, _ *Partition) error {
				owned <- true
				<-ctx.Done()
				return nil
			})
		}()
		<-owned
		if n := instances(); n != 1 {
			t.Errorf("%d instances while one runs", n)
		}
		stop()
		<-ended
		for end := time.Now().Add(20 * time.Second); instances() > 0; time.Sleep(100 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("it left, and is still there")
			}
		}
	})
}

func TestKeepsTimes(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		if err := c.open(t, nil).KeepsTimes(t.Context()); err != nil {
			t.Error(err)
		}
		config := c.config()
		client := open(t, config)
		topic := client.topicConfig(config.Topic, 1)
		topic.ConfigEntries = append(topic.ConfigEntries, kafkago.ConfigEntry{ConfigName: timestamps, ConfigValue: "LogAppendTime"})
		created, err := client.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{topic}})
		if err != nil || created.Errors[config.Topic] != nil {
			t.Fatal(err, created)
		}
		if _, err := client.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := client.KeepsTimes(t.Context()); !errors.Is(err, ErrTopic) {
			t.Errorf("a topic of the broker's time: %v", err)
		}
	})
}
