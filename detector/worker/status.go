package worker

import (
	"fmt"
	"sync"
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
}

type partitionStatus struct {
	phase    Phase
	detail   string
	clockOff bool
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
		if st.clockOff || (st.phase != Replaying && st.phase != Live) {
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
