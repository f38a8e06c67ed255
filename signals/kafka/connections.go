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

// connections are the connections of a consumer group. kafka-go has no other way to
// end an exchange with a coordinator that does not answer than to hang up.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	hungUp bool
}

func (c *connections) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hungUp {
		conn.Close()
		return nil, net.ErrClosed
	}
	if c.open == nil {
		c.open = map[net.Conn]bool{}
	}
	c.open[conn] = true
	return &connection{Conn: conn, of: c}, nil
}

// hangUp closes all connections, now and from now on.
func (c *connections) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hungUp = true
	for conn := range c.open {
		conn.Close()
	}
	c.open = nil
}

// connection forgets itself when it is closed.
type connection struct {
	net.Conn
	of *connections
}

// Close implements net.Conn.
func (l *connection) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l.Conn)
	l.of.mu.Unlock()
	return l.Conn.Close()
}
