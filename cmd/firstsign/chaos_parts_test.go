package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	alertredis "firstsign/alerting/redis"
	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/detector/worker/storetest"
)

func needServices(t *testing.T) {
	if os.Getenv("KAFKA_BROKERS") != "" && os.Getenv("REDIS_ADDR") != "" {
		return
	}
	if os.Getenv("CI") == "true" && os.Getenv("FIRSTSIGN_NO_KAFKA") == "" {
		t.Fatal("CI has no Kafka or no Redis: run the tests with deploy/services run")
	}
	t.Skip("KAFKA_BROKERS or REDIS_ADDR is not set: deploy/services run -- go test ./cmd/firstsign starts both")
}

// keptFolder is a temporary folder that stays after a failure.
func keptFolder(t *testing.T) string {
	dir, err := os.MkdirTemp("", "firstsign-chaos.") //nolint:usetesting // t.TempDir removes it after a failure as well
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("logs are in", dir)
			return
		}
		os.RemoveAll(dir)
	})
	return dir
}

// cutter passes bytes between clients and Redis. On demand it cuts connections
// instead of passing an answer, or holds the answer to the first part of a
// commit. In a Cluster it stands before every node.
type cutter struct {
	addr    string       // of the first one
	cuts    atomic.Int64 // how many of the next answers are lost
	lost    atomic.Int64 // how many of the next requests are lost
	delay   atomic.Int64 // of every answer, nanoseconds
	silence atomic.Pointer[chan struct{}]
	trap    atomic.Pointer[trap]
}

// trap waits for a commit of more accounts than one call carries. The answer
// to its first call is held from then on until the trap is opened.
type trap struct{ sprung, opened chan struct{} }

// fullChunk stands near the beginning of such a call: how many values follow.
var fullChunk = fmt.Appendf(nil, "\r\n$4\r\n%d\r\n", 2*worker.ChunkAccounts)

func newCutter(t *testing.T, target string) *cutter {
	x := &cutter{}
	x.addr = x.before(t, target)
	return x
}

// before a server stands a proxy, whose address is returned. It leaves alone what a
// replica hears from its master.
func (x *cutter) before(t *testing.T, target string) string {
	return storetest.Proxy(t, target, func() (request, reply func([]byte) bool) {
		full, replica := new(atomic.Bool), new(atomic.Bool) // full: the last call was such a one
		request = func(part []byte) bool {
			if replica.Load() || bytes.Contains(part[:min(len(part), 100)], []byte("PSYNC")) {
				replica.Store(true)
				return true
			}
			if bytes.Contains(part[:min(len(part), 1000)], fullChunk) {
				full.Store(true)
			}
			return x.lost.Load() <= 0 || x.lost.Add(-1) < 0
		}
		return request, func([]byte) bool { return replica.Load() || x.answers(full.Swap(false)) }
	})
}

// rest lets everything pass again.
func (x *cutter) rest() {
	x.cuts.Store(0)
	x.lost.Store(0)
}

// answers tells whether the next answer passes, which may be that to a full
// chunk.
func (x *cutter) answers(full bool) bool {
	if trap := x.trap.Load(); full && trap != nil && x.trap.CompareAndSwap(trap, nil) {
		close(trap.sprung)
		<-trap.opened
		return false
	}
	if silence := x.silence.Load(); silence != nil {
		<-*silence
		return false
	}
	time.Sleep(time.Duration(x.delay.Load()))
	return x.cuts.Load() <= 0 || x.cuts.Add(-1) < 0
}

// fleet is the members of one consumer group: one state, one book, topics of
// alerts and dead letters of its own, and the topic of interactions of all.
type fleet struct {
	*chaos
	name       string
	dir        string // its configuration; logs lie beside it
	rules      *detector.Rules
	store      *state.Store
	alertStore *alertredis.Store

	mu      sync.Mutex
	members []*member
	joined  int
}

// member is one process.
type member struct {
	name   string
	cmd    *exec.Cmd
	frozen bool
	told   atomic.Bool // its end is our doing
	ended  chan struct{}
	err    error
}

// nervous thresholds make hundreds of alerts where careful ones make a few.
const nervous = `
grades:
  key: {raise: 0.3, clear: 0.2}
  potential: {raise: 0.3, clear: 0.2}
  ordinary: {raise: 0.3, clear: 0.2}
  marginal: {raise: 0.3, clear: 0.2}
  problem: {raise: 0.3, clear: 0.2}
`

