package redis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/deploy/parts"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/detector/worker/storetest"
	"firstsign/internal/stall"
)

// cutter does what a proxy does, inside the client: in a Cluster and behind Sentinels it
// is told other addresses than ours.
type cutter struct {
	goredis.Hook
	*proxy
}

// DialHook implements goredis.Hook.
func (c cutter) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &cutConn{conn, c.unless(&c.cutRequest), c.unless(&c.cutReply)}, nil
	}
}

func (cutter) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }

func (cutter) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

// cutConn hangs up before a part of a request or of a reply passes.
type cutConn struct {
	net.Conn
	request, reply func([]byte) bool
}

func (c *cutConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && !c.reply(b[:n]) {
		c.Close()
		return 0, io.EOF
	}
	return n, err
}

func (c *cutConn) Write(b []byte) (int, error) {
	if !c.request(b) {
		c.Close()
		return 0, io.EOF
	}
	return c.Conn.Write(b)
}

// store of a configuration, and what cuts its connections.
func storeOf(t *testing.T, config Config) (*Store, *proxy) {
	t.Helper()
	client, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	p := &proxy{}
	if cluster, is := client.(*goredis.ClusterClient); is {
		cluster.OnNewNode(func(node *goredis.Client) { node.AddHook(cutter{proxy: p}) })
	} else {
		client.AddHook(cutter{proxy: p})
	}
	s, err := New(client, fmt.Sprintf("test-%016x", rand.Uint64()), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func conforms(t *testing.T, config Config) {
	storetest.Test(t, func(t *testing.T) storetest.Fixture {
		s, p := storeOf(t, config)
		return storetest.Fixture{
			Store:      s,
			Snapshot:   func(t *testing.T, partition int) func() { return dumpKeys(t, s, partition) },
			CutReply:   func() { p.cutReply.Store(true) },
			CutRequest: func() { p.cutRequest.Store(true) },
			Findings:   20_000,
		}
	})
}

func TestCluster(t *testing.T) {
	realRedis(t)
	nodes := parts.Cluster(t)
	config := Config{Addresses: []string{nodes[0].Addr, nodes[1].Addr}, Cluster: true}
	conforms(t, config)
	t.Run("one node, taken for a single server", func(t *testing.T) {
		moved := 0
		for _, node := range nodes { // at least two masters do not have the partition's keys
			s, _ := storeOf(t, Config{Addr: node.Addr})
			if _, err := s.Claim(t.Context(), 0, "a", worker.Identity{}); stall.Permanent(err) && strings.Contains(err.Error(), stall.RedisMoved.Words()) {
				moved++
			} else if err != nil {
				t.Error(err)
			}
		}
		if moved < 3 {
			t.Errorf("%d of 6 nodes were refused", moved)
		}
	})
	t.Run("as the user that the page tells", func(t *testing.T) {
		rights := append(documented(t, `ACL SETUSER firstsign (.*) \\\n +(.*)`), documented(t, "In a Cluster also `(.*)`")...)
		for _, node := range nodes {
			must(t, node, append([]string{"acl", "setuser", "firstsign"}, rights...)...)
		}
		asUser := config
		asUser.Username, asUser.PasswordFile = "firstsign", write(t, "PASSWORD")
		s, _ := storeOf(t, asUser)
		newWriter(t, s).write(3)
		if err := s.MayEvict(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("a master is killed", func(t *testing.T) {
		s, _ := storeOf(t, config)
		if err := s.MayEvict(t.Context()); err != nil {
			t.Error(err)
		}
		master := masterOf(t, nodes, s.keys(0)[0])
		w := newWriter(t, s)
		w.write(20)
		master.Kill()
		w.write(20)
		w.check()
	})
}

// documented rights: the words of what a pattern finds in the operators' page.
func documented(t *testing.T, pattern string) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operator/stalls.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(page)
	if found == nil {
		t.Fatalf("the page does not say %s", pattern)
	}
	return strings.Fields(string(bytes.Join(found[1:], []byte(" "))))
}

// masterOf a key.
func masterOf(t *testing.T, nodes []*parts.Server, key string) *parts.Server {
	t.Helper()
	for _, node := range nodes {
		if said, err := node.CLI("exists", key); err == nil && !strings.Contains(said, "MOVED") {
			return node
		}
	}
	t.Fatalf("no node has %s", key)
	return nil
}

// A fail-over to a replica that lags: what the old master confirmed last is gone. The
// writer is refused, claims again, and writes it again.
func TestSentinel(t *testing.T) {
	realRedis(t)
	w := parts.Sentinels(t)
	config := Config{Addresses: w.Sentinels, Sentinel: Sentinel{Master: w.Name}}
	conforms(t, config)
	t.Run("as the users that the page tells", func(t *testing.T) {
		must(t, w.Master, append([]string{"acl", "setuser", "firstsign"}, documented(t, `ACL SETUSER firstsign (.*) \\\n +(.*)`)...)...)
		for _, sentinel := range w.Sentinels {
			must(t, &parts.Server{Addr: sentinel}, append([]string{"acl", "setuser", "reader", "on", ">reading"}, documented(t, "On Sentinels, the user needs `(.*)`")...)...)
		}
		asUser := config
		asUser.Username, asUser.PasswordFile = "firstsign", write(t, "PASSWORD")
		asUser.Sentinel.Username, asUser.Sentinel.PasswordFile = "reader", write(t, "reading")
		s, _ := storeOf(t, asUser)
		newWriter(t, s).write(3)
	})
	t.Run("fail-over to a lagging replica", func(t *testing.T) {
		s, _ := storeOf(t, config)
		writer := newWriter(t, s)
		writer.write(20)
		must(t, w.Master, "acl", "setuser", "default", "-psync", "-sync") // from here on the replica hears nothing
		must(t, w.Master, "client", "kill", "type", "replica")
		writer.write(5)
		w.Master.Kill()
		writer.write(20)
		writer.check()
		if writer.refused == 0 {
			t.Error("the replica did not lag")
		}
	})
}

func must(t *testing.T, s *parts.Server, args ...string) string {
	t.Helper()
	said, err := s.CLI(args...)
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, said)
	}
	return said
}

// writer commits one finding a chunk, as a worker does: it repeats what fails, and when
// it is refused it claims again and goes on from what is stored.
type writer struct {
	t       *testing.T
	s       *Store
	next    int64 // the offset up to which it has written
	seq     uint64
	token   string
	refused int
}

func newWriter(t *testing.T, s *Store) *writer {
	w := &writer{t: t, s: s}
	w.claim()
	return w
}

func (w *writer) claim() {
	w.t.Helper()
	w.token = fmt.Sprintf("%016x", rand.Uint64())
	w.untilDone(func(ctx context.Context) error {
		meta, err := w.s.Claim(ctx, 0, w.token, worker.Identity{})
		if err == nil {
			w.seq, w.next = meta.Seq, 0
			if meta.Position != nil {
				w.next = meta.Position.Next
			}
		}
		return err
	})
}

func (w *writer) untilDone(do func(context.Context) error) {
	w.t.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Second)
		err := do(ctx)
		cancel()
		if err == nil {
			return
		}
		if stall.Permanent(err) || time.Since(began) > time.Minute {
			w.t.Fatal(err)
		}
	}
}

