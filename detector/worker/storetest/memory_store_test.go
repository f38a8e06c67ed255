package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"firstsign/detector/worker"
)

func TestMemoryStore(t *testing.T) {
	Test(t, func(t *testing.T) Fixture {
		m := worker.NewMemoryStore(time.Now)
		var next atomic.Int64
		m.OnCall(func(worker.Call, int) worker.Fault { return worker.Fault(next.Swap(int64(worker.NoFault))) })
		return Fixture{
			Store: m,
			Snapshot: func(t *testing.T, partition int) func() {
				s := m.Snapshot(partition)
				return func() { m.Restore(partition, s) }
			},
			CutReply:   func() { next.Store(int64(worker.ReplyLost)) },
			CutRequest: func() { next.Store(int64(worker.RequestLost)) },
		}
	})
}
