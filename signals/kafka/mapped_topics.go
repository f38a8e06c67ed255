package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/internal/backoff"
	"firstsign/internal/stall"
	"firstsign/signals"
	"firstsign/signals/mapping"
)

// MappedTopics reads topics of other systems in a group of its own, GROUP.mappings,
// and writes what mappings make of their records to the topic of interactions.
// An offset is committed when everything below it is written, the dead letters
// among it: a crash maps some records again, under the same ids.
type MappedTopics struct {
	Client   *Client
	Mappings Mappings

	stalls stall.Board // apart from the client's: the service is ready without mappings

	mu      sync.Mutex
	missing []string // topics that do not exist, or may not be read
	away    error    // why the group cannot be joined
	waits   error    // what a partition waits for before it can read records
}

// Mappings are those in force. They may change at any time; safe for concurrent
// use.
type Mappings interface {
	// Topics that are to be read, by name, without repeats; none stops reading.
	Topics() []string
	// Mapper returns one for a partition, used by one goroutine.
	Mapper() Mapper
}

// Mapper makes interactions of a record; see mapping.Mapper.
type Mapper interface {
	// Prepare makes sure that Map can read a record. The error means that a schema
	// registry does not answer: the record has to wait.
	Prepare(ctx context.Context, of mapping.Origin, r *signals.Record) error
	Map(of mapping.Origin, r *signals.Record) []mapping.Result
}

// mappingsGroupSuffix ends the name of the consumer group that reads mapped topics.
const mappingsGroupSuffix = ".mappings"

// Ready implements the page's Reporter: what is waited for keeps nothing else
// from its work.
func (f *MappedTopics) Ready() (parts map[string]string, ready bool) {
	if len(f.Mappings.Topics()) == 0 {
		return nil, true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	state := "ready"
	switch {
	case f.away != nil:
		state = "ready, and waits for its group: " + f.away.Error()
	case f.waits != nil:
		state = "ready, and a mapped topic waits: " + f.waits.Error()
	case len(f.missing) > 0:
		state = "ready, and waits for topics that do not exist or may not be read: " + strings.Join(f.missing, ", ")
	}
	return map[string]string{"mappings": state}, true
}

// Stalls returns what cannot be done at the moment.
func (f *MappedTopics) Stalls() map[stall.Reason]error { return f.stalls.Now() }

// Run reads until ctx ends. A topic that does not exist is waited for.
func (f *MappedTopics) Run(ctx context.Context) error {
	f.stalls.Beside = f.Client.stalls
	for ctx.Err() == nil {
		topics := f.Mappings.Topics()
		if len(topics) == 0 {
			backoff.Sleep(ctx, time.Second)
			continue
		}
		if err := f.topics(ctx, topics); err != nil {
			return err
		}
	}
	return nil
}

// topics reads some topics until others are wanted.
func (f *MappedTopics) topics(ctx context.Context, wanted []string) error {
	c := f.Client.reaching(wanted, &f.stalls)
	defer c.Close()
	defer f.miss(c, nil)
	for ctx.Err() == nil && slices.Equal(f.Mappings.Topics(), wanted) {
		var there []string
		err := c.retry(ctx, "ask which mapped topics exist", func(ctx context.Context) (err error) {
			there, err = c.existing(ctx, wanted)
			return err
		})
		if err != nil {
			return quiet(ctx, err)
		}
		f.miss(c, slices.DeleteFunc(slices.Clone(wanted), func(t string) bool { return slices.Contains(there, t) }))
		current, change := context.WithCancel(ctx)
		var watching sync.WaitGroup
		watching.Go(func() {
			defer change()
			f.watch(current, c, wanted, there)
		})
		if len(there) > 0 {
			err = f.read(current, c, there)
			change()
		}
		watching.Wait()
		if err != nil {
			return err
		}
	}
	return nil
}

// quiet makes the end that was asked for a success.
func quiet(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // that is what it is for
	}
	return err
}

