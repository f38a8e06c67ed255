package parts

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Server is a redis-server that a test started. It ends with the test.
type Server struct {
	Addr string // host:port
	t    testing.TB
	conf string
	args []string // of redis-server
	run  *exec.Cmd
}

// startRedis with the lines of its configuration, in a folder of its own.
func startRedis(t testing.TB, args []string, lines ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("there is no redis-server")
	}
	port := freePort(t)
	dir := t.TempDir()
	s := &Server{Addr: "127.0.0.1:" + port, t: t, conf: filepath.Join(dir, "redis.conf")}
	text := strings.Join(append([]string{"port " + port, "bind 127.0.0.1", "dir " + dir, `save ""`, "logfile " + filepath.Join(dir, "log")}, lines...), "\n") + "\n"
	if err := os.WriteFile(s.conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = append([]string{s.conf}, args...)
	t.Cleanup(s.Kill)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Start starts the server again after Kill, with its port and its data, and waits until
// it answers.
func (s *Server) Start() error {
	s.run = exec.Command("redis-server", s.args...)
	if err := s.run.Start(); err != nil {
		return err
	}
	for range 100 {
		if said, err := s.CLI("ping"); err == nil && said == "PONG" {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("redis-server at %s does not answer", s.Addr)
}

// Signal sends the process a signal, such as SIGSTOP.
func (s *Server) Signal(signal os.Signal) error { return s.run.Process.Signal(signal) }

// Kill ends the server at once, as a crash does.
func (s *Server) Kill() {
	if s.run != nil {
		_ = s.run.Process.Kill()
		_ = s.run.Wait()
		s.run = nil
	}
}

// CLI runs redis-cli on the server and returns what it prints.
func (s *Server) CLI(args ...string) (string, error) {
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return "", err
	}
	out, err := exec.Command("redis-cli", append([]string{"-p", port}, args...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// Cluster starts a Redis Cluster of 3 masters and 3 replicas.
func Cluster(t testing.TB) []*Server {
	t.Helper()
	var nodes []*Server
	create := []string{"--cluster", "create"}
	for range 6 {
		s := startRedis(t, nil, "cluster-enabled yes", "cluster-node-timeout 2000", "appendonly yes", "cluster-port "+freePort(t))
		nodes, create = append(nodes, s), append(create, s.Addr)
	}
	if said, err := nodes[0].CLI(append(create, "--cluster-replicas", "1", "--cluster-yes")...); err != nil {
		t.Fatalf("create the cluster: %v\n%s", err, said)
	}
	for _, s := range nodes {
		await(t, "the cluster of "+s.Addr, func() bool {
			said, err := s.CLI("cluster", "info")
			return err == nil && strings.Contains(said, "cluster_state:ok") && strings.Contains(said, "cluster_known_nodes:6")
		})
	}
	await(t, "3 replicas", func() bool {
		linked := 0
		for _, s := range nodes {
			if said, _ := s.CLI("info", "replication"); strings.Contains(said, "role:slave") && strings.Contains(said, "master_link_status:up") {
				linked++
			}
		}
		return linked == 3
	})
	return nodes
}

// Watched are a master and a replica, and the Sentinels that watch them.
type Watched struct {
	Name            string // under which the Sentinels know the master
	Master, Replica *Server
	Sentinels       []string // host:port
}

// Sentinels start a master, a replica and 3 Sentinels.
func Sentinels(t testing.TB) *Watched {
	t.Helper()
	w := &Watched{Name: "main", Master: startRedis(t, nil, "appendonly yes")}
	host, port, err := net.SplitHostPort(w.Master.Addr)
	if err != nil {
		t.Fatal(err)
	}
	w.Replica = startRedis(t, nil, "appendonly yes", fmt.Sprintf("replicaof %s %s", host, port))
	await(t, "the replica", func() bool {
		said, err := w.Replica.CLI("info", "replication")
		return err == nil && strings.Contains(said, "master_link_status:up")
	})
	for range 3 {
		s := startRedis(t, []string{"--sentinel"}, fmt.Sprintf("sentinel monitor %s %s %s 2", w.Name, host, port),
			"sentinel down-after-milliseconds "+w.Name+" 1000", "sentinel failover-timeout "+w.Name+" 6000")
		w.Sentinels = append(w.Sentinels, s.Addr)
		defer await(t, "the others to be known to the Sentinel "+s.Addr, func() bool {
			said, err := s.CLI("sentinel", "master", w.Name)
			return err == nil && strings.Contains(said, "num-slaves\n1\nnum-other-sentinels\n2")
		})
	}
	return w
}

func await(t testing.TB, what string, is func() bool) {
	t.Helper()
	for range 300 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("waited 30 s for %s", what)
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
