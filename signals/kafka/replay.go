package kafka

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"firstsign/signals"
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
	// Value returns the value with which a record goes back; nil, or a nil result,
	// keeps the value it had.
	Value func(*DeadLetter) []byte
	// Map makes of a foreign record what goes into the topic. Nil leaves such
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
// out. Interrupted between the two, it puts some back again: those with an id
// are dropped as duplicates while their day is open. What an aborted
// transaction held stays where it is: put back, it would count.
func (c *Client) Replay(ctx context.Context, o ReplayOptions) (map[signals.Reason]ReplayCount, error) {
	counts := map[signals.Reason]ReplayCount{}
	producer, err := c.Producer(ctx)
	if err != nil {
		return counts, err
	}
	defer producer.Close()
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
			return c.mapAgain(ctx, producer, l, &o, &count)
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
	if err := producer.Flush(); err != nil {
		return counts, err
	}
	reason := string(o.Reason)
	if reason == "" {
		reason = everyReason
	}
	for partition, end := range ends {
		b := newBatchWriter(c.now())
		b.add(nil, strconv.AppendInt(nil, end, 10), []signals.Header{{Key: headerReplayed, Value: []byte(reason)}})
		if err := c.produce(ctx, c.config.DeadLetters, partition, b.bytes(nobody, 0)); err != nil {
			return counts, fmt.Errorf("note what was replayed: %w", err)
		}
	}
	return counts, nil
}

// putBack writes a letter's record to the topic: under its account, or, when
// it has none, to the partition it came from.
func (p *Producer) putBack(l *DeadLetter, o *ReplayOptions) error {
	key, value := l.Record.Key, l.Record.Value
	if o.Key != nil {
		if k := o.Key(l); k != nil {
			key = bytes.Clone(k)
		}
	}
	if o.Value != nil {
		if v := o.Value(l); v != nil {
			value = v
		}
	}
	if len(key) == 0 {
		return p.PutTo(l.Partition%p.Partitions(), key, value, l.Record.Headers)
	}
	return p.Put(key, value, l.Record.Headers)
}

// mapAgain puts what a mapping makes of a foreign record by now into the topic;
// it never goes back to where it came from. Refused again, it is a dead letter
// once more, behind the mark.
func (c *Client) mapAgain(ctx context.Context, p *Producer, l *DeadLetter, o *ReplayOptions, count *ReplayCount) error {
	var refused []signals.Rejected
	for _, r := range o.Map(l) {
		switch {
		case r.Reject != nil:
			count.Refused++
			refused = append(refused, signals.Rejected{Record: l.Record, Reject: r.Reject, Mapping: l.Mapping})
		case r.Value == nil:
			count.Passed++
		default:
			count.Replayed++
			if !o.DryRun {
				if err := p.Put(r.Account, r.Value, nil); err != nil {
					return err
				}
			}
		}
	}
	if o.DryRun {
		return nil
	}
	return c.partition(l.Topic, l.Partition).Reject(ctx, refused)
}
