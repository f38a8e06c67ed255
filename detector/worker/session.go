package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"firstsign/detector"
	"firstsign/signals"
)

// maxRejected bounds the rejected records that are held in memory before they
// are written to the dead letters.
const maxRejected = 1000

// session is one ownership of a partition, from a claim to its end.
type session struct {
	*Worker
	token       string
	seq         uint64 // of the last commit call
	engine      *detector.Engine
	rules       *detector.Rules
	rejected    []Rejected // not yet written to the dead letters
	decodeAhead *aheadDecoder

	anchorOffset  int64
	anchor        uint64    // hash of the record at anchorOffset, the last one read
	committedNext int64     // Next of the last complete commit; -1 before the first
	lastCommit    time.Time // monotonic
	commitTook    time.Duration
	lastTick      time.Time // monotonic; zero before the first
	claimEnd      int64     // the log's end at the claim: from there on the session is live
	clockOff      bool      // our clock differs too much from the store's
	loading       bool      // a load has begun and not ended
}

func newSession(w *Worker) *session {
	return &session{Worker: w, token: newToken(), decodeAhead: newAheadDecoder()}
}

func newToken() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// work reads and judges until ctx ends or the store refuses.
func (s *session) work(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.tickWhenDue(ctx); err != nil {
			return err
		}
		if r := s.Rules(); r != s.rules {
			s.rules = r
			s.engine.SetRules(r)
		}
		batch, err := s.Log.Read(ctx, s.engine.Next())
		if errors.Is(err, ErrOutOfRange) {
			err = s.outOfRange(ctx)
		}
		if err != nil {
			return err
		}
		if err := s.apply(ctx, &batch); err != nil {
			return err
		}
		s.watchLoad()
		if s.commitDue() {
			if err := s.commit(ctx); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// apply feeds one batch to the engine.
func (s *session) apply(ctx context.Context, batch *Batch) error {
	err := s.eachDecoded(batch, s.engine.Warm, func(r *signals.Record, d *detector.Decoded) error {
		if r.Offset > s.engine.Next() {
			if err := s.skipGap(ctx, r.Offset); err != nil {
				return err
			}
		}
		if reject := s.applyOne(r, d); reject != nil {
			return s.reject(ctx, r, reject)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(batch.Records); n > 0 {
		last := &batch.Records[n-1]
		s.anchorOffset, s.anchor = last.Offset, Anchor(last)
		s.Metrics.setLag(s.Partition, s.Now().Sub(time.Unix(0, last.Time)))
	} else {
		s.Metrics.setLag(s.Partition, 0)
	}
	if batch.Next > s.engine.Next() {
		s.engine.Skip(batch.Next)
	}
	return nil
}

// eachDecoded calls f for each record of a batch, in order, with what was decoded of it
// ahead: nil in a small batch, which is not worth a second goroutine. warm gets what was
// decoded, block by block, before f does.
func (s *session) eachDecoded(batch *Batch, warm func([]detector.Decoded), f func(*signals.Record, *detector.Decoded) error) error {
	ahead := len(batch.Records) >= minDecodeAhead
	if ahead {
		s.decodeAhead.begin(batch.Records, s.engine.Find)
		defer s.decodeAhead.finish()
	}
	for i := range batch.Records {
		var d *detector.Decoded
		if ahead {
			d = s.decodeAhead.record(i, warm)
		}
		if err := f(&batch.Records[i], d); err != nil {
			return err
		}
	}
	return nil
}

// applyOne applies a record. When the record closed days, it measures how long
// one day took.
func (s *session) applyOne(r *signals.Record, d *detector.Decoded) *signals.Reject {
	if len(r.Headers) == 0 { // no control record: it closes no day
		return s.engine.ApplyDecoded(r, d)
	}
	closed, began := s.engine.Stats().DaysClosed, time.Now()
	reject := s.engine.ApplyDecoded(r, d)
	if n := s.engine.Stats().DaysClosed - closed; n > 0 {
		s.Metrics.closeSeconds.Observe(time.Since(began).Seconds() / float64(n))
	}
	return reject
}

// reject keeps a rejected record for the dead letters, and writes them when
// there are many.
func (s *session) reject(ctx context.Context, r *signals.Record, reject *signals.Reject) error {
	s.Metrics.rejected(reject.Reason)
	s.rejected = append(s.rejected, Rejected{Record: r.Clone(), Reject: reject})
	if len(s.rejected) < maxRejected {
		return nil
	}
	return s.flushRejected(ctx)
}

func (s *session) flushRejected(ctx context.Context) error {
	if err := s.Log.Reject(ctx, s.rejected); err != nil {
		return fmt.Errorf("write %d dead letters: %w", len(s.rejected), err)
	}
	clear(s.rejected)
	s.rejected = s.rejected[:0]
	return nil
}
