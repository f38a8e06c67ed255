package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	deployed "firstsign/deploy/parts"
	state "firstsign/detector/redis"
)

// redisKind is how Redis is set up.
type redisKind string

const (
	anyRedis     redisKind = ""
	singleRedis  redisKind = "single"
	clusterRedis redisKind = "cluster"
)

// redisCluster is a Redis Cluster of 3 masters and 3 replicas.
type redisCluster struct{ nodes []*clusterNode }

type clusterNode struct {
	*deployed.Server
	proxied string          // the address that clients and replicas are told: a proxy stands there
	client  *goredis.Client // without the proxy
	busy    sync.Mutex      // one fault at a time stops, freezes or turns a node
}

// startCluster starts a Cluster whose nodes announce the addresses of proxies, so that
// the faults of the way to Redis strike here as well.
func (c *chaos) startCluster() {
	c.cluster = &redisCluster{}
	redis := state.Config{Cluster: true}
	for _, server := range deployed.Cluster(c.t) {
		n := &clusterNode{Server: server, proxied: c.proxy.before(c.t, server.Addr), client: newServerClient(c.t, server.Addr)}
		c.cluster.nodes, c.servers = append(c.cluster.nodes, n), append(c.servers, n.client)
		redis.Addresses = append(redis.Addresses, n.proxied)
		_, port, err := net.SplitHostPort(n.proxied)
		err = errors.Join(err, n.client.ConfigSet(c.t.Context(), "cluster-announce-port", port).Err(),
			n.client.ConfigRewrite(c.t.Context()).Err()) // a node that starts again announces the same
		if err != nil {
			c.t.Fatal(err)
		}
	}
	c.config.Service.Redis = redis
	c.awaitCluster()
}

func newServerClient(t *testing.T, addr string) *goredis.Client {
	client := goredis.NewClient(&goredis.Options{Addr: addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

// address is what service.yaml says of Redis.
func (c *chaos) address(disturbed bool) string {
	switch {
	case c.cluster != nil:
		return fmt.Sprintf("{addresses: [%q, %q], cluster: true}", c.cluster.nodes[0].proxied, c.cluster.nodes[1].proxied)
	case disturbed:
		return fmt.Sprintf("{address: %q}", c.proxy.addr)
	}
	return fmt.Sprintf("{address: %q}", c.own.Redis)
}

// openRedis returns a client that no proxy disturbs.
func (c *chaos) openRedis() goredis.UniversalClient {
	client, err := state.Open(c.config.Service.Redis)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { client.Close() })
	if cluster, is := client.(*goredis.ClusterClient); is {
		cluster.OnNewNode(func(node *goredis.Client) { node.AddHook(directly{cluster: c.cluster}) })
	}
	return client
}

// directly dials the node where the Cluster tells of its proxy.
type directly struct {
	goredis.Hook
	cluster *redisCluster
}

// DialHook implements goredis.Hook.
func (d directly) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		for _, n := range d.cluster.nodes {
			if n.proxied == addr {
				addr = n.Addr
			}
		}
		return next(ctx, network, addr)
	}
}

func (directly) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }

func (directly) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

// nodeState is what a node says of itself.
type nodeState struct {
	id, addr, master string // master: the id of a replica's
	isMaster         bool
	epoch            int      // of two that claim a slot, the higher one is right
	slots            [][2]int // from, to
}

// state asks a node; a frozen one takes a second to say nothing.
func (n *clusterNode) state(ctx context.Context) (nodeState, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	text, err := n.client.ClusterNodes(ctx).Result()
	if err != nil {
		return nodeState{}, err
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 8 || !strings.Contains(f[2], "myself") {
			continue
		}
		s := nodeState{id: f[0], master: f[3], isMaster: strings.Contains(f[2], "master")}
		s.addr, _, _ = strings.Cut(f[1], "@")
		s.epoch, err = strconv.Atoi(f[6])
		for _, held := range f[8:] {
			if strings.HasPrefix(held, "[") { // on its way
				continue
			}
			from, to, isRange := strings.Cut(held, "-")
			if !isRange {
				to = from
			}
			a, err1 := strconv.Atoi(from)
			b, err2 := strconv.Atoi(to)
			err = errors.Join(err, err1, err2)
			s.slots = append(s.slots, [2]int{a, b})
		}
		return s, err
	}
	return nodeState{}, errors.New("a node does not know itself")
}

func (s *nodeState) holds(slot int) bool {
	for _, r := range s.slots {
		if r[0] <= slot && slot <= r[1] {
			return true
		}
	}
	return false
}

// linked reports whether a replica hears its master.
func (n *clusterNode) linked(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	said, err := n.client.Info(ctx, "replication").Result()
	return err == nil && strings.Contains(said, "master_link_status:up")
}

// states of all nodes that answer.
func (r *redisCluster) states(ctx context.Context) map[*clusterNode]nodeState {
	all := map[*clusterNode]nodeState{}
	for _, n := range r.nodes {
		if s, err := n.state(ctx); err == nil {
			all[n] = s
		}
	}
	return all
}

// owner of a slot, nil when no master answers.
func owner(of map[*clusterNode]nodeState, slot int) *clusterNode {
	var found *clusterNode
	for n, s := range of {
		if s.isMaster && s.holds(slot) && (found == nil || s.epoch > of[found].epoch) {
			found = n
		}
	}
	return found
}

// awaitCluster waits until three masters serve all slots, each has a replica that hears
// it, and all nodes say so.
func (c *chaos) awaitCluster() {
	why := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if why = c.cluster.broken(c.t.Context()); why == "" {
			return
		}
	}
	c.t.Fatalf("the Cluster is not whole: %s", why)
}

func (r *redisCluster) broken(ctx context.Context) string {
	masters, slots, followed := 0, 0, map[string]bool{}
	for n, s := range r.states(ctx) {
		info, err := n.client.ClusterInfo(ctx).Result()
		told, err2 := n.client.ClusterNodes(ctx).Result()
		if errors.Join(err, err2) != nil || !strings.Contains(info, "cluster_state:ok") {
			return fmt.Sprintf("%s: %v %v %.30q", n.Addr, err, err2, info)
		}
		for line := range strings.Lines(told) {
			if !r.sound(line) {
				return n.Addr + " says " + line
			}
		}
		switch {
		case s.isMaster:
			masters++
			for _, held := range s.slots {
				slots += held[1] - held[0] + 1
			}
		case n.linked(ctx):
			followed[s.master] = true
		}
	}
	if masters != 3 || slots != 16384 || len(followed) != 3 {
		return fmt.Sprintf("%d masters, %d slots, %d masters with a replica", masters, slots, len(followed))
	}
	return ""
}

// sound reports whether a line of CLUSTER NODES tells of a node that is there, by the
// address of its proxy.
func (r *redisCluster) sound(line string) bool {
	f := strings.Fields(line)
	return len(f) >= 8 && !strings.Contains(f[2], "fail") && !strings.Contains(f[2], "handshake") &&
		slices.ContainsFunc(r.nodes, func(n *clusterNode) bool { return strings.HasPrefix(f[1], n.proxied+"@") })
}
