package migrate

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"firstsign/signals"
	"firstsign/signals/kafka"
)

// copier appends records to the partitions of a new topic. What an earlier attempt has
// written is not written again: the same records come in the same order, and each
// partition holds the first of them.
type copier struct {
	topic    string
	producer *kafka.Producer
	at       []int64          // how many have come, by partition
	have     []int64          // how many are there already
	last     []signals.Record // the last of those; without value when it is gone
	show     func(done int64)
	done     int64
}

// errOther means that a new topic holds something else than the copy.
var errOther = errors.New("holds records that this copy would not have written")

func newCopier(ctx context.Context, topic string, producer *kafka.Producer, open func(int) *kafka.Partition) (*copier, error) {
	n := producer.Partitions()
	c := &copier{topic: topic, producer: producer, at: make([]int64, n), have: make([]int64, n), last: make([]signals.Record, n), show: func(int64) {}}
	for p := range n {
		if err := c.look(ctx, p, open(p)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// look finds out what a partition holds.
func (c *copier) look(ctx context.Context, p int, partition *kafka.Partition) error {
	defer partition.Close()
	start, end, err := partition.Bounds(ctx)
	if err != nil || end == 0 {
		return err
	}
	c.have[p] = end
	if start == end {
		return nil // retention has removed all of it already
	}
	batch, err := partition.Read(ctx, end-1)
	if err == nil && len(batch.Records) > 0 {
		c.last[p] = batch.Records[0].Clone()
	}
	return err
}

// empty reports whether no partition holds anything.
func (c *copier) empty() bool {
	for _, n := range c.have {
		if n > 0 {
			return false
		}
	}
	return true
}

// put implements division.put.
func (c *copier) put(partition int, r *signals.Record) error {
	c.at[partition]++
	if c.done++; c.done%4096 == 0 {
		c.show(c.done)
	}
	switch at, last := c.at[partition], &c.last[partition]; {
	case at > c.have[partition]:
		return c.producer.Copy(partition, r)
	case at < c.have[partition] || last.Value == nil:
	case !bytes.Equal(last.Key, r.Key), !bytes.Equal(last.Value, r.Value):
		return c.otherwise(partition)
	}
	return nil
}

// whole returns an error when a partition holds more than the copy.
func (c *copier) whole() error {
	for p := range c.at {
		if c.at[p] < c.have[p] {
			return c.otherwise(p)
		}
	}
	return c.producer.Flush()
}

func (c *copier) otherwise(partition int) error {
	return fmt.Errorf("partition %d of %s %w: somebody else wrote there, or the old topic has changed since. Name new topics and a new redis.namespace, and start again",
		partition, c.topic, errOther)
}
