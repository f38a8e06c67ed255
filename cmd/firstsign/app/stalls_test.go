package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/config"
	"firstsign/deploy/parts"
	"firstsign/internal/locked"
	"firstsign/internal/stall"
	"firstsign/signals"
)

// exercise makes every stall with a real Kafka and a real Redis, and compares what the
// service says with the table of docs/operator/stalls.md.
type exercise struct {
	*parts.Secure
	redis *goredis.Client // of somebody who may do everything
	page  string
}

const principal = "User:firstsign"

var rights = parts.ServiceRights("x")

// service is one instance.
type service struct {
	x       *exercise
	t       *testing.T
	name    string
	dir     string
	address string

	instance string // empty: as it names itself
	log      locked.Buffer
	ended    chan error
}

func TestStalls(t *testing.T) {
	if os.Getenv("KAFKA_BROKERS") == "" || os.Getenv("REDIS_ADDR") == "" {
		t.Skip("no real parts; deploy/services run -- go test ... starts them")
	}
	page, err := os.ReadFile("../../../docs/operator/stalls.md")
	if err != nil {
		t.Fatal(err)
	}
	x := &exercise{Secure: parts.StartSecure(t, t.TempDir(), 0), page: string(page)}
	x.redis = goredis.NewClient(&goredis.Options{Addr: x.Redis})
	t.Cleanup(func() { x.redis.Close() })
	x.do(t, "CONFIG", "SET", "maxmemory", "0")
	user := regexp.MustCompile(`(?m)^    (ACL SETUSER firstsign .*) \\\n(.*)$`).FindStringSubmatch(x.page)
	x.do(t, strings.Fields(strings.Replace(user[1]+user[2], "PASSWORD", "first", 1))...)
	if err := x.SetPassword(t.Context(), "firstsign", "first"); err != nil {
		t.Fatal(err)
	}
	if err := x.Allow(t.Context(), principal, rights...); err != nil {
		t.Fatal(err)
	}

	t.Run("at the start", x.atTheStart)
	// What takes a minute to be told happens at the same time.
	finish := []func(){x.openTransaction(t), x.openLoad(t), x.otherRules(t)}
	x.refusedForGood(t)
	for _, f := range finish {
		f()
	}
	x.later(t)
	for _, r := range stall.Reasons {
		if !regexp.MustCompile("(?m)^\\| .* \\| `" + regexp.QuoteMeta(r.Words()) + "` \\| `" + string(r) + "` \\| \\[Firstsign").MatchString(x.page) {
			t.Errorf("docs/operator/stalls.md has no row for %s, %q", r, r.Words())
		}
	}
}

// do a command of Redis, as somebody who may.
func (x *exercise) do(t *testing.T, args ...string) {
	t.Helper()
	all := make([]any, len(args))
	for i, a := range args {
		all[i] = a
	}
	if err := x.redis.Do(context.Background(), all...).Err(); err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
}

// prepare an instance of a deployment.
func (x *exercise) prepare(t *testing.T, name string) *service {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := &service{x: x, t: t, name: "x" + name, dir: t.TempDir(), address: l.Addr().String(), ended: make(chan error, 1)}
	s.write("kafka", "first\n")
	s.write("redis", "first\n")
	s.write("calendar.yaml", "timezone: UTC\n")
	s.write("signals.yaml", "signals:\n  - {name: call, kind: count}\n")
	s.write("service.yaml", fmt.Sprintf(`kafka:
  brokers: [%q]
  topic: %[2]s.interactions
  dead_letters: %[2]s.dead
  alerts: %[2]s.alerts
  group: %[2]s
  session_timeout: 6s
  tls: {enabled: true, ca: %[3]q}
  sasl: {mechanism: scram-sha-512, username: firstsign, password_file: kafka}
redis: {address: %[4]q, username: firstsign, password_file: redis}
tick_interval: 1s
commit_interval: 200ms
http: {listen: %[5]q}
`, x.Login, s.name, x.CA, x.Redis, s.address))
	return s
}

func (s *service) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// start the instance; the test ends it.
func (s *service) start() *service {
	s.t.Helper()
	c, err := config.Load(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := New(c, s.dir, slog.New(slog.NewTextHandler(&s.log, nil)))
	if err != nil {
		s.t.Fatal(err)
	}
	a.instance = cmp.Or(s.instance, a.instance)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ended <- a.Run(ctx)
		a.Close()
	}()
	s.t.Cleanup(func() {
		cancel()
		<-done
		if s.t.Failed() {
			s.t.Log(s.log.String())
		}
	})
	return s
}

func (s *service) get(path string) (int, string) {
	r, err := http.Get("http://" + s.address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err.Error()
	}
	return r.StatusCode, string(body)
}

