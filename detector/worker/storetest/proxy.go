package storetest

import (
	"net"
	"testing"
)

// Proxy passes connections on to the server at target, until the test ends. For
// each connection it calls connect, which returns who looks at the requests and
// at the replies. When one of them returns false, that part of the stream is
// lost, and the connection ends.
func Proxy(t testing.TB, target string, connect func() (request, reply func(part []byte) bool)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
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
			request, reply := connect()
			go forward(server, client, request)
			go forward(client, server, reply)
		}
	}()
	return l.Addr().String()
}

// forward copies until either side closes, or passes returns false.
func forward(to, from net.Conn, passes func(part []byte) bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || !passes(buffer[:n]) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
