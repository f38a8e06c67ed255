package kafka

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/mapping"
)

// tuned are mappings that can be changed.
type tuned struct{ now atomic.Pointer[mapping.Set] }

func (t *tuned) Topics() []string { return t.now.Load().Topics() }
func (t *tuned) Mapper() Mapper   { return mapperOf{t} }

type mapperOf struct{ of *tuned }

func (m mapperOf) Map(of mapping.Origin, r *signals.Record) []mapping.Result {
	return m.of.now.Load().Mapper(nil).Map(of, r)
}

func (m mapperOf) Prepare(ctx context.Context, of mapping.Origin, r *signals.Record) error {
	return m.of.now.Load().Mapper(nil).Prepare(ctx, of, r)
}

// calls of a topic: {"who":"a1"}; one about nobody is unmappable, and one about
// "none" passed over.
func calls(topic string) mapping.Config {
	return mapping.Config{Name: topic, Topic: topic, Account: "msg.who", Signal: `"call"`, When: `!has(msg.who) || msg.who != "none"`}
}

func (t *tuned) use(tb testing.TB, configs ...mapping.Config) {
	tb.Helper()
	set, faults := mapping.Compile(configs, time.UTC)
	if faults != nil {
		tb.Fatal(faults)
	}
	t.now.Store(set)
}

// sourceTopic creates a topic of another system.
func sourceTopic(t testing.TB, c *Client, name string, partitions int) {
	t.Helper()
	other := c.reaching([]string{name}, c.stalls)
	defer other.Close()
	created, err := other.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{
		Topics: []kafkago.TopicConfig{{Topic: name, NumPartitions: partitions, ReplicationFactor: 1}}})
	if err == nil {
		err = created.Errors[name]
	}
	if err != nil {
		t.Fatal(err)
	}
}

// started runs what reads mapped topics; the returned function ends it.
func started(t testing.TB, c *Client, m Mappings) (f *MappedTopics, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f = &MappedTopics{Client: c, Mappings: m}
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	ended := false
	end = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	t.Cleanup(end)
	return f, end
}

// written are the records of the topic of interactions: how often each id is
// there. All must be on the partition of their account.
func written(t testing.TB, c *Client) map[string]int {
	t.Helper()
	ids := map[string]int{}
	id, err := c.Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var d decode.Decoder
	var in signals.Interaction
	for n := range id.Partitions {
		p := c.Partition(n)
		start, end, err := p.Bounds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range readTo(t, p, start, end) {
			if reject := d.Decode(&r, &in); reject != nil {
				t.Fatalf("%s: %v", r.Value, reject)
			}
			if want := signals.PartitionOf(in.Account, id.Partitions); want != n {
				t.Fatalf("%s is on partition %d, not %d", r.Value, n, want)
			}
			ids[string(in.ID)]++
		}
		p.Close()
	}
	return ids
}

