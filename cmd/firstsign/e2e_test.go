package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/internal/locked"
)

// The test binary is the program as well, under its name: what the tests start
// is built with the same flags as they are.
func TestMain(m *testing.M) {
	// What the tests start would wait for a second at its end, for races in what is
	// left of it.
	if err := os.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0")); err != nil {
		panic(err)
	}
	testscript.Main(tests{m}, map[string]func(){"firstsign": main})
}

// tests of this package; what they built is removed at their end.
type tests struct{ *testing.M }

func (m tests) Run() int {
	defer func() { _ = os.RemoveAll(buildFolder()) }()
	return m.M.Run()
}

// program is how a test starts Firstsign.
type program string

// instrumented is the test binary: with the race detector, when the tests have it.
const instrumented program = "firstsign"

var buildFolder = sync.OnceValue(func() string { return filepath.Join(os.TempDir(), fmt.Sprintf("firstsign-built-%d", os.Getpid())) })

var build = sync.OnceValues(func() (program, error) {
	path := filepath.Join(buildFolder(), "firstsign")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return program(path), nil
})

// shipped is the program as users build it, at full speed. Tests that compare
// what a year of data gives start it; races are looked for by the others.
func shipped(t *testing.T) program {
	t.Helper()
	p, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shippedFirst has the commands of a script start the program as users build it.
func shippedFirst(t *testing.T, e *testscript.Env) {
	t.Helper()
	folder := filepath.Dir(string(shipped(t)))
	e.Setenv("PATH", folder+string(os.PathListSeparator)+e.Getenv("PATH"))
}

// run runs a command and returns what it printed.
func (p program) run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.CommandContext(t.Context(), string(p), args...)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("firstsign %s: %v\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	return out.String()
}

// firstsign runs a command of the instrumented program.
func firstsign(t *testing.T, args ...string) string {
	t.Helper()
	return instrumented.run(t, args...)
}

// skipLong skips a test that judges long histories when tests are to be short.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("judges long histories: run it without -short")
	}
}

// parts are a Kafka and a Redis.
type parts struct{ brokers, redis string }

// realParts are those of deploy/services.
func realParts(t *testing.T) parts {
	t.Helper()
	p := parts{os.Getenv("KAFKA_BROKERS"), os.Getenv("REDIS_ADDR")}
	if p.brokers == "" || p.redis == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI has no Kafka or no Redis: run the tests with deploy/services run")
		}
		t.Skip("KAFKA_BROKERS or REDIS_ADDR is not set; deploy/services run -- go test ... starts both")
	}
	return p
}

// deployment is a directory of configuration with topics, a group and a name
// space of its own.
type deployment struct {
	parts
	name    string // of the group; the topics' names begin with it
	dir     string
	program program // that start starts
}

// deploy writes a configuration for some parts. text replaces or adds files.
func deploy(t *testing.T, p parts, partitions int, text map[string]string) *deployment {
	t.Helper()
	d := &deployment{parts: p, name: fmt.Sprintf("e2e-%x", rand.Uint64()), dir: t.TempDir(), program: instrumented}
	copyFile(t, "../../config/example/signals.yaml", filepath.Join(d.dir, "signals.yaml"))
	files := map[string]string{
		"calendar.yaml": "timezone: UTC\n",
		"service.yaml": fmt.Sprintf(`kafka: {brokers: [%q], topic: %[2]s.interactions, dead_letters: %[2]s.dead, alerts: %[2]s.alerts, group: %[2]s, partitions: %d, replication: 1, session_timeout: 6s}
redis: {address: %q}
tick_interval: 1s
commit_interval: 200ms
http: {listen: "127.0.0.1:0"}
`, p.brokers, d.name, partitions, p.redis),
	}
	for name, content := range text {
		files[name] = content
	}
	for name, content := range files {
		d.write(t, name, content)
	}
	return d
}

func (d *deployment) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// removeAfter the test what it leaves on parts that others use too.
func (d *deployment) removeAfter(t *testing.T) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		req := kmsg.NewDeleteTopicsRequest()
		for _, topic := range []string{".interactions", ".dead", ".alerts"} {
			rt := kmsg.NewDeleteTopicsRequestTopic()
			rt.Topic = new(d.name + topic)
			req.Topics, req.TopicNames = append(req.Topics, rt), append(req.TopicNames, d.name+topic)
		}
		cl, err := kgo.NewClient(kgo.SeedBrokers(d.brokers))
		if err != nil {
			t.Fatal(err)
		}
		defer cl.Close()
		if _, err := req.RequestWith(ctx, cl); err != nil {
			t.Logf("topics are left behind: %v", err)
		}
		client, err := state.Open(state.Config{Addr: d.redis})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		keys, err := client.Keys(ctx, "firstsign:{"+d.name+"*").Result()
		if err == nil && len(keys) > 0 {
			err = client.Unlink(ctx, keys...).Err()
		}
		if err != nil {
			t.Logf("keys are left behind: %v", err)
		}
	})
}

// store is the deployment's state.
func (d *deployment) store(t *testing.T) *state.Store {
	t.Helper()
	client, err := state.Open(state.Config{Addr: d.redis})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	s, err := state.New(client, d.name, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// config as the program reads it.
func (d *deployment) config(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Load(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// service is a running `firstsign run`.
type service struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  *locked.Buffer
	addr string
}

// start runs the service of a deployment until the test or stop ends it.
func (d *deployment) start(t *testing.T) *service {
	t.Helper()
	s := &service{t: t, log: &locked.Buffer{}, cmd: exec.Command(string(d.program), "run", "--config", d.dir)}
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("the service's log:\n%s", s.log)
		}
	})
	address := regexp.MustCompile(`msg="Listening on" address=(\S+)`)
	eventually(t, "the service listens", func() error {
		if m := address.FindStringSubmatch(s.log.String()); m != nil {
			s.addr = m[1]
			return nil
		}
		return fmt.Errorf("log: %s", s.log)
	})
	return s
}

