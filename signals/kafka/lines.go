package kafka

import (
	"context"
	"net"
	"sync"
	"time"
)

// leaveWait is how long a member that goes away waits for the group's
// coordinator. A join may wait for half a minute, for other members to let
// go of their partitions; a process that is told to stop has less.
const leaveWait = 3 * time.Second

// lines are the connections of a consumer group. kafka-go has no other way to
// end an exchange with a coordinator that does not answer than to hang up.
type lines struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	hungUp bool
}

func (l *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hungUp {
		conn.Close()
		return nil, net.ErrClosed
	}
	if l.open == nil {
		l.open = map[net.Conn]bool{}
	}
	l.open[conn] = true
	return &line{Conn: conn, of: l}, nil
}

// hangUp closes all connections, now and from now on.
func (l *lines) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hungUp = true
	for conn := range l.open {
		conn.Close()
	}
	l.open = nil
}

// line forgets itself when it is closed.
type line struct {
	net.Conn
	of *lines
}

func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l.Conn)
	l.of.mu.Unlock()
	return l.Conn.Close()
}
