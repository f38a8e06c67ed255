package worker

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firstsign/internal/stall"
)

// A load that leaves the clock where it is for a minute is told, also when the
// partition is taken over meanwhile. One that goes on is none.
func TestOpenLoadIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Status
		told := func() bool {
			parts, ready := s.Ready()
			told := strings.Contains(parts["partition 3"], stall.OpenLoad.Words())
			if told == ready || told != (s.Stalls()[stall.OpenLoad] != nil) {
				t.Errorf("ready %t, %v, %v", ready, parts, s.Stalls())
			}
			return told
		}
		for _, step := range []struct {
			after time.Duration
			id    string
			clock int64
			told  bool
		}{
			{0, "a", 1, false},
			{time.Minute, "a", 2, false}, // it goes on
			{time.Minute - 1, "a", 2, false},
			{1, "a", 2, true},
			{time.Second, "a", 3, false}, // it is resumed
			{time.Minute, "", 3, false},
			{time.Hour, "", 3, false},
			{time.Hour, "b", 3, false},
			{time.Minute, "b", 3, true},
		} {
			time.Sleep(step.after)
			s.Drop(3)
			s.set(3, Live, "")
			s.setLoad(3, openLoad{step.id, step.clock, time.Now()})
			if got := told(); got != step.told {
				t.Errorf("%+v: told %t", step, got)
			}
		}
		s.Drop(3)
		if s.Stalls() != nil {
			t.Error("a partition that is not ours is told of")
		}
	})
}
