package kafka

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// The headers that a dead letter carries beside those of the record.
const (
	headerPrefix    = "firstsign-"
	headerReason    = headerPrefix + "reason"
	headerDetail    = headerPrefix + "detail"
	headerTopic     = headerPrefix + "topic"
	headerPartition = headerPrefix + "partition"
	headerOffset    = headerPrefix + "offset"
	headerTime      = headerPrefix + "time" // the log's timestamp, Unix nanoseconds
	headerCut       = headerPrefix + "cut"  // the value's real size, when something had to be left out
	headerReplayed  = headerPrefix + "replayed"
	headerMapping   = headerPrefix + "mapping" // that could make nothing of it
	headerItems     = headerPrefix + "items"   // of the record, that it is about
)

// What of a record a dead letter keeps at the most, in bytes; together well
// below the 1 MiB that brokers accept unless told otherwise.
const (
	keepValue   = 900 << 10
	keepLittle  = 16 << 10 // of a value, where the topic does not take as much
	keepKey     = 16 << 10
	keepHeaders = 32 << 10
	keepDetail  = 4 << 10
)

// Reject writes records to the dead-letter topic, with what is known about
// them in headers.
func (p *Partition) Reject(ctx context.Context, rejected []signals.Rejected) error {
	if len(rejected) == 0 {
		return nil
	}
	err := p.reject(ctx, rejected, keepValue, producerBatch)
	if errors.Is(err, kafkago.MessageSizeTooLarge) { // the topic takes less than brokers usually do
		err = p.reject(ctx, rejected, keepLittle, 0)
	}
	if err != nil {
		return err
	}
	for i := range rejected {
		p.client.metrics.deadLetters.WithLabelValues(string(rejected[i].Reject.Reason)).Inc()
	}
	return nil
}

// reject keeps at most so much of a value, and fills batches up to a size.
func (p *Partition) reject(ctx context.Context, rejected []signals.Rejected, keep, fill int) error {
	c := p.client
	n, err := c.partitions(ctx, c.config.DeadLetters)
	if err != nil {
		return err
	}
	b := wire.NewBatchWriter(c.now())
	send := func() error {
		err := c.produce(ctx, c.config.DeadLetters, p.ID%n, b.Bytes(wire.NoProducer, 0))
		b.Reset(c.now())
		return err
	}
	for i := range rejected {
		key, value, headers := p.letter(&rejected[i], keep)
		if b.Count > 0 && b.Size()+len(value) > fill {
			if err := send(); err != nil {
				return err
			}
		}
		b.Add(key, value, headers)
	}
	return send()
}

// letter is the dead letter of one record.
func (p *Partition) letter(r *signals.Rejected, keep int) (key, value []byte, headers []signals.Header) {
	add := func(name, value string) {
		headers = append(headers, signals.Header{Key: name, Value: []byte(value)})
	}
	key, value = r.Record.Key, r.Record.Value
	cut := len(key) > keepKey || len(value) > keep
	key, value = key[:min(len(key), keepKey):len(key)], value[:min(len(value), keep):len(value)]
	size := 0
	for _, h := range r.Record.Headers {
		if strings.HasPrefix(h.Key, headerPrefix) {
			continue // of an earlier time among the dead letters
		}
		if size += len(h.Key) + len(h.Value); size > keepHeaders {
			cut = true
			break
		}
		headers = append(headers, h)
	}
	detail := r.Reject.Detail
	add(headerReason, string(r.Reject.Reason))
	add(headerDetail, detail[:min(len(detail), keepDetail)])
	add(headerTopic, p.topic)
	add(headerPartition, strconv.Itoa(p.ID))
	add(headerOffset, strconv.FormatInt(r.Record.Offset, 10))
	add(headerTime, strconv.FormatInt(r.Record.Time, 10))
	if r.Mapping != "" {
		add(headerMapping, r.Mapping)
	}
	if r.Items != "" {
		add(headerItems, r.Items)
	}
	if cut {
		add(headerCut, strconv.Itoa(len(r.Record.Value)))
	}
	return key, value, headers
}

// DeadLetter is a record that did not count.
type DeadLetter struct {
	Record    signals.Record // as it was: original offset, time, key, value and headers
	Reason    signals.Reason
	Detail    string
	Topic     string
	Partition int
	Mapping   string // that could make nothing of it; empty for a record of our topic
	Items     string // of the record, that it is about; empty: the whole record
	Cut       bool   // parts of it were left out; it cannot be replayed
	Replayed  bool   // it was put back before

	in int   // the partition of the dead letters that it is in
	at int64 // its offset there
}

