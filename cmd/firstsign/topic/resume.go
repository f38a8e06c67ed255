package topic

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// topicState is the state of a partition before a load begins.
type topicState struct {
	clock int64  // newest tick that counts
	load  string // id of a load that was begun and has not ended
	from  int64  // offset of its load-begin
}

// look reads a partition's log to its end.
func look(ctx context.Context, p *kafka.Partition) (f topicState, err error) {
	defer p.Close()
	r, err := NewReader(ctx, p)
	if err != nil {
		return f, err
	}
	for {
		rec, err := r.Record(ctx)
		if rec == nil || err != nil {
			return f, err
		}
		if len(rec.Headers) == 0 {
			continue
		}
		c, ok, bad := decode.Control(rec)
		switch {
		case !ok || bad != nil:
		case c.Kind == signals.LoadBegin:
			f.load, f.from = c.Load, rec.Offset
		case c.Kind == signals.LoadEnd && c.Load == f.load:
			f.load = ""
		case c.Kind == signals.Tick && c.Load == f.load:
			f.clock = max(f.clock, c.Time)
		}
	}
}

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

// resumption knows what an interrupted load has written. Each partition holds the
// beginning of its part of the history, perhaps with records of others in between.
type resumption struct {
	load       string
	partitions map[int]*Reader // those that are not read to their end yet
	matched    int64
	strange    int64 // interactions that are not the history's
}

// resume prepares to go on with the load that was found.
func resume(ctx context.Context, client *kafka.Client, all []topicState) (*resumption, error) {
	r := &resumption{partitions: map[int]*Reader{}}
	for id, f := range all {
		if f.load == "" {
			continue
		}
		if r.load != "" && r.load != f.load {
			return nil, fmt.Errorf("two loads were interrupted, %s and %s: name a fresh topic and group in service.yaml and load again", r.load, f.load)
		}
		r.load = f.load
		p := client.Partition(id)
		_, end, err := p.Bounds(ctx)
		if err != nil {
			return nil, err
		}
		r.partitions[id] = &Reader{partition: p, next: f.from, end: end}
	}
	if r.load == "" {
		return nil, errors.New("--resume: the topic holds no load that was interrupted")
	}
	return r, nil
}

// written reports whether an entry is already in its partition.
func (r *resumption) written(ctx context.Context, e *history.Entry) (bool, error) {
	log := r.partitions[e.Partition]
	if log == nil {
		return false, nil
	}
	for {
		rec, err := log.Record(ctx)
		if err != nil {
			return false, err
		}
		if rec == nil {
			log.partition.Close()
			delete(r.partitions, e.Partition)
			return false, r.doubt()
		}
		switch c, control, bad := decode.Control(rec); {
		case bad == nil && control && e.Control != nil && c == *e.Control:
			return true, nil
		case control:
		case e.Control == nil && bytes.Equal(rec.Value, e.Line.Value) && bytes.Equal(rec.Key, e.Line.Interaction.Account):
			r.matched++
			return true, nil
		default:
			r.strange++
		}
	}
}

// doubt returns an error when the file is not the one whose load was interrupted.
func (r *resumption) doubt() error {
	if r.strange > r.matched {
		return fmt.Errorf("--resume: %d of the interactions since the interrupted load began are this file's and %d are not: is it the same file?", r.matched, r.strange)
	}
	return nil
}
