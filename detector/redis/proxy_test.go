package redis

import (
	"sync/atomic"
	"testing"

	"firstsign/detector/worker/storetest"
)

// proxy passes bytes between clients and Redis, and cuts connections on demand.
type proxy struct {
	addr                 string
	cutReply, cutRequest atomic.Bool
	cuts                 atomic.Int64
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	p := &proxy{}
	p.addr = storetest.Proxy(t, target, func() (request, reply func([]byte) bool) {
		return p.unless(&p.cutRequest), p.unless(&p.cutReply)
	})
	return p
}

// unless lets everything pass but the first part after cut was set.
func (p *proxy) unless(cut *atomic.Bool) func([]byte) bool {
	return func([]byte) bool {
		if cut.CompareAndSwap(true, false) {
			p.cuts.Add(1)
			return false
		}
		return true
	}
}
