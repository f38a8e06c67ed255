package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/alerting"
	deployed "firstsign/deploy/parts"
)

// ownParts are a Kafka and a Redis that nobody else uses: a test may stop them.
type ownParts struct {
	parts
	own *deployed.Own
	t   *testing.T
}

func startOwnParts(t *testing.T) *ownParts {
	t.Helper()
	realParts(t) // where there are none, there are none to start either
	own := deployed.Start(t, t.TempDir(), "256m")
	return &ownParts{parts{own.Brokers, own.Redis}, own, t}
}

func (o *ownParts) do(verb string) {
	o.t.Helper()
	if err := o.own.Do(verb); err != nil {
		o.t.Error(err)
	}
}

// Redis and Kafka away, at the start and in mid-flight: the service lives,
// waits, says for whom, and goes on by itself.
func TestAway(t *testing.T) {
	t.Parallel()
	o := startOwnParts(t)
	d := deploy(t, o.parts, 1, nil)
	history := filepath.Join(t.TempDir(), "history.jsonl.gz")
	firstsign(t, "simulate", "--accounts", "10", "--days", "60", "--events", history)
	firstsign(t, "load", "--config", d.dir, history)

	o.do("stop-redis")
	o.do("stop-kafka")
	s := d.start(t)
	s.waitsFor("kafka", "redis")
	s.says("Kafka does not answer")
	o.do("start-kafka")
	s.waitsFor("redis", "partition 0")
	s.says("waiting for the store")
	o.do("start-redis")
	s.works()

	o.do("stop-redis")
	events := d.call(t, o, 1)
	s.waitsFor("redis", "partition 0")
	s.counts("firstsign_redis_errors_total")
	o.do("start-redis")
	s.works()
	d.reach(t, events)

	o.do("stop-kafka")
	s.waitsFor("kafka")
	// A broker that is stopped may end the group before a fetch fails.
	eventually(t, "a metric says that Kafka is away", func() error {
		errors, joined := s.metric("firstsign_kafka_fetch_errors_total"), s.metric("firstsign_kafka_group_joined")
		if errors == 0 && joined != 0 {
			return fmt.Errorf("fetch errors %v, group joined %v", errors, joined)
		}
		return nil
	})
	o.do("start-kafka")
	s.works()
	d.reach(t, d.call(t, o, 2))
	s.says("Kafka answers again")

	_, body, err := s.get("/api/v1/accounts/acme")
	if err != nil || !strings.Contains(body, `"signal": "call"`) {
		t.Errorf("what was sent in between is not in the state: %s, %v", body, err)
	}
	s.refusesEviction(d, o.redis)
}

// waitsFor waits until exactly some parts are not ready, and expects that the
// process counts as alive and says in its metric that it is not ready.
func (s *service) waitsFor(names ...string) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("the service says that it waits for %v", names), func() error {
		ok, parts := s.ready()
		for _, name := range names {
			if part, there := parts[name]; ok || !there || part == "ready" || part == "live" {
				return fmt.Errorf("ready %v: %v", ok, parts)
			}
		}
		if ready := s.metric("firstsign_ready"); ready != 0 {
			return fmt.Errorf("firstsign_ready is %v", ready)
		}
		return nil
	})
	if code, _, err := s.get("/-/healthy"); err != nil || code != http.StatusOK {
		s.t.Errorf("healthy: %d, %v", code, err)
	}
}

func (s *service) works() {
	s.t.Helper()
	eventually(s.t, "the service goes on by itself", func() error {
		ok, parts := s.ready()
		if !ok || parts["partition 0"] != "live" || s.metric("firstsign_ready") != 1 {
			return fmt.Errorf("ready %v: %v", ok, parts)
		}
		return nil
	})
}

func (s *service) says(text string) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("the log says %q", text), func() error {
		if !strings.Contains(s.log.String(), text) {
			return errors.New("it does not")
		}
		return nil
	})
}

func (s *service) counts(metric string) {
	s.t.Helper()
	eventually(s.t, metric+" counts", func() error {
		if s.metric(metric) == 0 {
			return errors.New("it is 0")
		}
		return nil
	})
}

