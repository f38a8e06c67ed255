package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// notebook is a Table that remembers.
type notebook struct {
	values  map[string]string
	puts    int
	settled chan string
}

func newNotebook() *notebook {
	return &notebook{values: map[string]string{}, settled: make(chan string, 100)}
}

func (l *notebook) Put(key, value []byte, _ int, _ int64) {
	l.puts++
	if value == nil {
		delete(l.values, string(key))
		return
	}
	l.values[string(key)] = string(value)
}

func (l *notebook) Clear() { clear(l.values) }

func (l *notebook) Settled() { l.settled <- l.String() }

func (l *notebook) String() string {
	var s []string
	for _, k := range slices.Sorted(maps.Keys(l.values)) {
		s = append(s, k+"="+l.values[k])
	}
	return strings.Join(s, " ")
}

// next is what the table held when it settled.
func (l *notebook) next(t *testing.T) string {
	t.Helper()
	select {
	case s := <-l.settled:
		return s
	case <-time.After(30 * time.Second):
		t.Fatal("the table does not settle")
		return ""
	}
}

func table(values ...string) map[string][]byte {
	m := map[string][]byte{}
	for _, v := range values {
		key, value, ok := strings.Cut(v, "=")
		if m[key] = nil; ok {
			m[key] = []byte(value)
		}
	}
	return m
}

func TestTable(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Accounts = c.Topic + ".table" })
		write := func(values ...string) {
			t.Helper()
			if err := client.WriteTable(t.Context(), table(values...)); err != nil {
				t.Fatal(err)
			}
		}
		now := newNotebook()
		if err := client.ReadTable(t.Context(), now); err != nil || now.next(t) != "" {
			t.Fatalf("an empty topic gives %v, %v", now, err)
		}
		write("acme=1", "beta=1")
		write("acme=2", "gone=1")
		write("gone")

		followed := newNotebook()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- client.Follow(ctx, followed) }()
		if got := followed.next(t); got != "acme=2 beta=1" || followed.puts < 5 {
			t.Errorf("at first it is %q", got)
		}
		write("beta=2", "new=1")
		for want := "acme=2 beta=2 new=1"; ; {
			if got := followed.next(t); got == want {
				break
			}
		}
		write("acme")
		if got := followed.next(t); got != "beta=2 new=1" {
			t.Errorf("after a removal it is %q", got)
		}
		if err := client.ReadTable(t.Context(), now); err != nil || now.next(t) != "beta=2 new=1" {
			t.Errorf("read again it is %v, %v", now, err)
		}
		// Made anew, it is another one: nobody of the old is known.
		if err := client.RemoveTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := client.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		write("other=1")
		for got := ""; got != "other=1"; got = followed.next(t) {
			if strings.Contains(got, "other") {
				t.Fatalf("made anew it is %q", got)
			}
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("follow ended with %v", err)
		}
	})
}

// A table may have several partitions, as its producer has made it.
func TestTableOfSeveralPartitions(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		config := c.config()
		config.Accounts = config.Topic + ".table"
		client := open(t, config)
		topic := client.topicConfig(config.Accounts, 3)
		topic.ConfigEntries = []kafkago.ConfigEntry{{ConfigName: cleanup, ConfigValue: compact}}
		if _, err := client.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{topic}}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		var all []string
		for i := range 50 {
			all = append(all, fmt.Sprintf("account-%02d=%s", i, strings.Repeat("x", 30_000)))
		}
		if err := client.WriteTable(t.Context(), table(all...)); err != nil {
			t.Fatal(err)
		}
		now := newNotebook()
		if err := client.ReadTable(t.Context(), now); err != nil || now.next(t) != strings.Join(all, " ") {
			t.Errorf("%d of 50 keys, %v", len(now.values), err)
		}
		if len(now.settled) > 0 {
			t.Error("it settled before it was read")
		}
	})
}

// A log that forgets is no table.
func TestTableMustBeCompacted(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		config := c.config()
		config.Accounts = config.Topic + ".table"
		client := open(t, config)
		for _, policy := range []string{"delete", "compact,delete"} {
			topic := client.topicConfig(config.Accounts, 1)
			topic.ConfigEntries = []kafkago.ConfigEntry{{ConfigName: cleanup, ConfigValue: policy}}
			if _, err := client.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{topic}}); err != nil {
				t.Fatal(err)
			}
			if _, err := client.EnsureTopics(t.Context()); !errors.Is(err, ErrTopic) {
				t.Errorf("cleanup.policy=%s: %v", policy, err)
			}
			if err := client.RemoveTopics(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
