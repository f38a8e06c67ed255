package worker

import (
	"context"
	"fmt"
	"time"

	"firstsign/signals"
)

// tickWhenDue writes the wall time into the log, unless our clock is off.
func (s *session) tickWhenDue(ctx context.Context) error {
	if s.clockOff || (!s.lastTick.IsZero() && time.Since(s.lastTick) < s.Config.TickInterval) {
		return nil
	}
	s.lastTick = time.Now()
	err := s.Log.Append(ctx, signals.Control{Kind: signals.Tick, Time: s.Now().UnixNano(), Owner: s.Config.Owner})
	if err != nil {
		return fmt.Errorf("append tick: %w", err)
	}
	return nil
}

// loadStill is how long a load may leave the clock where it is before people are told.
// A load writes a tick for every day of its history.
const loadStill = time.Minute

// watchLoad notices a load that neither goes on nor ends: it was killed. Until it is
// resumed no other tick counts.
func (s *session) watchLoad() {
	if id := s.engine.OpenLoad(); id != "" || s.loading {
		s.loading = id != ""
		s.Status.setLoad(s.Partition, openLoad{id: id, clock: s.engine.Clock(), since: time.Now()})
	}
}

// checkClock compares our clock with the store's.
func (s *session) checkClock(store time.Time) {
	skew := s.Now().Sub(store)
	s.Metrics.skew.Set(skew.Seconds())
	off := skew.Abs() > s.Config.MaxClockSkew
	if off && !s.clockOff {
		s.Logger.Error("clock skew too large: no ticks are written until it is corrected", "partition", s.Partition, "skew", skew)
	}
	if !off && s.clockOff {
		s.Logger.Info("clock skew is small again", "partition", s.Partition, "skew", skew)
	}
	s.clockOff = off
	s.Status.setClockOff(s.Partition, off)
}