// watch returns when other topics are wanted, or others are there.
func (f *MappedTopics) watch(ctx context.Context, c *Client, wanted, there []string) {
	for ctx.Err() == nil && slices.Equal(f.Mappings.Topics(), wanted) {
		var now []string
		err := within(ctx, requestTimeout, func(ctx context.Context) (err error) {
			now, err = c.existing(ctx, wanted)
			return err
		})
		if err == nil && !slices.Equal(now, there) {
			return
		}
		backoff.Sleep(ctx, time.Second)
	}
}

// existing topics among those that are wanted, by name. The others are left out
// of the group: a member asks in a way that creates what is not there, and one
// topic that may not be read would keep it from all.
func (c *Client) existing(ctx context.Context, wanted []string) (there []string, err error) {
	topics, _, err := c.metadata(ctx, wanted...)
	for _, t := range topics {
		if t.Error == nil {
			there = append(there, t.Name)
		}
	}
	slices.Sort(there)
	return there, err
}

// miss says which topics do not exist, once for each.
func (f *MappedTopics) miss(c *Client, missing []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range missing {
		if !slices.Contains(f.missing, t) {
			c.log.Warn("a mapped topic does not exist or may not be read; it is read as soon as it can be", "topic", t)
		}
	}
	f.missing = missing
	c.metrics.mappedMissing.Set(float64(len(missing)))
}

// read takes part in the group of some topics, which exist, until ctx ends.
func (f *MappedTopics) read(ctx context.Context, c *Client, topics []string) error {
	group := kafkago.ConsumerGroupConfig{ID: c.config.Group + mappingsGroupSuffix, Topics: topics, WatchPartitionChanges: true}
	defer f.joined(nil)
	return c.member(ctx, group, f.apart, func(over context.Context, gen *kafkago.Generation) {
		f.joined(nil)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(over, cancel)()
		c.log.Info("joined the consumer group", "group", group.ID, "generation", gen.ID, "topics", topics)
		var working sync.WaitGroup
		for topic, ours := range gen.Assignments {
			for _, a := range ours {
				l := &mappedPartition{Partition: c.partition(topic, a.ID), mapper: f.Mappings.Mapper(), at: a.Offset}
				l.waits = f.waitFor
				l.commit = func(next int64) error {
					return gen.CommitOffsets(map[string]map[int]int64{topic: {a.ID: next}})
				}
				working.Go(func() { l.run(ctx) })
			}
		}
		<-ctx.Done()
		working.Wait()
	})
}

// waitFor something before records can be read; nil: no more.
func (f *MappedTopics) waitFor(what error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = what
}

// apart from the group. Even for good: mappings come and go without a restart, and
// what is read otherwise goes on.
func (f *MappedTopics) apart(err *stall.Error) error {
	f.joined(err)
	return nil
}