func TestTopicsAreMapped(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Partitions = 3 })
		cdr, crm := client.config.Group+".cdr", client.config.Group+".crm"
		sourceTopic(t, client, cdr, 2)
		franz := c.franz(t)
		var m tuned
		m.use(t, calls(cdr), calls(crm))
		f, end := started(t, client, &m)

		for i := range 300 {
			who := fmt.Sprintf(`{"who":"a%d"}`, i)
			switch i % 100 {
			case 7:
				who = `{"who":"none"}`
			case 8:
				who = `{}`
			}
			put(t, franz, &kgo.Record{Topic: cdr, Partition: int32(i % 2), Value: []byte(who), Headers: []kgo.RecordHeader{{Key: "tenant", Value: []byte("north")}}})
		}
		await(t, "what is there to be mapped", func() bool { return len(written(t, client)) == 294 })
		await(t, "the other topic to be missed", func() bool {
			parts, ready := f.Ready()
			return ready && parts["mappings"] == "ready, and waits for topics that do not exist or may not be read: "+crm
		})
		if n := testutil.ToFloat64(client.metrics.mappedMissing); n != 1 {
			t.Errorf("%v topics are missing", n)
		}
		var letters []string
		collect := func() int {
			letters = nil
			if err := client.DeadLetters(t.Context(), func(l *DeadLetter) error {
				letters = append(letters, fmt.Sprintf("%s %s/%d/%d %s %s: %s", l.Reason, strings.TrimPrefix(l.Topic, client.config.Group), l.Partition, l.Record.Offset, l.Record.Headers[0].Value, l.Mapping, l.Detail))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return len(letters)
		}
		await(t, "the letters", func() bool { return collect() == 3 })
		slices.Sort(letters)
		for i, offset := range []int{104, 4, 54} {
			if want := fmt.Sprintf("unmappable .cdr/0/%d north %s: mapping %[2]s: account: no such key: who", offset, cdr); letters[i] != want {
				t.Errorf("letter %q, want %q", letters[i], want)
			}
		}

		sourceTopic(t, client, crm, 1)
		put(t, franz, &kgo.Record{Topic: crm, Value: []byte(`{"who":"later"}`)})
		await(t, "the topic that came later", func() bool { return written(t, client)[crm+"/0/0"] == 1 })
		await(t, "nothing to be missed", func() bool { parts, _ := f.Ready(); return parts["mappings"] == "ready" })
		end()

		// Whoever comes next goes on behind it.
		put(t, franz, &kgo.Record{Topic: cdr, Partition: 1, Value: []byte(`{"who":"next"}`)})
		_, end = started(t, client, &m)
		await(t, "the next", func() bool { return written(t, client)[cdr+"/1/150"] == 1 })
		end()
		if all := written(t, client); len(all) != 296 || !maps.Equal(all, once(all)) {
			t.Errorf("%d records, some twice: %v", len(all), all)
		}
		m2 := client.metrics
		if mapped, passed, bad, lag := testutil.ToFloat64(m2.mapped), testutil.ToFloat64(m2.passed), testutil.ToFloat64(m2.unmappable), testutil.ToFloat64(m2.mappedLag); mapped != 296 || passed != 3 || bad != 3 || lag != 0 {
			t.Errorf("counted %v, %v and %v, lag %v", mapped, passed, bad, lag)
		}
	})
}

// once is each of some ids, once.
func once(ids map[string]int) map[string]int {
	all := maps.Clone(ids)
	for id := range all {
		all[id] = 1
	}
	return all
}

// A crash between writing and committing: everything is written again, under
// the same ids, and nothing is left out.
func TestMappedRecordsThatWereNotCommitted(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	topic := client.config.Group + ".cdr"
	sourceTopic(t, client, topic, 1)
	franz := c.franz(t)
	for i := range 50 {
		put(t, franz, &kgo.Record{Topic: topic, Value: fmt.Appendf(nil, `{"who":"a%d"}`, i)})
	}
	var refusing atomic.Bool
	var refused atomic.Int32
	refusing.Store(true)
	c.fake.ControlKey(int16(kmsg.OffsetCommit), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.fake.KeepControl()
		if !refusing.Load() {
			return nil, nil, false
		}
		refused.Add(1)
		res := req.ResponseKind().(*kmsg.OffsetCommitResponse)
		for _, asked := range req.(*kmsg.OffsetCommitRequest).Topics {
			rt := kmsg.NewOffsetCommitResponseTopic()
			rt.Topic = asked.Topic
			for _, p := range asked.Partitions {
				rp := kmsg.NewOffsetCommitResponseTopicPartition()
				rp.Partition, rp.ErrorCode = p.Partition, int16(kafkago.InvalidCommitOffsetSize)
				rt.Partitions = append(rt.Partitions, rp)
			}
			res.Topics = append(res.Topics, rt)
		}
		return res, nil, true
	})
	var m tuned
	m.use(t, calls(topic))
	_, end := started(t, client, &m)
	await(t, "all to be mapped and not committed", func() bool { return len(written(t, client)) == 50 && refused.Load() > 0 })
	end()
	refusing.Store(false)
	_, end = started(t, client, &m)
	await(t, "all to be mapped again", func() bool {
		all := written(t, client)
		return len(all) == 50 && !slices.ContainsFunc(slices.Collect(maps.Values(all)), func(n int) bool { return n != 2 })
	})
	end()
}

