package kafka

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/signals"
)

func TestDeadLettersAndReplay(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Partitions = 3 })
		source := client.Partition(2)
		defer source.Close()
		letter := func(offset int64, reason signals.Reason, key string, value []byte, headers ...signals.Header) signals.Rejected {
			return signals.Rejected{
				Record: signals.Record{Offset: offset, Time: 1700000000e9, Key: []byte(key), Value: value, Headers: headers},
				Reject: &signals.Reject{Reason: reason, Detail: "what was wrong: " + string(reason)},
			}
		}
		huge := bytes.Repeat([]byte("x"), 10<<20)
		ce := signals.Header{Key: "ce_id", Value: []byte("7")}
		old := signals.Header{Key: headerReason, Value: []byte("of an earlier time")}
		noKey := letter(13, signals.EmptyKey, "", []byte(`{"account":"acme"}`))
		noKey.Record.Key = nil
		rejected := []signals.Rejected{
			letter(10, signals.UnknownAccount, "acme", []byte(`{"one":1}`), ce, old),
			letter(11, signals.Oversized, "acme", huge),
			letter(12, signals.Malformed, "beta", []byte(`{`)),
			noKey,
		}
		if err := source.Reject(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := source.Reject(t.Context(), rejected); err != nil {
			t.Fatal(err)
		}
		var letters []DeadLetter
		read := func() {
			letters = nil
			err := client.DeadLetters(t.Context(), func(l *DeadLetter) error {
				own := *l
				own.Record = l.Record.Clone()
				letters = append(letters, own)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		read()
		if len(letters) != len(rejected) {
			t.Fatalf("%d letters, want %d", len(letters), len(rejected))
		}
		for i, l := range letters {
			want := rejected[i]
			cut := want.Reject.Reason == signals.Oversized
			if l.Reason != want.Reject.Reason || l.Detail != want.Reject.Detail || l.Topic != client.config.Topic || l.Partition != 2 ||
				l.Record.Offset != want.Record.Offset || l.Record.Time != want.Record.Time || !same(l.Record.Key, want.Record.Key) || l.Cut != cut {
				t.Errorf("letter %d: %+v", i, l)
			}
			if !cut && !same(l.Record.Value, want.Record.Value) || cut && len(l.Record.Value) != keepValue {
				t.Errorf("letter %d holds %d bytes of %d", i, len(l.Record.Value), len(want.Record.Value))
			}
		}
		if h := letters[0].Record.Headers; len(h) != 1 || h[0].Key != "ce_id" || string(h[0].Value) != "7" {
			t.Errorf("the record's own headers are %+v", h)
		}

		replay := func(o ReplayOptions) string {
			t.Helper()
			counts, err := client.Replay(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			var s []string
			for _, r := range signals.Reasons {
				if n, ok := counts[r]; ok {
					s = append(s, fmt.Sprintf("%s %d/%d/%d", r, n.Replayed, n.Before, n.Cut))
				}
			}
			return strings.Join(s, ", ")
		}
		putBack := func() string {
			t.Helper()
			var s []string
			err := client.PutBack(t.Context(), func(partition int, offset int64) { s = append(s, fmt.Sprintf("%d@%d", partition, offset)) })
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(s, " ")
		}
		account := func(l *DeadLetter) []byte {
			if l.Reason == signals.EmptyKey {
				return []byte("acme")
			}
			return nil
		}
		all := "oversized 0/0/1, malformed 1/0/0, empty_key 1/0/0, unknown_account 1/0/0"
		for _, step := range []struct {
			what string
			o    ReplayOptions
			want string
			// twice are the offsets of records that are in the topic twice by then.
			twice string
		}{
			{"dry run", ReplayOptions{DryRun: true}, all, ""},
			{"dry run again", ReplayOptions{DryRun: true}, all, ""},
			{"one reason", ReplayOptions{Reason: signals.UnknownAccount}, "unknown_account 1/0/0", "2@10"},
			{"the same again", ReplayOptions{Reason: signals.UnknownAccount}, "unknown_account 0/1/0", "2@10"},
			{"the rest", ReplayOptions{Key: account}, "oversized 0/0/1, malformed 1/0/0, empty_key 1/0/0, unknown_account 0/1/0", "2@10 2@12 2@13"},
			{"nothing left", ReplayOptions{}, "oversized 0/0/1, malformed 0/1/0, empty_key 0/1/0, unknown_account 0/1/0", "2@10 2@12 2@13"},
		} {
			if got := replay(step.o); got != step.want {
				t.Errorf("%s: %s\nwant %s", step.what, got, step.want)
			}
			if got := putBack(); got != step.twice {
				t.Errorf("%s: %s are in the topic twice, want %s", step.what, got, step.twice)
			}
		}
		if err := source.Reject(t.Context(), rejected[:1]); err != nil {
			t.Fatal(err)
		}
		if got := replay(ReplayOptions{Reason: signals.UnknownAccount}); got != "unknown_account 1/1/0" {
			t.Errorf("a new letter: %s", got)
		}

		newest, err := client.NewestDeadLetters(t.Context(), 100)
		if err != nil || len(newest.Letters) != 5 || newest.Older || newest.Kept < 5 {
			t.Fatalf("newest: %+v, %v", newest, err)
		}
		for _, l := range newest.Letters {
			if l.Record.Value != nil || l.Record.Offset < 10 || l.Topic != client.config.Topic || !l.Replayed && l.Reason != signals.UnknownAccount {
				t.Errorf("newest: %+v", l)
			}
		}
		if few, err := client.NewestDeadLetters(t.Context(), 2); err != nil || !few.Older || len(few.Letters) > 2 || few.Kept != newest.Kept {
			t.Errorf("the newest two: %+v, %v", few, err)
		}

		var back []string
		for id := range 3 {
			p := client.Partition(id)
			_, end, err := p.Bounds(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range readTo(t, p, 0, end) {
				back = append(back, fmt.Sprintf("%s=%s %d", r.Key, r.Value, len(r.Headers)))
				if want := signals.PartitionOf(r.Key, 3); want != id {
					t.Errorf("%s is in partition %d, want %d", r.Key, id, want)
				}
			}
			p.Close()
		}
		want := map[string]int{`acme={"one":1} 1`: 2, `beta={ 0`: 1, `acme={"account":"acme"} 0`: 1}
		for _, b := range back {
			want[b]--
		}
		for b, n := range want {
			if n != 0 {
				t.Errorf("%q came back %d times too few", b, n)
			}
		}
	})
}

func TestDeadLettersOfATopicThatTakesLittle(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		config := c.config()
		client := open(t, config)
		topic := client.topicConfig(config.DeadLetters, 1)
		topic.ConfigEntries = append(topic.ConfigEntries, kafkago.ConfigEntry{ConfigName: "max.message.bytes", ConfigValue: "100000"})
		if _, err := client.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{topic}}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		var rejected []signals.Rejected
		for _, size := range []int{10, 200_000, 60_000, 70_000} {
			rejected = append(rejected, signals.Rejected{
				Record: signals.Record{Value: noise(size)}, Reject: &signals.Reject{Reason: signals.Malformed}})
		}
		p := client.Partition(0)
		defer p.Close()
		if err := p.Reject(t.Context(), rejected); err != nil {
			t.Fatal(err)
		}
		cut := 0
		err := client.DeadLetters(t.Context(), func(l *DeadLetter) error {
			if l.Cut {
				cut++
			}
			return nil
		})
		if err != nil || cut != 3 {
			t.Errorf("%d letters were cut, %v", cut, err)
		}
	})
}

// Who only reads is told that a topic is not there, and does not make it.
func TestFind(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		config := c.config()
		for range 2 {
			client := open(t, config)
			if _, err := client.Find(t.Context()); !errors.Is(err, ErrNoTopic) {
				t.Fatalf("%v, want %v", err, ErrNoTopic)
			}
			if err := client.PutBack(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		client := c.open(t, func(c *Config) { c.Partitions = 3 })
		if id, err := client.Find(t.Context()); err != nil || id.Partitions != 3 || id.Topic != client.config.Topic {
			t.Errorf("%+v, %v", id, err)
		}
	})
}