// metric is the sum of all that /metrics says under a name.
func (s *service) metric(name string) (sum float64) {
	s.t.Helper()
	_, body, err := s.get("/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^`+name+`(?:\{[^}]*\})? (\S+)$`).FindAllStringSubmatch(body, -1) {
		v, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			s.t.Fatal(err)
		}
		sum += v
	}
	return sum
}

// call puts a call into the topic and returns the log's ends after it.
func (d *deployment) call(t *testing.T, o *ownParts, n int) map[int]int64 {
	t.Helper()
	value := fmt.Sprintf(`{"time":%q,"account":"acme","signal":"call","id":"call-%d","attributes":{"direction":"inbound"}}`, time.Now().Format(time.RFC3339), n)
	cl := o.client(t, kgo.DefaultProduceTopic(d.name+".interactions"))
	if err := cl.ProduceSync(t.Context(), &kgo.Record{Key: []byte("acme"), Value: []byte(value)}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	return d.ends(t, d.name+".interactions")
}

// A first start on a year of history sends every manager one digest, not a
// year of alerts.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	p, binary := realParts(t), shipped(t)
	hook := newWebhook(t)
	history, roll := filepath.Join(t.TempDir(), "history.jsonl.gz"), filepath.Join(t.TempDir(), "accounts.csv")
	binary.run(t, "simulate", "--accounts", "100", "--days", "365", "--declines", "0.4", "--story", "--start", time.Now().AddDate(0, 0, -375).Format(time.DateOnly),
		"--events", history, "--accounts-out", roll)
	d := deploy(t, p, 2, nil)
	d.program = binary
	d.removeAfter(t)
	copyFile(t, roll, filepath.Join(d.dir, "accounts.csv"))
	managers := map[string]bool{}
	for a := range d.config(t).Accounts.All() {
		managers[a.Owner] = true
	}
	d.write(t, "routing.yaml", hook.routing(slices.Sorted(maps.Keys(managers))))
	binary.run(t, "load", "--config", d.dir, history)
	s := d.start(t)
	s.caughtUp(d, 2)

	raised := d.alertsUntil(t, "9999")
	want := map[string]int{}
	digests := map[string]int{}
	for _, a := range s.alerts() {
		if a.State == alerting.Open {
			digests[a.Owner] = 1
		}
		for _, e := range a.History {
			if e.Delivery == alerting.ByMessage { // found on a day that has just closed, it comes as it happens
				want[a.Owner]++
			}
		}
	}
	for owner := range digests {
		want[owner]++
	}
	eventually(t, "every manager with an open alert has a digest", func() error {
		if got := hook.deliveries(); len(got) < len(want) || s.metric("firstsign_deliveries_pending") > 0 || s.metric("firstsign_digest_alerts_waiting") > 0 {
			return fmt.Errorf("%v, want %v", got, want)
		}
		return nil
	})
	s.stop()
	if got := hook.deliveries(); !maps.Equal(got, want) {
		t.Errorf("deliveries %v, want %v", got, want)
	}
	if len(raised) <= 2*len(digests) || len(digests) < 2 {
		t.Errorf("%d alerts in the year and %d managers to tell: that says little", len(raised), len(digests))
	}
	t.Logf("%d alerts in the year, %d digests, deliveries %v", len(raised), len(digests), want)
}

// webhook counts what each manager is sent.
type webhook struct {
	*httptest.Server
	mu  sync.Mutex
	got map[string]int
}

func newWebhook(t *testing.T) *webhook {
	h := &webhook{got: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got[strings.TrimPrefix(r.URL.Path, "/")]++
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *webhook) deliveries() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.got)
}

// routing tells every manager by a path of their own.
func (h *webhook) routing(managers []string) string {
	channels, owners := "channels:\n", "owners:\n"
	for _, m := range append(managers, alerting.Operator) {
		channels += fmt.Sprintf("  hook-%[1]s: {url: \"generic+%[2]s/%[1]s\"}\n", m, h.URL)
		if m != alerting.Operator {
			owners += fmt.Sprintf("  %[1]s: [hook-%[1]s]\n", m)
		}
	}
	return channels + owners + "operator: [hook-operator]\n"
}
