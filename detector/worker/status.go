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
	Waiting   Phase = "waiting" // the store or the log is away
	Stopped   Phase = "stopped" // a person must decide
)

// Status is what the workers of a process tell about themselves. The zero
// value is ready to use, and safe for concurrent use.
type Status struct {
	mu         sync.Mutex
	partitions map[int]partitionStatus
}

type partitionStatus struct {
	phase  Phase
	detail string
	skewed bool
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

func (s *Status) skew(p int, off bool) {
	s.change(p, func(st *partitionStatus) { st.skewed = off })
}

// Drop forgets a partition that is no longer ours.
func (s *Status) Drop(p int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.partitions, p)
}

// Ready says for each owned partition what it is doing, and whether all of
// them are reading their log with a clock that can be trusted.
func (s *Status) Ready() (map[string]string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, ready := map[string]string{}, true
	for p, st := range s.partitions {
		text := string(st.phase)
		if st.detail != "" {
			text += ": " + st.detail
		}
		if st.skewed {
			text += "; our clock is off, no ticks are written"
		}
		if st.skewed || (st.phase != Replaying && st.phase != Live) {
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
