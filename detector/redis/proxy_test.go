package redis

import (
	"net"
	"sync/atomic"
	"testing"
)

// proxy passes bytes between clients and Redis, and cuts connections on demand.
type proxy struct {
	addr                 string
	cutReply, cutRequest atomic.Bool
	cuts                 atomic.Int64
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &proxy{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			go p.pass(server, client, &p.cutRequest)
			go p.pass(client, server, &p.cutReply)
		}
	}()
	return p
}

// pass copies until either side closes, or until the first bytes after cut was set.
func (p *proxy) pass(to, from net.Conn, cut *atomic.Bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if cut.CompareAndSwap(true, false) {
			p.cuts.Add(1)
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
