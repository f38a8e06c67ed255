package worker

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"firstsign/internal/stall"
)

// Phase is what a partition's worker is doing.
type Phase string

// The phases. A partition is ready while it is Replaying or Live.
const (
	Claiming  Phase = "claiming"  // taking the partition over
	Replaying Phase = "replaying" // reading what came before the claim
	Live      Phase = "live"
	Waiting   Phase = "waiting" // the store cannot be reached
	Stopped   Phase = "stopped" // an operator must decide
)

// Status holds what each worker of a process is doing, for readiness. The zero
// value is ready to use, and safe for concurrent use.
type Status struct {
	mu         sync.Mutex
	partitions map[int]partitionStatus
	// loads outlast an ownership: a partition that changes hands again and again stands
	// still as well.
	loads map[int]openLoad
}

type partitionStatus struct {
	phase    Phase
	detail   string
	clockOff bool
}

// openLoad is a load that has begun and not ended.
type openLoad struct {
	id    string
	clock int64
	since time.Time // the clock stands there, monotonic
}

func (s *Status) change(p int, f func(*partitionStatus)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.partitions == nil {
		s.partitions = map[int]partitionStatus{}
	}
	st := s.partitions[p]
	f(&st)
	s.partitions[p] = st
}

func (s *Status) set(p int, phase Phase, detail string) {
	s.change(p, func(st *partitionStatus) { st.phase, st.detail = phase, detail })
}

func (s *Status) setClockOff(p int, off bool) {
	s.change(p, func(st *partitionStatus) { st.clockOff = off })
}

// setLoad notes where a load is now; without an id it has ended.
func (s *Status) setLoad(p int, now openLoad) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.loads[p]; now.id != "" && before.id == now.id && before.clock == now.clock {
		return
	}
	if s.loads == nil {
		s.loads = map[int]openLoad{}
	}
	s.loads[p] = now
}

// still returns the load that leaves the clock of an owned partition where it is.
func (s *Status) still(p int) string {
	if l := s.loads[p]; l.id != "" && time.Since(l.since) >= loadStill {
		return l.id
	}
	return ""
}

// Stalls returns what keeps partitions from going on although all is there.
func (s *Status) Stalls() map[stall.Reason]error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range slices.Sorted(maps.Keys(s.partitions)) {
		if id := s.still(p); id != "" {
			return map[stall.Reason]error{stall.OpenLoad: stalledBy(p, id)}
		}
	}
	return nil
}

func stalledBy(p int, load string) error {
	return &stall.Error{Reason: stall.OpenLoad, Err: fmt.Errorf("load %s in partition %d: end it with firstsign load --resume", load, p)}
}

// Drop removes a partition that is no longer ours.
func (s *Status) Drop(p int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.partitions, p)
}

// Ready describes what each owned partition is doing. It is true when all of
// them read their log and the clock can be trusted.
func (s *Status) Ready() (map[string]string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, ready := map[string]string{}, true
	for p, st := range s.partitions {
		text := string(st.phase)
		if st.detail != "" {
			text += ": " + st.detail
		}
		if st.clockOff {
			text += "; clock skew too large, no ticks are written"
		}
		load := s.still(p)
		if load != "" {
			text += "; " + stalledBy(p, load).Error()
		}
		if st.clockOff || load != "" || (st.phase != Replaying && st.phase != Live) {
			ready = false
		}
		parts[fmt.Sprintf("partition %d", p)] = text
	}
	return parts, ready
}

// Live tells whether a partition has reached its log's end.
func (s *Status) Live(p int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.partitions[p].phase == Live
}
