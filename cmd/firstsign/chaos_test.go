package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/config"
	deployed "firstsign/deploy/parts"
	state "firstsign/detector/redis"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

var (
	chaosSeed   = flag.Uint64("chaos.seed", 1, "seed of the faults of TestNothingLostNothingTwice; 0 takes a new one")
	chaosFaults = flag.Int("chaos.faults", 6, "how many faults TestNothingLostNothingTwice injects")
	chaosRedis  = flag.String("chaos.redis", string(singleRedis), "the Redis of TestNothingLostNothingTwice: single, or cluster (3 masters and 3 replicas)")
	chaosKinds  = flag.String("chaos.kinds", "", "only the kinds of faults whose names this pattern finds; empty: all")
)

// Several processes of the real program read a topic that is being written,
// while they, Redis and Kafka are killed, stopped, cut off and rolled back at
// random moments, and a channel refuses messages. What one process that nobody
// disturbs makes of the same topic must be the same: every account byte for
// byte, every alert, every line of the topic of alerts, every dead letter, and
// what people are told.
func TestNothingLostNothingTwice(t *testing.T) {
	t.Parallel()
	needServices(t)
	seed, faults, size, days := *chaosSeed, *chaosFaults, 2400, 60
	if seed == 0 {
		seed = mathrand.Uint64N(1e6)
	}
	if testing.Short() {
		faults, size, days = 8, 800, 70
	}
	kind := redisKind(*chaosRedis)
	if kind != singleRedis && kind != clusterRedis {
		t.Fatalf("-chaos.redis=%s: want single or cluster", kind)
	}
	c := newChaos(t, seed, size, days, kind)
	c.note("seed %d: %d faults, %d accounts, %d days; again with -args -chaos.redis=%s -chaos.seed=%d", seed, faults, size, days, kind, seed)
	kinds := slices.DeleteFunc(kind.faults(), func(f faultKind) bool { return !regexp.MustCompile(*chaosKinds).MatchString(f.name) })
	c.run(kinds, faults)
}

// run strikes n faults, and compares.
func (c *chaos) run(kinds []faultKind, n int) {
	t := c.t
	stormy := c.enrol("stormy", c.address(true))
	begun, loaded := make(chan struct{}), make(chan error, 1)
	go func() { loaded <- c.load(begun, time.Duration(n)*6*time.Second) }()
	select {
	case <-begun:
	case err := <-loaded:
		t.Fatalf("load: %v", err)
	}
	for range 3 {
		stormy.join()
	}
	c.strike(stormy, kinds, n)
	c.quiet.Store(true)
	if err := <-loaded; err != nil {
		t.Fatalf("load: %v", err)
	}
	ends := c.ends()
	c.note("quiet; the partitions end at %v; one member goes on alone", ends)
	stormy.disband()
	stormy.join()
	stormy.catchUp(ends)
	stormy.disband()

	c.note("the same topic, undisturbed")
	c.proxy.rest()
	calm := c.enrol("calm", c.address(false))
	calm.join()
	calm.catchUp(ends)
	calm.disband()
	c.compare(stormy, calm)
	c.note("seed %d: %d interactions, %d of them twice, %d malformed or aborted records, %d faults; disturbed: %s; undisturbed: %s",
		c.plan.Seed, c.written.Load(), c.repeated.Load(), c.malformed.Load(), n, stormy.figures(), calm.figures())
}

// chaos is one run of the test.
type chaos struct {
	t       *testing.T
	random  *mathrand.Rand // of the faults
	began   time.Time
	dir     string
	program program
	own     *deployed.Own
	proxy   *cutter           // the way of the disturbed members to Redis
	cluster *redisCluster     // nil: Redis is one server
	servers []*goredis.Client // each server of Redis, without the proxy
	zone    string
	config  *config.Config
	plan    simulate.Plan
	client  *kafka.Client
	hooks   *webhooks // where both fleets tell their alerts
	// forgotten are the times of which Redis has lost what was recorded.
	forgotten [][2]time.Time
	// thaws are the times at which members went on that had slept for longer than their
	// sessions.
	thaws []time.Time

	quiet                        atomic.Bool // the faults are over
	recent                       recent
	written, repeated, malformed atomic.Int64
}