// enrol writes the configuration of a fleet. redis is that part of it.
func (c *chaos) enrol(name, redis string) *fleet {
	f := &fleet{chaos: c, name: name, dir: filepath.Join(c.dir, name)}
	if err := os.Mkdir(f.dir, 0o700); err != nil {
		c.t.Fatal(err)
	}
	var list strings.Builder
	if err := accounts.WriteCSV(&list, simulate.New(c.plan).Accounts()); err != nil {
		c.t.Fatal(err)
	}
	example, err := os.ReadFile("../../config/example/signals.yaml")
	if err != nil {
		c.t.Fatal(err)
	}
	for file, text := range map[string]string{
		"signals.yaml":  string(example) + nervous,
		"calendar.yaml": "timezone: " + c.zone + "\n",
		"accounts.csv":  list.String(),
		"routing.yaml":  c.hooks.routing(name),
		"service.yaml": fmt.Sprintf(`kafka:
  brokers: [%q]
  alerts: %[2]s.alerts
  dead_letters: %[2]s.dead
  group: %[2]s
  partitions: %[3]d
  session_timeout: 6s
redis: %[4]s
tick_interval: 1s
commit_interval: 200ms
http: {listen: "127.0.0.1:0"}
`, c.own.Brokers, name, c.config.Service.Kafka.Partitions, redis),
	} {
		if err := os.WriteFile(filepath.Join(f.dir, file), []byte(text), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	own, err := config.Load(f.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	f.rules = own.Rules()
	client := c.openRedis()
	if f.store, err = state.New(client, name, prometheus.NewRegistry()); err != nil {
		c.t.Fatal(err)
	}
	f.alertStore = alertredis.New(client, name)
	c.t.Cleanup(f.killAll)
	return f
}

// join starts one more member and waits for its first word: from then on it
// ends in good order when it is asked to.
func (f *fleet) join() {
	m, log := f.start()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if said, _ := os.ReadFile(log); bytes.Contains(said, []byte("firstsign starts")) {
			return
		}
	}
	f.t.Errorf("%s does not start", m.name)
}

// start one more member, and return the name of its log.
func (f *fleet) start() (_ *member, logName string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.joined++
	m := &member{name: fmt.Sprintf("%s-%d", f.name, f.joined), ended: make(chan struct{})}
	log, err := os.Create(filepath.Join(f.chaos.dir, m.name+".log"))
	if err != nil {
		f.t.Fatal(err)
	}
	defer log.Close()
	m.cmd = exec.Command(string(f.program), "run", "--config", f.dir)
	m.cmd.Stdout, m.cmd.Stderr = log, log
	if err := m.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.members = append(f.members, m)
	go func() {
		m.err = m.cmd.Wait()
		if !m.told.Load() {
			f.t.Errorf("%s ended by itself: %v", m.name, m.err)
		}
		close(m.ended)
	}()
	return m, log.Name()
}

// release takes a member out of the fleet and sends it a signal.
func (f *fleet) release(m *member, signal syscall.Signal) {
	f.mu.Lock()
	for i := range f.members {
		if f.members[i] == m {
			f.members = append(f.members[:i], f.members[i+1:]...)
			break
		}
	}
	f.mu.Unlock()
	m.told.Store(true)
	_ = m.cmd.Process.Signal(signal)
}

// farewell waits until a member that was told to has ended in good order.
func (f *fleet) farewell(m *member) {
	select {
	case <-m.ended:
		if m.err != nil {
			f.t.Errorf("%s was asked to end: %v", m.name, m.err)
		}
	case <-time.After(time.Minute):
		f.t.Errorf("%s does not end", m.name)
		_ = m.cmd.Process.Kill()
		<-m.ended
	}
}

// disband ends all members in good order.
func (f *fleet) disband() {
	all := f.awake()
	for _, m := range all {
		f.release(m, syscall.SIGTERM)
	}
	for _, m := range all {
		f.farewell(m)
	}
}

func (f *fleet) killAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.members {
		m.told.Store(true)
		_ = m.cmd.Process.Kill()
		<-m.ended
	}
}

// awake are the members that are not frozen.
func (f *fleet) awake() []*member {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []*member
	for _, m := range f.members {
		if !m.frozen {
			list = append(list, m)
		}
	}
	return list
}

// catchUp waits until the state holds the log up to the given ends and everybody was
// told.
func (f *fleet) catchUp(ends []int64) {
	why := ""
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if why = f.behind(ends); why == "" {
			f.note("%s has caught up", f.name)
			return
		}
	}
	f.t.Fatalf("%s does not catch up: %s", f.name, why)
}

func (f *fleet) behind(ends []int64) string {
	ctx, cancel := context.WithTimeout(f.t.Context(), 10*time.Second)
	defer cancel()
	for p, end := range ends {
		_, meta, err := f.store.Inspect(ctx, p)
		if err != nil {
			return err.Error()
		}
		if meta.Position == nil || meta.Position.Next < end {
			return fmt.Sprintf("partition %d is at %+v and ends at %d", p, meta.Position, end)
		}
		waiting, err := f.store.Outbox(ctx, p, "", 1)
		if err != nil {
			return err.Error()
		}
		if len(waiting) > 0 {
			return fmt.Sprintf("findings of partition %d wait", p)
		}
	}
	switch untold, err := f.untold(ctx); {
	case err != nil:
		return err.Error()
	case untold > 0:
		return fmt.Sprintf("messages of %d alerts wait", untold)
	}
	return ""
}

// said counts what stands in the logs of all members.
func (f *fleet) said(text string) int {
	n := 0
	for i := range f.joined {
		log, err := os.ReadFile(filepath.Join(f.chaos.dir, fmt.Sprintf("%s-%d.log", f.name, i+1)))
		if err != nil {
			f.t.Error(err)
		}
		n += strings.Count(string(log), text)
	}
	return n
}

func (f *fleet) figures() string {
	return fmt.Sprintf("%d processes, %d claims, %d refusals, %d failed ownerships, %d joins, alerts stored again %d times",
		f.joined, f.said("partition claimed"), f.said("commit refused"), f.said("partition failed"),
		f.said("joined the consumer group"), f.said("findings are stored again"))
}