func (s *service) works() {
	s.t.Helper()
	s.await("ready", func() (bool, string) {
		code, body := s.get("/-/ready")
		_, metrics := s.get("/metrics")
		return code == http.StatusOK && strings.Contains(body, `"partition 0": "live"`) && !strings.Contains(metrics, `firstsign_stalled{reason="kafka_rights"} 1`), body
	})
}

func (s *service) await(what string, is func() (bool, string)) {
	s.t.Helper()
	var last string
	for range 900 {
		var ok bool
		if ok, last = is(); ok {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatalf("%s: %s is not there after 90 s: %s", s.name, what, last)
}

// stands still: everybody who looks is told the reason.
func (s *service) stands(r stall.Reason) {
	s.t.Helper()
	began := time.Now()
	s.await(string(r)+" in /-/ready", func() (bool, string) {
		code, body := s.get("/-/ready")
		return strings.Contains(body, r.Words()) && (code == http.StatusServiceUnavailable) == (r != stall.RulesDiffer), body
	})
	s.await(string(r)+" in the metric", func() (bool, string) {
		_, body := s.get("/metrics")
		return strings.Contains(body, `firstsign_stalled{reason="`+string(r)+`"} 1`), ""
	})
	s.await(string(r)+" in the log", func() (bool, string) {
		return regexp.MustCompile(`level=ERROR msg="stands still" reason=` + string(r) + ` err=".*` + regexp.QuoteMeta(r.Words())).MatchString(s.log.String()), s.log.String()
	})
	_, body := s.get("/-/ready")
	s.t.Logf("%s is told after %s: %s", r, time.Since(began).Round(time.Second), body)
}

// goesOn without a restart, and says so.
func (s *service) goesOn(r stall.Reason) {
	s.t.Helper()
	s.works()
	s.await("end of "+string(r), func() (bool, string) {
		return strings.Contains(s.log.String(), `msg="goes on" reason=`+string(r)), s.log.String()
	})
	select {
	case err := <-s.ended:
		s.t.Fatalf("it has ended: %v", err)
	default:
	}
}

// ends by itself, with the reason.
func (s *service) ends(r stall.Reason) {
	s.t.Helper()
	select {
	case err := <-s.ended:
		if !stall.Permanent(err) || !strings.Contains(err.Error(), r.Words()) {
			s.t.Errorf("it ends with %v, want %q", err, r.Words())
		}
		s.t.Logf("%s ends it: %v", r, err)
	case <-time.After(2 * time.Minute):
		_, body := s.get("/-/ready")
		s.t.Errorf("it waits for %s: %s", r, body)
	}
}

// openTransaction of a producer that is gone.
func (x *exercise) openTransaction(t *testing.T) (finish func()) {
	s := x.prepare(t, "transaction").start()
	s.works()
	other, err := kgo.NewClient(kgo.SeedBrokers(x.Brokers), kgo.TransactionalID("other"), kgo.TransactionTimeout(5*time.Minute),
		kgo.DefaultProduceTopic(s.name+".interactions"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	if err := other.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := other.ProduceSync(t.Context(), &kgo.Record{Value: []byte("{}")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	return func() {
		s.stands(stall.OpenTransaction)
		if err := other.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
			t.Fatal(err)
		}
		s.goesOn(stall.OpenTransaction)
	}
}

// openLoad as a load that was killed leaves it.
func (x *exercise) openLoad(t *testing.T) (finish func()) {
	s := x.prepare(t, "load").start()
	s.works()
	other, err := kgo.NewClient(kgo.SeedBrokers(x.Brokers), kgo.DefaultProduceTopic(s.name+".interactions"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	write := func(kind signals.Kind) {
		c := signals.Control{Kind: kind, Time: time.Now().Add(time.Hour).UnixNano(), Load: "killed"}
		value, headers := (*signals.Authority)(nil).Sign(0, &c, time.Now().UnixNano())
		r := &kgo.Record{Value: value}
		for _, h := range headers {
			r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
		if err := other.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	write(signals.LoadBegin)
	return func() {
		s.stands(stall.OpenLoad)
		write(signals.LoadEnd)
		s.goesOn(stall.OpenLoad)
	}
}

// otherRules of a second instance.
func (x *exercise) otherRules(t *testing.T) (finish func()) {
	ours, other := x.prepare(t, "rules"), x.prepare(t, "rules")
	other.write("signals.yaml", "signals:\n  - {name: call, kind: count, weight: 0.5}\n")
	ours.start().works()
	other.instance = "other" // both are in this process
	other.start()
	return func() {
		ours.stands(stall.RulesDiffer)
		other.stands(stall.RulesDiffer)
		if _, body := other.get("/-/ready"); !strings.Contains(body, `"ready": true`) {
			t.Errorf("a rolling update would wait for ever: %s", body)
		}
	}
}

// refusedForGood by a setting of the topic, in mid-flight.
func (x *exercise) refusedForGood(t *testing.T) {
	s := x.prepare(t, "setting").start()
	s.works()
	r := kmsg.NewPtrIncrementalAlterConfigsRequest()
	r.Resources = []kmsg.IncrementalAlterConfigsRequestResource{{
		ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: s.name + ".interactions",
		Configs: []kmsg.IncrementalAlterConfigsRequestResourceConfig{{Name: "max.message.bytes", Value: new("10")}},
	}}
	cl, err := kgo.NewClient(kgo.SeedBrokers(x.Brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if _, err := r.RequestWith(t.Context(), cl); err != nil {
		t.Fatal(err)
	}
	s.ends(stall.KafkaRefuses)
}

// atTheStart nothing has worked yet, so no waiting helps.
func (x *exercise) atTheStart(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *service)
		reason stall.Reason
	}{
		{"password of Kafka", func(s *service) { s.write("kafka", "wrong") }, stall.KafkaLogin},
		{"password of Redis", func(s *service) { s.write("redis", "wrong") }, stall.RedisLogin},
		{"group", func(s *service) { s.change("group: "+s.name, "group: others") }, stall.KafkaRights},
		{"topic", func(s *service) { s.change("dead_letters: x", "dead_letters: others") }, stall.KafkaRights},
		{"keys", func(s *service) {
			x.do(s.t, "ACL", "SETUSER", "firstsign", "resetkeys", "~other:*")
			s.t.Cleanup(func() { x.do(s.t, "ACL", "SETUSER", "firstsign", "resetkeys", "~firstsign:*") })
		}, stall.RedisRights},
		{"replica", func(s *service) {
			x.do(s.t, "REPLICAOF", "127.0.0.1", "1")
			s.t.Cleanup(func() { x.do(s.t, "REPLICAOF", "NO", "ONE") })
		}, stall.RedisMoved},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := x.prepare(t, "start")
			c.change(s)
			s.start().ends(c.reason)
		})
	}
}

// change service.yaml.
func (s *service) change(from, to string) {
	text, err := os.ReadFile(filepath.Join(s.dir, "service.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("service.yaml", strings.Replace(string(text), from, to, 1))
}

// later one instance lives through everything that passes.
func (x *exercise) later(t *testing.T) {
	s := x.prepare(t, "later").start()
	s.works()
	for _, c := range []struct {
		reason   stall.Reason
		harm     func()
		recovers func()
	}{
		{stall.RedisRights, func() { x.do(t, "ACL", "SETUSER", "firstsign", "-evalsha") }, func() { x.do(t, "ACL", "SETUSER", "firstsign", "+evalsha") }},
		{stall.RedisLogin, func() {
			x.do(t, "ACL", "SETUSER", "firstsign", "resetpass", ">second")
			x.do(t, "CLIENT", "KILL", "USER", "firstsign")
		}, func() { s.write("redis", "second\n") }},
		{stall.RedisMoved, func() { x.do(t, "REPLICAOF", "127.0.0.1", "1") }, func() { x.do(t, "REPLICAOF", "NO", "ONE") }},
		{stall.RedisFull, func() { x.do(t, "CONFIG", "SET", "maxmemory", "1") }, func() { x.do(t, "CONFIG", "SET", "maxmemory", "0") }},
		{stall.RedisAway, func() { x.verb(t, "stop-redis") }, func() {
			x.verb(t, "start-redis")
			x.do(t, strings.Fields("ACL SETUSER firstsign on >second ~firstsign:* +@all")...)
		}},
		{stall.KafkaRights, func() {
			if err := x.Forbid(t.Context(), principal, kmsg.ACLResourceTypeTopic, kmsg.ACLOperationWrite); err != nil {
				t.Fatal(err)
			}
		}, func() {
			if err := x.Allow(t.Context(), principal, rights...); err != nil {
				t.Fatal(err)
			}
		}},
		{stall.KafkaLogin, func() {
			if err := x.SetPassword(t.Context(), "firstsign", "second"); err != nil {
				t.Fatal(err)
			}
			x.verb(t, "stop-kafka") // open connections go on
			x.verb(t, "start-kafka")
		}, func() { s.write("kafka", "second\n") }},
		{stall.KafkaAway, func() { x.verb(t, "stop-kafka") }, func() { x.verb(t, "start-kafka") }},
	} {
		c.harm()
		s.stands(c.reason)
		c.recovers()
		s.goesOn(c.reason)
	}
}

func (x *exercise) verb(t *testing.T, verb string) {
	t.Helper()
	if err := x.Do(verb); err != nil {
		t.Fatal(err)
	}
}