func newChaos(t *testing.T, seed uint64, size, days int, kind redisKind) *chaos {
	c := &chaos{t: t, random: mathrand.New(mathrand.NewPCG(seed, 1)), began: time.Now(), dir: keptFolder(t)}
	c.program = shipped(t)
	c.own = deployed.Start(t, filepath.Join(c.dir, "services"), "384m")
	c.proxy = newCutter(t, c.own.Redis)
	c.hooks = newWebhooks(c)

	var location *time.Location
	c.zone, location = farFromMidnight(t)
	today := signals.NewZone(location).Day(time.Now().UnixNano())
	c.plan = simulate.Plan{
		Seed: seed, Accounts: size, Start: today - signals.Day(days), Days: days, Location: location, Declines: 0.2, Story: true,
	}
	c.config = config.Default()
	c.config.Calendar.Location = location
	c.config.Accounts = accounts.NewDirectory(simulate.New(c.plan).Accounts())
	c.config.Service.Redis = state.Config{Addr: c.own.Redis}
	if kind == clusterRedis {
		c.startCluster()
	} else {
		c.servers = []*goredis.Client{newServerClient(t, c.own.Redis)}
	}
	k := &c.config.Service.Kafka
	k.Brokers, k.Partitions = []string{c.own.Brokers}, 4
	c.client = c.open(k.Topic)
	if _, err := c.client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// open a client for a topic.
func (c *chaos) open(topic string) *kafka.Client {
	k := c.config.Service.Kafka
	k.Topic, k.DeadLetters, k.Alerts = topic, topic+".dead", topic+".alerts"
	client, err := kafka.Open(k, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(client.Close)
	return client
}

// note writes what happens and when, so that a failure can be read.
func (c *chaos) note(format string, args ...any) {
	c.t.Logf("%6.1f s  %s", time.Since(c.began).Seconds(), fmt.Sprintf(format, args...))
}

// farFromMidnight is a time zone in which no day closes during the test: the
// disturbed members and the undisturbed one do not read the same last ticks.
func farFromMidnight(t *testing.T) (string, *time.Location) {
	ahead := 10 - time.Now().UTC().Hour() // it is about ten in the morning there
	if ahead < -12 {
		ahead += 24
	}
	name := fmt.Sprintf("Etc/GMT%+d", -ahead) // these names count westwards
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return name, location
}

// load writes the history within about the given time and then, until the
// faults are over, what happens today and tomorrow. begun is closed when
// members may read: before the load begins they would write the wall's time
// into the log, and close the days of the history.
func (c *chaos) load(begun chan<- struct{}, within time.Duration) error {
	sim, zone := simulate.New(c.plan), signals.NewZone(c.config.Calendar.Location)
	one, err := simulate.New(c.plan).Next()
	if err != nil {
		return err
	}
	first, last := one.Interaction.Time, zone.Start(c.plan.Start+signals.Day(c.plan.Days))
	producer, err := c.client.Producer(c.t.Context())
	if err != nil {
		return err
	}
	defer producer.Close()
	w := &mischief{chaos: c, producer: producer}
	sequence := history.Log{
		Partitions: producer.Partitions(), Zone: zone, Lateness: c.config.Detector.Lateness, First: first, Load: rand.Text(),
	}
	start := time.Now()
	for entry, err := range sequence.All(sim.History()) {
		switch {
		case err != nil:
			return err
		case entry.Control != nil:
			err = producer.Control(entry.Partition, *entry.Control)
		default:
			due := start.Add(time.Duration(float64(within) * float64(entry.Line.Interaction.Time-first) / float64(last-first)))
			if wait := time.Until(due); wait > 100*time.Millisecond || begun != nil && c.written.Load() > 1000 {
				err = producer.Flush()
				if begun != nil {
					close(begun)
					begun = nil
				}
				time.Sleep(wait)
			}
			err = errors.Join(err, w.put(entry.Partition, entry.Line))
		}
		if err != nil {
			return err
		}
	}
	c.note("the history is loaded; its days close, and days of the wall clock begin")
	for live := sim.Until(zone.Start(c.plan.Start + signals.Day(c.plan.Days) + 2)); !c.quiet.Load(); {
		line, err := live.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = w.put(signals.PartitionOf(line.Interaction.Account, producer.Partitions()), line)
		}
		if err == nil && c.written.Load()%50 == 0 {
			err = producer.Flush()
			time.Sleep(200 * time.Millisecond)
		}
		if err != nil {
			return err
		}
	}
	for p := range producer.Partitions() { // from here on, further ticks change nothing
		tick := signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano(), Owner: "test"}
		if err := producer.Control(p, tick); err != nil {
			return err
		}
	}
	return producer.Flush()
}

// recent is the newest records that were written.
type recent struct {
	mu   sync.Mutex
	list []written // the next place is that of the oldest
	next int
}

type written struct {
	partition  int
	key, value []byte
}

// mostRecent are kept.
const mostRecent = 400

func (r *recent) add(partition int, key, value []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := written{partition, bytes.Clone(key), bytes.Clone(value)}
	if len(r.list) < mostRecent {
		r.list = append(r.list, one)
		return
	}
	r.list[r.next] = one
	r.next = (r.next + 1) % mostRecent
}

func (r *recent) all() []written {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Concat(r.list[r.next:], r.list[:r.next])
}

// mischief writes interactions, some of them a second time, malformed records
// among them, and what people say of alerts, whether there are such or not.
type mischief struct {
	*chaos
	producer  *kafka.Producer
	partition int
	key, kept []byte // of an interaction that will be repeated
}

func (m *mischief) put(partition int, line *history.Line) error {
	n := m.written.Add(1)
	err := m.producer.PutTo(partition, line.Interaction.Account, line.Value, nil)
	m.recent.add(partition, line.Interaction.Account, line.Value)
	switch n % 1000 {
	case 100:
		m.partition = partition
		m.key, m.kept = append(m.key[:0], line.Interaction.Account...), append(m.kept[:0], line.Value...)
	case 200:
		m.repeated.Add(1)
		err = errors.Join(err, m.producer.PutTo(m.partition, m.key, m.kept, nil))
	case 300:
		m.malformed.Add(1)
		err = errors.Join(err, m.producer.PutTo(partition, line.Interaction.Account, line.Value[:len(line.Value)/2], nil))
	case 400, 800:
		account, day := string(line.Interaction.Account), signals.NewZone(m.config.Calendar.Location).Day(line.Interaction.Time)
		err = errors.Join(err, m.producer.Control(partition, signals.Control{
			Kind: signals.Feedback, Time: line.Interaction.Time, Account: account, Alert: fmt.Sprintf("%s-%s", account, day),
			Label: signals.Labels[int(n/500)%len(signals.Labels)],
		}))
	}
	return err
}

// ends of the topic's partitions.
func (c *chaos) ends() []int64 {
	ends := make([]int64, c.config.Service.Kafka.Partitions)
	for p := range ends {
		one := c.client.Partition(p)
		var err error
		if _, ends[p], err = one.Bounds(c.t.Context()); err != nil {
			c.t.Fatal(err)
		}
		one.Close()
	}
	return ends
}