// What the topic does not take at the moment is written later.
func TestMappedRecordsOutliveARefusedWrite(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	topic := client.config.Group + ".cdr"
	sourceTopic(t, client, topic, 1)
	put(t, c.franz(t), &kgo.Record{Topic: topic, Value: []byte(`{"who":"a"}`)}, &kgo.Record{Topic: topic, Value: []byte(`{"who":"b"}`)})
	var refused atomic.Int32
	c.fake.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.fake.KeepControl()
		if refused.Load() == 3 {
			return nil, nil, false
		}
		refused.Add(1)
		res := req.ResponseKind().(*kmsg.ProduceResponse)
		for _, asked := range req.(*kmsg.ProduceRequest).Topics {
			rt := kmsg.NewProduceResponseTopic()
			rt.Topic = asked.Topic
			for _, p := range asked.Partitions {
				rp := kmsg.NewProduceResponseTopicPartition()
				rp.Partition, rp.ErrorCode = p.Partition, int16(kafkago.PolicyViolation)
				rt.Partitions = append(rt.Partitions, rp)
			}
			res.Topics = append(res.Topics, rt)
		}
		return res, nil, true
	})
	var m tuned
	m.use(t, calls(topic))
	_, end := started(t, client, &m)
	await(t, "both to be written in the end", func() bool { return len(written(t, client)) == 2 })
	end()
}

func TestMappedRecordsThatAreGone(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, nil)
		topic := client.config.Group + ".cdr"
		sourceTopic(t, client, topic, 1)
		franz := c.franz(t)
		var m tuned
		m.use(t, calls(topic))
		put(t, franz, &kgo.Record{Topic: topic, Value: []byte(`{"who":"a"}`)})
		_, end := started(t, client, &m)
		await(t, "the first", func() bool { return len(written(t, client)) == 1 })
		end()
		for range 9 {
			put(t, franz, &kgo.Record{Topic: topic, Value: []byte(`{"who":"b"}`)})
		}
		deleteRecords(t, franz, topic, 0, 6)
		_, end = started(t, client, &m)
		await(t, "those that are left", func() bool { return written(t, client)[topic+"/0/9"] == 1 })
		end()
		if lost, all := testutil.ToFloat64(client.metrics.mappedLost), written(t, client); lost != 5 || len(all) != 5 {
			t.Errorf("%v lost, want 5; %d records, want 5", lost, len(all))
		}
	})
}

// A group that cannot be joined is told of, and waited for.
func TestMappingGroupThatCannotBeJoined(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	topic := client.config.Group + ".cdr"
	sourceTopic(t, client, topic, 1)
	put(t, c.franz(t), &kgo.Record{Topic: topic, Value: []byte(`{"who":"a"}`)})
	var refusing atomic.Bool
	refusing.Store(true)
	c.fake.ControlKey(int16(kmsg.JoinGroup), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.fake.KeepControl()
		if !refusing.Load() {
			return nil, nil, false
		}
		res := req.ResponseKind().(*kmsg.JoinGroupResponse)
		res.ErrorCode = int16(kafkago.GroupAuthorizationFailed)
		return res, nil, true
	})
	var m tuned
	m.use(t, calls(topic))
	f, end := started(t, client, &m)
	await(t, "the reason", func() bool {
		parts, ready := f.Ready()
		return ready && strings.HasPrefix(parts["mappings"], "ready, and waits for its group: ") && strings.Contains(parts["mappings"], "Group Authorization Failed")
	})
	refusing.Store(false)
	await(t, "the record", func() bool { return len(written(t, client)) == 1 })
	if parts, _ := f.Ready(); parts["mappings"] != "ready" {
		t.Errorf("it says %v", parts)
	}
	end()
}