// joined, or why not.
func (f *MappedTopics) joined(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// mappedPartition is one partition of a mapped topic.
type mappedPartition struct {
	*Partition
	mapper Mapper
	at     int64 // the first offset that is not committed; below 0 when there is none
	commit func(next int64) error
	waits  func(what error)
	lag    float64   // as the metric has it
	said   time.Time // that a record cannot be mapped
}

// run maps until ctx ends.
func (l *mappedPartition) run(ctx context.Context) {
	defer l.Close()
	defer l.behind(0)
	wait := newWait()
	for ctx.Err() == nil {
		at := l.at
		err := l.work(ctx)
		if ctx.Err() != nil {
			return
		}
		l.Close()
		l.client.log.Error("mapping of a partition failed, trying again", "topic", l.topic, "partition", l.ID, "err", err)
		if l.at > at {
			wait.Reset()
		}
		wait.Wait(ctx)
	}
}

// work maps batch after batch: each is written as a whole before it is committed.
func (l *mappedPartition) work(ctx context.Context) error {
	producer, err := l.client.Producer(ctx)
	if err != nil {
		return err
	}
	defer producer.Close()
	if err := l.place(ctx); err != nil {
		return err
	}
	for {
		batch, err := l.Read(ctx, l.at)
		if errors.Is(err, signals.ErrOutOfRange) {
			if err := l.place(ctx); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := l.batch(ctx, producer, &batch); err != nil {
			return err
		}
		if batch.Next > l.at {
			l.at = batch.Next
			if err := l.commit(l.at); err != nil {
				l.client.log.Info("the offset of a mapped topic was not committed; what was mapped may be mapped again", "topic", l.topic, "partition", l.ID, "err", err)
			}
		}
		l.behind(float64(max(batch.End-l.at, 0)))
	}
}

// place finds where to read: where the group has been, or at the log's start.
func (l *mappedPartition) place(ctx context.Context) error {
	start, end, err := l.Bounds(ctx)
	if err != nil {
		return err
	}
	switch {
	case l.at < 0:
	case l.at < start:
		l.client.metrics.mappedLost.Add(float64(start - l.at))
		l.client.log.Error("retention removed records before they were mapped", "topic", l.topic, "partition", l.ID, "records", start-l.at)
	case l.at > end:
		l.client.log.Warn("a mapped topic was made anew or lost its tail; it is read from its start", "topic", l.topic, "partition", l.ID, "offset", l.at, "end", end)
	default:
		return nil
	}
	l.at = start
	return nil
}

// batch writes what the mappings make of records.
func (l *mappedPartition) batch(ctx context.Context, producer *Producer, b *signals.Batch) error {
	var rejected []signals.Rejected
	var mapped, passed, empty int
	origin := mapping.Origin{Topic: l.topic, Partition: l.ID}
	for i := range b.Records { // before anything is written: the batch is tried again as a whole
		if err := l.mapper.Prepare(ctx, origin, &b.Records[i]); err != nil {
			l.waits(err)
			return err
		}
	}
	l.waits(nil)
	for i := range b.Records {
		r := &b.Records[i]
		for _, result := range l.mapper.Map(origin, r) {
			if len(result.Value) > keepValue {
				result.Reject = &signals.Reject{Reason: signals.Unmappable, Detail: fmt.Sprintf("mapping %s: it makes a record of %d bytes, which brokers do not take", result.Mapping, len(result.Value))}
			}
			switch {
			case result.Reject != nil:
				rejected = append(rejected, signals.Rejected{Record: *r, Reject: result.Reject, Mapping: result.Mapping, Items: string(result.Items)}) // r is valid until the next Read
			case result.Empty:
				empty++
			case result.Value == nil:
				passed++
			default:
				mapped++
				if err := producer.Put(result.Account, result.Value, nil); err != nil {
					return err
				}
			}
		}
	}
	if mapped > 0 {
		if err := producer.Flush(); err != nil {
			return err
		}
	}
	if err := l.Reject(ctx, rejected); err != nil {
		return err
	}
	m := l.client.metrics
	m.mapped.Add(float64(mapped))
	m.passed.Add(float64(passed))
	m.empty.Add(float64(empty))
	m.unmappable.Add(float64(len(rejected)))
	l.say(rejected)
	return nil
}

// say that records cannot be mapped, once a minute. The letter says why: the
// cause may quote what people wrote.
func (l *mappedPartition) say(rejected []signals.Rejected) {
	if now := l.client.now(); len(rejected) > 0 && now.Sub(l.said) > time.Minute {
		l.said = now
		l.client.log.Warn("records cannot be mapped; they are in the dead letters, with the cause", "topic", l.topic, "partition", l.ID,
			"records", len(rejected), "mapping", rejected[0].Mapping, "offset", rejected[0].Record.Offset)
	}
}

// behind sets our part of the lag of all partitions.
func (l *mappedPartition) behind(records float64) {
	l.client.metrics.mappedLag.Add(records - l.lag)
	l.lag = records
}
