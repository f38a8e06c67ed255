package topic

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// resumption knows what an interrupted load has written. Each partition holds the
// beginning of its part of the history, perhaps with records of others in between.
type resumption struct {
	ended   map[int]bool    // partitions that hold all of it
	logs    map[int]*Reader // those that hold a part, and are not read to their end yet
	matched int64
	strange int64 // interactions that are not the history's
	// others are the hashes of those by partition; nil: nobody asks.
	others map[int]map[uint64]bool
}

// resume finds the load that was interrupted, and what of it is there.
func resume(ctx context.Context, client *kafka.Client, states []*topicState) (load string, r *resumption, err error) {
	r = &resumption{ended: map[int]bool{}, logs: map[int]*Reader{}}
	for id, f := range states {
		if f.load == "" {
			continue
		}
		if load != "" && load != f.load {
			return "", nil, fmt.Errorf("two loads were interrupted, %s and %s: name a fresh topic and group in service.yaml and load again", load, f.load)
		}
		load = f.load
		p := client.Partition(id)
		_, end, err := p.Bounds(ctx)
		if err != nil {
			return "", nil, err
		}
		r.logs[id] = &Reader{partition: p, next: f.from, end: end}
	}
	if load == "" {
		return "", nil, errors.New("--resume: the topic holds no load that was interrupted")
	}
	for id, f := range states {
		r.ended[id] = f.loaded == load
	}
	return load, r, nil
}

// written reports whether an entry is already in its partition.
func (r *resumption) written(ctx context.Context, e *history.Entry) (bool, error) {
	if r.ended[e.Partition] {
		return true, nil
	}
	log := r.logs[e.Partition]
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
			delete(r.logs, e.Partition)
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
			if r.others != nil {
				if r.others[e.Partition] == nil {
					r.others[e.Partition] = map[uint64]bool{}
				}
				r.others[e.Partition][hashOf(rec.Key, rec.Value)] = true
			}
		}
	}
}

func hashOf(key, value []byte) uint64 {
	h := xxhash.New()
	_, _ = h.Write(key)
	_, _ = h.Write([]byte{0})
	_, _ = h.Write(value)
	return h.Sum64()
}

// doubt returns an error when the file is not the one whose load was interrupted.
func (r *resumption) doubt() error {
	if r.strange > r.matched {
		return fmt.Errorf("--resume: %d of the interactions since the interrupted load began are this file's and %d are not: is it the same file?", r.matched, r.strange)
	}
	return nil
}

// compare reads a history that is to be gone on with, and writes nothing. An interrupted
// load has written the first of its records: one that is missing before one that is there
// means that the file, or how it is read, is not what it was, and that records would be
// counted twice.
func (r *resumption) compare(ctx context.Context, entries func(func(history.Entry, error) bool)) error {
	r.others = map[int]map[uint64]bool{}
	missing := map[int]string{} // by partition, the first
	for e, err := range entries {
		if err != nil {
			return err
		}
		if e.Control != nil {
			continue
		}
		written, err := r.written(ctx, &e)
		if err != nil {
			return err
		}
		if written {
			continue
		}
		at := fmt.Sprintf("%s:%d", e.Line.File, e.Line.Number)
		if r.others[e.Partition][hashOf(e.Line.Interaction.Account, e.Line.Value)] {
			return fmt.Errorf("--resume: %s is in the topic, and %s before it is not: the file, its flags or the configuration are not what they were when the load began. "+
				"Put them back, or name a fresh topic and group in service.yaml and load anew; nothing was done", at, missing[e.Partition])
		}
		if missing[e.Partition] == "" {
			missing[e.Partition] = at
		}
	}
	return nil
}
