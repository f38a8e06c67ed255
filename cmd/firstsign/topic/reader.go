package topic

import (
	"context"
	"errors"

	"firstsign/signals"
	"firstsign/signals/kafka"
)

// Reader goes through a partition record by record, up to an end.
type Reader struct {
	partition *kafka.Partition
	next, end int64
	batch     []signals.Record
}

// NewReader reads a partition from its start to its present end.
func NewReader(ctx context.Context, p *kafka.Partition) (*Reader, error) {
	start, end, err := p.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	return &Reader{partition: p, next: start, end: end}, nil
}

// Between reads a partition from one offset up to another.
func Between(p *kafka.Partition, from, to int64) *Reader {
	return &Reader{partition: p, next: from, end: to}
}

// Record returns the next record, nil at the end; it is valid until the next
// call.
func (r *Reader) Record(ctx context.Context) (*signals.Record, error) {
	for len(r.batch) == 0 {
		if r.next >= r.end {
			return nil, nil
		}
		batch, err := r.partition.Read(ctx, r.next)
		if errors.Is(err, signals.ErrOutOfRange) {
			start, _, err := r.partition.Bounds(ctx)
			if err != nil {
				return nil, err
			}
			r.next = max(start, r.next+1)
			continue
		}
		if err != nil {
			return nil, err
		}
		r.batch, r.next = batch.Records, max(r.next, batch.Next)
	}
	rec := &r.batch[0]
	r.batch = r.batch[1:]
	if rec.Offset >= r.end {
		return nil, nil
	}
	return rec, nil
}