// DeadLetters calls yield for every dead letter from the first that is kept to
// the present end. The letter is valid during the call.
func (c *Client) DeadLetters(ctx context.Context, yield func(*DeadLetter) error) error {
	n, err := c.partitions(ctx, c.config.DeadLetters)
	if err != nil {
		return err
	}
	for id := range n {
		marks := replayMarks{}
		// Twice: what was put back is noted behind the letters.
		err := c.scan(ctx, id, everything, func(r *signals.Record) error { marks.note(r); return nil })
		if err != nil {
			return err
		}
		err = c.scan(ctx, id, everything, func(r *signals.Record) error {
			l, ok := openLetter(r)
			if !ok {
				return nil
			}
			l.in, l.Replayed = id, marks.covers(l.Reason, l.at)
			return yield(&l)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// PutBack calls yield for every record of the topic that was refused and that
// Replay has put back: it is there twice.
func (c *Client) PutBack(ctx context.Context, yield func(partition int, offset int64)) error {
	if _, err := c.ask(ctx, c.config.DeadLetters, ErrNoTopic); errors.Is(err, ErrNoTopic) {
		return nil
	} else if err != nil {
		return err
	}
	return c.DeadLetters(ctx, func(l *DeadLetter) error {
		if l.Replayed && !l.Cut && l.Reason != signals.AbortedTransaction && l.Topic == c.config.Topic {
			yield(l.Partition, l.Record.Offset)
		}
		return nil
	})
}

// NewestLetters are the newest of the dead letters.
type NewestLetters struct {
	Letters []DeadLetter // without keys, values and headers of the records
	Kept    int64        // records of the topic
	Older   bool         // there are older ones
}

// NewestDeadLetters returns the letters among the newest records of each partition of the
// dead letters.
func (c *Client) NewestDeadLetters(ctx context.Context, newest int64) (all NewestLetters, err error) {
	topic, err := c.ask(ctx, c.config.DeadLetters, ErrNoTopic)
	if errors.Is(err, ErrNoTopic) {
		return all, nil
	} else if err != nil {
		return all, err
	}
	for id := range topic.Partitions {
		p := c.partition(c.config.DeadLetters, id)
		start, end, err := p.Bounds(ctx)
		if err != nil {
			return all, err
		}
		all.Kept += end - start
		all.Older = all.Older || end-start > newest
		marks, first := replayMarks{}, len(all.Letters)
		err = c.scan(ctx, id, newest, func(r *signals.Record) error {
			marks.note(r)
			if l, ok := openLetter(r); ok {
				l.Record = signals.Record{Offset: l.Record.Offset, Time: l.Record.Time}
				all.Letters = append(all.Letters, l)
			}
			return nil
		})
		if err != nil {
			return all, err
		}
		for i := range all.Letters[first:] {
			l := &all.Letters[first+i]
			l.in, l.Replayed = id, marks.covers(l.Reason, l.at)
		}
	}
	return all, nil
}

// everything is more than a partition holds.
const everything = math.MaxInt64

// scan reads the newest records of a partition of the dead letters up to its present end.
func (c *Client) scan(ctx context.Context, id int, newest int64, yield func(*signals.Record) error) error {
	p := c.partition(c.config.DeadLetters, id)
	defer p.Close()
	at, end, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	at = max(at, end-min(newest, end))
	for at < end {
		batch, err := p.Read(ctx, at)
		if errors.Is(err, signals.ErrOutOfRange) { // retention was here
			if at, end, err = p.Bounds(ctx); err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		for i := range batch.Records {
			r := &batch.Records[i]
			if r.Offset >= end {
				return nil
			}
			if err := yield(r); err != nil {
				return err
			}
		}
		at = batch.Next
	}
	return nil
}

// openLetter reads a dead letter; false for what is none.
func openLetter(r *signals.Record) (DeadLetter, bool) {
	reason := r.Header(headerReason)
	if reason == nil || r.Flaw != "" {
		return DeadLetter{}, false
	}
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(string(r.Header(name)), 10, 64)
		return n
	}
	l := DeadLetter{
		Record: *r, Reason: signals.Reason(reason), Detail: string(r.Header(headerDetail)),
		Topic: string(r.Header(headerTopic)), Partition: int(number(headerPartition)), Mapping: string(r.Header(headerMapping)), Items: string(r.Header(headerItems)),
		Cut: r.Header(headerCut) != nil, at: r.Offset,
	}
	l.Record.Offset, l.Record.Time = number(headerOffset), number(headerTime)
	l.Record.Headers = nil
	for _, h := range r.Headers {
		if !strings.HasPrefix(h.Key, headerPrefix) {
			l.Record.Headers = append(l.Record.Headers, h)
		}
	}
	return l, true
}
