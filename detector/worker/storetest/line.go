package storetest

import (
	"net"
	"testing"
)

// Line is a network between clients and the server at target, until the test
// ends. For each connection meet says who looks at what goes through: a part on
// which one of them returns false is lost, and the connection with it.
func Line(t testing.TB, target string, meet func() (request, reply func(part []byte) bool)) (addr string) {
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
			request, reply := meet()
			go pass(server, client, request)
			go pass(client, server, reply)
		}
	}()
	return l.Addr().String()
}

// pass copies until either side closes, or a part is not to pass.
func pass(to, from net.Conn, passes func(part []byte) bool) {
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
