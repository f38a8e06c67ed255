package worker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector"
	"firstsign/signals"
)

// ErrForeignLog means that the log is not the one that the state was made from:
// the topic was created again, or lost its newest records. An operator decides
// what to do.
var ErrForeignLog = errors.New("the log is not the one that the state was made from")

// Anchor is a hash of a record's offset, time, key and value. The state keeps
// that of the last record read, and recognises its log by it. It is never 0.
func Anchor(r *signals.Record) uint64 {
	var head [24]byte
	binary.LittleEndian.PutUint64(head[0:], uint64(r.Offset))
	binary.LittleEndian.PutUint64(head[8:], uint64(r.Time))
	binary.LittleEndian.PutUint64(head[16:], uint64(len(r.Key)))
	var h xxhash.Digest
	h.Reset()
	for _, part := range [...][]byte{head[:], r.Key, r.Value} {
		_, _ = h.Write(part) // never fails
	}
	return h.Sum64() | 1
}

// checkLog refuses a log that is not the one that the state was made from.
func (s *session) checkLog(ctx context.Context, p *detector.Position, start, end int64) error {
	if end < p.Next {
		return endsBelow(end, p.Next)
	}
	if p.Anchor == 0 || p.AnchorOffset < start {
		return nil // nothing was read yet, or retention removed the record
	}
	batch, err := s.Log.Read(ctx, p.AnchorOffset)
	if err != nil {
		return fmt.Errorf("read the record at offset %d: %w", p.AnchorOffset, err)
	}
	if len(batch.Records) == 0 || batch.Records[0].Offset != p.AnchorOffset || Anchor(&batch.Records[0]) != p.Anchor {
		return fmt.Errorf("%w: the record at offset %d is a different one", ErrForeignLog, p.AnchorOffset)
	}
	return nil
}

// skipGap passes offsets without records. Markers of transactions mean nothing;
// records that retention removed before they were read are a loss.
func (s *session) skipGap(ctx context.Context, to int64) error {
	start, _, err := s.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	if from := s.engine.Next(); start > from {
		s.skipLost(from, min(start, to))
	}
	if to > s.engine.Next() {
		s.engine.Skip(to)
	}
	return nil
}

// skipLost passes records that retention removed before they were read.
func (s *session) skipLost(from, to int64) {
	s.Logger.Error("retention removed records before they were read: the days until the next tick are blind",
		"partition", s.Partition, "from", from, "to", to)
	s.Metrics.lost.Add(float64(to - from))
	s.engine.SkipLost(to)
}

// outOfRange finds out why the log has no record at the wanted offset.
func (s *session) outOfRange(ctx context.Context) error {
	start, end, err := s.Log.Bounds(ctx)
	switch next := s.engine.Next(); {
	case err != nil:
		return err
	case start > next:
		s.skipLost(next, start)
		return nil
	case end < next:
		return endsBelow(end, next)
	}
	return nil // the bounds have moved meanwhile; read again
}

func endsBelow(end, next int64) error {
	return fmt.Errorf("%w: it ends at offset %d, and the state is at offset %d", ErrForeignLog, end, next)
}