// stop asks the service to end, and expects that it does so well.
func (s *service) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("the service ended badly: %v", err)
	}
}

func (s *service) get(path string) (int, string, error) {
	c := http.Client{Timeout: 30 * time.Second}
	res, err := c.Get("http://" + s.addr + path)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), err
}

// ready is what /-/ready says.
func (s *service) ready() (ok bool, parts map[string]string) {
	s.t.Helper()
	code, body, err := s.get("/-/ready")
	if err != nil {
		s.t.Fatal(err)
	}
	var answer struct {
		Ready bool              `json:"ready"`
		Parts map[string]string `json:"parts"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		s.t.Fatalf("ready: %v: %s", err, body)
	}
	if answer.Ready != (code == http.StatusOK) {
		s.t.Errorf("ready answers %d with %s", code, body)
	}
	return answer.Ready, answer.Parts
}

// caughtUp waits until the service has judged the whole log and all that it
// found is on the topic of alerts.
func (s *service) caughtUp(d *deployment, partitions int) {
	s.t.Helper()
	store := d.store(s.t)
	eventually(s.t, "the service catches up", func() error {
		_, parts := s.ready()
		for p := range partitions {
			if parts[fmt.Sprintf("partition %d", p)] != "live" {
				return fmt.Errorf("parts: %v", parts)
			}
		}
		for p := range partitions {
			if left, err := store.Outbox(s.t.Context(), p, "", 1); err != nil || len(left) > 0 {
				return fmt.Errorf("outbox of partition %d: %d left, %w", p, len(left), err)
			}
		}
		return nil
	})
}

// reach waits until every partition has judged its log up to an offset.
func (d *deployment) reach(t *testing.T, ends map[int]int64) {
	t.Helper()
	store := d.store(t)
	eventually(t, "the state reaches the log's end", func() error {
		for p, end := range ends {
			_, meta, err := store.Inspect(t.Context(), p)
			if err != nil {
				return err
			}
			if meta.Position == nil || meta.Position.Next < end {
				return fmt.Errorf("partition %d is at %+v of %d", p, meta.Position, end)
			}
		}
		return nil
	})
}

// eventually repeats check until it is content; patience is for slow machines
// and never for what is expected to take long.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = check(); err == nil {
			return
		}
	}
	t.Fatalf("%s: not within three minutes: %v", what, err)
}

// ends are the ends of a topic's partitions.
func (p parts) ends(t *testing.T, topic string) map[int]int64 {
	t.Helper()
	cl := p.client(t)
	meta := kmsg.NewMetadataRequest()
	mt := kmsg.NewMetadataRequestTopic()
	mt.Topic = &topic
	meta.Topics = append(meta.Topics, mt)
	found, err := meta.RequestWith(t.Context(), cl)
	if err != nil {
		t.Fatal(err)
	}
	req := kmsg.NewListOffsetsRequest()
	rt := kmsg.NewListOffsetsRequestTopic()
	rt.Topic = topic
	for _, partition := range found.Topics[0].Partitions {
		rp := kmsg.NewListOffsetsRequestTopicPartition()
		rp.Partition, rp.Timestamp = partition.Partition, -1
		rt.Partitions = append(rt.Partitions, rp)
	}
	req.Topics = append(req.Topics, rt)
	res, err := req.RequestWith(t.Context(), cl)
	if err != nil {
		t.Fatal(err)
	}
	ends := map[int]int64{}
	for _, partition := range res.Topics[0].Partitions {
		ends[int(partition.Partition)] = partition.Offset
	}
	return ends
}

// client shares no code with ours.
func (p parts) client(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(p.brokers), kgo.RecordPartitioner(kgo.ManualPartitioner())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

// records of a topic, from its start to its present end.
func (p parts) records(t *testing.T, topic string) []*kgo.Record {
	t.Helper()
	left := p.ends(t, topic)
	for partition, end := range left {
		if end == 0 {
			delete(left, partition)
		}
	}
	cl := p.client(t, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords(),
		kgo.FetchMaxPartitionBytes(16<<20))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var records []*kgo.Record
	for len(left) > 0 {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("read %s: %v", topic, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if !r.Attrs.IsControl() {
				records = append(records, r)
			}
			if end, ok := left[int(r.Partition)]; ok && r.Offset+1 >= end {
				delete(left, int(r.Partition))
			}
		})
	}
	return records
}

// alertsUntil are the sorted lines of the topic of alerts up to a time.
func (d *deployment) alertsUntil(t *testing.T, last string) []string {
	t.Helper()
	var found []string
	for _, r := range d.records(t, d.name+".alerts") {
		if timeOf(t, r.Value) <= last {
			found = append(found, string(r.Value))
		}
	}
	slices.Sort(found)
	return found
}

// timeOf an alert: RFC 3339 in UTC, which sorts as text.
func timeOf(t *testing.T, line []byte) string {
	t.Helper()
	var alert struct {
		Time time.Time `json:"time"`
	}
	if err := json.Unmarshal(line, &alert); err != nil {
		t.Fatalf("alert %s: %v", line, err)
	}
	return alert.Time.UTC().Format(time.RFC3339)
}

// sortedLines of a file.
func sortedLines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := slices.Collect(strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n"))
	slices.Sort(found)
	return found
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