// write n offsets more, each with its finding.
func (w *writer) write(n int64) {
	w.t.Helper()
	for to := w.next + n; w.next < to; {
		c := &worker.Chunk{Token: w.token, Seq: w.seq + 1, Changes: detector.Changes{
			Findings: [][]byte{fmt.Appendf(nil, "finding %d", w.next)}, Position: &detector.Position{Next: w.next + 1},
		}}
		var refused bool
		w.untilDone(func(ctx context.Context) error {
			_, err := w.s.Commit(ctx, 0, c)
			if refused = errors.Is(err, worker.ErrRefused); refused {
				return nil
			}
			return err
		})
		if refused {
			w.refused++
			w.claim()
			continue
		}
		w.seq, w.next = w.seq+1, w.next+1
	}
}

// check that each finding is there once.
func (w *writer) check() {
	w.t.Helper()
	var entries []worker.OutboxEntry
	w.untilDone(func(ctx context.Context) (err error) {
		entries, err = w.s.Outbox(ctx, 0, "", 1000)
		return err
	})
	if int64(len(entries)) != w.next {
		w.t.Errorf("%d findings for %d offsets", len(entries), w.next)
	}
	for i, e := range entries {
		if string(e.Finding) != fmt.Sprintf("finding %d", i) {
			w.t.Errorf("finding %d is %q", i, e.Finding)
		}
	}
	w.t.Logf("%d offsets, refused %d times", w.next, w.refused)
}
