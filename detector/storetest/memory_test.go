package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"firstsign/detector"
)

func TestMemory(t *testing.T) {
	Test(t, func(t *testing.T) Fixture {
		m := detector.NewMemory(time.Now)
		var next atomic.Int64
		m.OnCall(func(detector.Call, int) detector.Fault { return detector.Fault(next.Swap(int64(detector.NoFault))) })
		return Fixture{
			Store: m,
			Snapshot: func(t *testing.T, partition int) func() {
				s := m.Snapshot(partition)
				return func() { m.Restore(partition, s) }
			},
			CutReply:   func() { next.Store(int64(detector.ReplyLost)) },
			CutRequest: func() { next.Store(int64(detector.RequestLost)) },
		}
	})
}
