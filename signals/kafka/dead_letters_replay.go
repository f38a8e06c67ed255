package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
	"firstsign/signals/mapping"
)

// everyReason in a mark stands for all of them.
const everyReason = "*"

// replayMarks say up to which offset of a dead-letter partition the letters of
// a reason were put back. The marks are records of the same partition, and so
// they are kept as long as what they are about; a group's offset would be
// forgotten after a week without members.
type replayMarks map[string]int64

func (m replayMarks) note(r *signals.Record) {
	reason := r.Header(headerReplayed)
	if reason == nil {
		return
	}
	if next, err := strconv.ParseInt(string(r.Value), 10, 64); err == nil {
		m[string(reason)] = max(m[string(reason)], next)
	}
}

func (m replayMarks) covers(reason signals.Reason, offset int64) bool {
	return offset < max(m[string(reason)], m[everyReason])
}

// ReplayOptions choose what goes back into the topic.
type ReplayOptions struct {
	// Reason chooses the letters of one reason; empty chooses all.
	Reason signals.Reason
	// DryRun only counts.
	DryRun bool
	// Key returns the key under which a record goes back, which decides the
	// partition; nil, or a nil result, keeps the key it had.
	Key func(*DeadLetter) []byte
	// Value returns the value with which a record goes back, without headers; nil, or a
	// nil result, keeps what it had.
	Value func(*DeadLetter) []byte
	// Map makes of a record of a mapped topic what goes into the topic. Nil leaves such
	// letters where they are.
	Map func(*DeadLetter) []mapping.Result
}

// ReplayCount is what a replay did to the letters of one reason.
type ReplayCount struct {
	Replayed  int // put back now, or would be
	Passed    int // a mapping passes it over by now
	Refused   int // a mapping still makes nothing of it: it is a dead letter anew
	Before    int // put back before
	Cut       int // cannot be put back, because parts were left out
	Withdrawn int // must not be put back: their producer took them back
}

// Replay puts dead letters back into the topic, with their value and headers,
// and notes it among the dead letters, so that the next replay leaves them
// out. Interrupted between the two, it puts some back again, as do two at once: the
// detector drops those as repeats by their ids, so o.Value should give one to what
// has none. What an aborted transaction held stays where it is: put back, it would count.
func (c *Client) Replay(ctx context.Context, o ReplayOptions) (map[signals.Reason]ReplayCount, error) {
	counts := map[signals.Reason]ReplayCount{}
	producer, err := c.Producer(ctx)
	if err != nil {
		return counts, err
	}
	defer producer.Close()
	again := &again{client: c, producer: producer, options: &o, refused: map[place][]signals.Rejected{}}
	ends := map[int]int64{} // dead-letter partition: the offset after the last letter put back
	err = c.DeadLetters(ctx, func(l *DeadLetter) error {
		if o.Reason != "" && l.Reason != o.Reason {
			return nil
		}
		count := counts[l.Reason]
		defer func() { counts[l.Reason] = count }()
		switch {
		case l.Reason == signals.AbortedTransaction:
			count.Withdrawn++
		case l.Cut:
			count.Cut++
		case l.Replayed:
			count.Before++
		case l.Reason == signals.Unmappable && o.Map == nil:
		case l.Reason == signals.Unmappable:
			ends[l.in] = max(ends[l.in], l.at+1)
			return again.letter(ctx, l, &count)
		default:
			count.Replayed++
			ends[l.in] = max(ends[l.in], l.at+1)
			if !o.DryRun {
				return producer.putBack(l, &o)
			}
		}
		return nil
	})
	if err != nil || o.DryRun {
		return counts, err
	}
	if err := errors.Join(producer.Flush(), again.flush(ctx)); err != nil {
		return counts, err
	}
	reason := string(o.Reason)
	if reason == "" {
		reason = everyReason
	}
	for partition, end := range ends {
		b := wire.NewBatchWriter(c.now())
		b.Add(nil, strconv.AppendInt(nil, end, 10), []signals.Header{{Key: headerReplayed, Value: []byte(reason)}})
		if err := c.produce(ctx, c.config.DeadLetters, partition, b.Bytes(wire.NoProducer, 0)); err != nil {
			return counts, fmt.Errorf("note what was replayed: %w", err)
		}
	}
	return counts, nil
}

// putBack writes a letter's record to the topic: under its account, or, when
// it has none, to the partition it came from.
func (p *Producer) putBack(l *DeadLetter, o *ReplayOptions) error {
	key, value, headers := l.Record.Key, l.Record.Value, l.Record.Headers
	if o.Key != nil {
		if k := o.Key(l); k != nil {
			key = bytes.Clone(k)
		}
	}
	if o.Value != nil {
		if v := o.Value(l); v != nil {
			value, headers = v, nil
		}
	}
	if len(key) == 0 {
		return p.PutTo(l.Partition%p.Partitions(), key, value, headers)
	}
	return p.Put(key, value, headers)
}

// again maps records of mapped topics anew while letters are read.
type again struct {
	client   *Client
	producer *Producer
	options  *ReplayOptions
	refused  map[place][]signals.Rejected // to be dead letters once more
	held     int
}

// place is a partition of a mapped topic.
type place struct {
	topic     string
	partition int
}

// manyRefused are written at once.
const manyRefused = 500

// letter puts what a mapping makes of a record by now into the topic; it never
// goes back to where it came from. Refused again, it is a dead letter once more,
// behind the mark.
func (a *again) letter(ctx context.Context, l *DeadLetter, count *ReplayCount) error {
	for _, r := range a.options.Map(l) {
		switch {
		case r.Reject != nil:
			count.Refused++
			at := place{l.Topic, l.Partition}
			a.refused[at] = append(a.refused[at], signals.Rejected{Record: l.Record.Clone(), Reject: r.Reject, Mapping: l.Mapping, Items: string(r.Items)})
			a.held++
		case r.Value == nil:
			count.Passed++
		default:
			count.Replayed++
			if a.options.DryRun {
				continue
			}
			if err := a.producer.Put(r.Account, r.Value, nil); err != nil {
				return err
			}
		}
	}
	if a.held < manyRefused {
		return nil
	}
	return a.flush(ctx)
}

// flush writes what was refused.
func (a *again) flush(ctx context.Context) error {
	if !a.options.DryRun {
		for at, rejected := range a.refused {
			if err := a.client.partition(at.topic, at.partition).Reject(ctx, rejected); err != nil {
				return err
			}
		}
	}
	clear(a.refused)
	a.held = 0
	return nil
}