// A reload takes mappings into use and out of it, and topics with them.
func TestMappingsChange(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	one, two := client.config.Group+".one", client.config.Group+".two"
	sourceTopic(t, client, one, 1)
	sourceTopic(t, client, two, 1)
	franz := c.franz(t)
	var m tuned
	f, end := started(t, client, &m)
	if parts, ready := f.Ready(); len(parts) != 0 || !ready {
		t.Errorf("without a mapping it says %v", parts)
	}
	m.use(t, calls(one))
	put(t, franz, &kgo.Record{Topic: one, Value: []byte(`{"who":"a"}`)})
	await(t, "the first topic", func() bool { return written(t, client)[one+"/0/0"] == 1 })
	again := calls(one)
	again.ID = `"id-" + msg.who`
	m.use(t, again)
	put(t, franz, &kgo.Record{Topic: one, Value: []byte(`{"who":"b"}`)})
	await(t, "the new mapping", func() bool { return written(t, client)["id-b"] == 1 })
	m.use(t, calls(two))
	put(t, franz, &kgo.Record{Topic: two, Value: []byte(`{"who":"c"}`)})
	await(t, "the second topic", func() bool { return written(t, client)[two+"/0/0"] == 1 })
	end()
	if all := written(t, client); len(all) != 3 || !maps.Equal(all, once(all)) {
		t.Errorf("got %v", all)
	}
}

// Mended, a mapping makes interactions of what it refused; nothing goes back to
// where it came from.
func TestReplayMapsAnew(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	p := client.reaching([]string{"cdr"}, client.stalls).partition("cdr", 1)
	letter := func(offset int64, value string) signals.Rejected {
		return signals.Rejected{Record: signals.Record{Offset: offset, Time: 1700000000e9, Value: []byte(value)},
			Reject: &signals.Reject{Reason: signals.Unmappable, Detail: "at first"}, Mapping: "cdr"}
	}
	if err := p.Reject(t.Context(), []signals.Rejected{letter(1, `{"customer":"a"}`), letter(2, `{"customer":5,"who":"none"}`), letter(3, `{}`)}); err != nil {
		t.Fatal(err)
	}
	replay := func(set *mapping.Set, dry bool) string {
		t.Helper()
		o := ReplayOptions{DryRun: dry}
		if set != nil {
			o.Map = func(l *DeadLetter) []mapping.Result {
				return set.Mapper(nil).Map(mapping.Origin{Topic: l.Topic, Partition: l.Partition, Mapping: l.Mapping}, &l.Record)
			}
		}
		counts, err := client.Replay(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		n := counts[signals.Unmappable]
		return fmt.Sprintf("%d back, %d passed, %d refused, %d before", n.Replayed, n.Passed, n.Refused, n.Before)
	}
	mended := calls("cdr")
	mended.Account = "msg.customer"
	set, faults := mapping.Compile([]mapping.Config{mended}, time.UTC)
	if faults != nil {
		t.Fatal(faults)
	}
	for _, step := range []struct {
		what string
		set  *mapping.Set
		dry  bool
		want string
	}{
		{"no mappings", nil, false, "0 back, 0 passed, 0 refused, 0 before"},
		{"dry run", set, true, "1 back, 1 passed, 1 refused, 0 before"},
		{"replay", set, false, "1 back, 1 passed, 1 refused, 0 before"},
		{"again", set, false, "0 back, 0 passed, 1 refused, 3 before"},
	} {
		if got := replay(step.set, step.dry); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
	}
	if all := written(t, client); len(all) != 1 || all["cdr/1/1"] != 1 {
		t.Errorf("in the topic: %v", all)
	}
}
