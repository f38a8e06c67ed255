package benchmark

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/signals/kafka"
)

// Options say where and how much is measured. The tags are those of the command line.
type Options struct {
	Version     string `kong:"-"`
	Config      string `type:"existingdir" placeholder:"DIR" help:"Configuration directory. Addresses, TLS and passwords come from its service.yaml. The benchmark uses topics and state of its own and removes them at the end."`
	Kafka       string `env:"KAFKA_BROKERS" placeholder:"ADDR" help:"Kafka to measure with (default: the embedded broker)."`
	Redis       string `env:"REDIS_ADDR" placeholder:"ADDR" help:"Redis to measure with (default: the embedded store)."`
	Events      int    `default:"2000000" help:"Interactions of the day that is read."`
	Accounts    int    `default:"10000" help:"Accounts of that day."`
	HistoryDays int    `default:"28" help:"Days of history before it, with three interactions per account and day."`
	Repeat      int    `default:"3" help:"How often the bare reader and the pipeline take turns. The medians are reported."`
	Portfolio   int    `default:"100000" help:"Accounts with eight signals each, to measure the day close, memory and PING."`
	Histories   []int  `default:"60,200,700" help:"Measure a day close after this many days of history."`
	Sample      int    `default:"20000" help:"Events of the design with one GET and one SET per event, which is measured for comparison."`
	Hold        bool   `hidden:"" help:"Only write the topic, print where its open day is, and keep it until standard input ends."`
	Topic       string `hidden:"" placeholder:"NAME" help:"Only let the worker read this topic, which --hold wrote with the same numbers, and print when it begins the open day, has read half of it and has committed it."`
	Day         int64  `hidden:"" help:"Offset at which the open day of --topic begins."`
	Profile     string `type:"path" placeholder:"DIR" help:"Write CPU profiles of the pipeline and of the day close into this directory."`
}

// Report is what was measured.
type Report struct {
	Version string `json:"version"`
	Cores   int    `json:"cores"`
	Kafka   string `json:"kafka"` // address, or embedded
	Redis   string `json:"redis"`

	Events      int     `json:"events"`
	Accounts    int     `json:"accounts"`
	RecordBytes float64 `json:"record_bytes"` // mean of the values

	RawReader   float64 `json:"raw_reader_per_s"`
	OurReader   float64 `json:"our_reader_per_s"`
	Pipeline    float64 `json:"pipeline_per_s"`
	PerEvent    float64 `json:"per_event_redis_per_s"`
	OfRaw       float64 `json:"pipeline_of_raw"`
	OfPerEvent  float64 `json:"pipeline_of_per_event"`
	HistoryDays int     `json:"history_days"`
	History     float64 `json:"history_per_s"` // the same pipeline where every day is closed
	Recovery    float64 `json:"recovery_s"`    // until another worker has taken over: all accounts, and the ids of the open day
	Readings    []turn  `json:"readings"`

	Decode float64 `json:"decode_ns"`
	Apply  float64 `json:"apply_ns"`       // decode and count, one after the other
	Ahead  float64 `json:"apply_ahead_ns"` // count what was decoded and found ahead, as the service does
	Allocs float64 `json:"apply_allocs"`

	Portfolio int        `json:"portfolio"`
	Close     float64    `json:"dayclose_us_per_account"` // after the longest history
	Closes    []dayClose `json:"dayclose"`
	// ClosePeople is the same of accounts with three key contacts, whose series are judged by
	// themselves; after the shortest history.
	ClosePeople float64   `json:"dayclose_people_us_per_account"`
	Bytes       bytesEach `json:"bytes_per_account"`

	Ping       float64 `json:"redis_ping_max_ms"` // the worse of the next two
	PingCommit float64 `json:"redis_ping_commit_max_ms"`
	PingClaim  float64 `json:"redis_ping_claim_max_ms"`
	PingIdle   float64 `json:"redis_ping_idle_max_ms"`
}

// turn is one repetition.
type turn struct {
	RawReader float64 `json:"raw_reader_per_s"`
	OurReader float64 `json:"our_reader_per_s"`
	Pipeline  float64 `json:"pipeline_per_s"`
	History   float64 `json:"history_per_s"`
	Recovery  float64 `json:"recovery_s"`
}

// dayClose is what closing a day of the portfolio took, on one core.
type dayClose struct {
	History    int     `json:"history_days"`
	PerAccount float64 `json:"us_per_account"`
	Seconds    float64 `json:"seconds"`
}

// bytesEach is what an account takes; Redis is 0 when the store does not say.
type bytesEach struct {
	Memory  float64 `json:"memory"`
	Encoded float64 `json:"encoded"`
	Redis   float64 `json:"redis"`
}

// Run measures, one part after the other, and says on standard error which.
func Run(ctx context.Context, c Options) (*Report, error) {
	b, err := start(ctx, c)
	if err != nil {
		return nil, err
	}
	defer b.close()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"day close with people", b.measurePeople}, // before others set their accounts
		{"decode and count", b.measureEngine},
		{"day close", b.measureCloses},
		{"commit and claim", b.measureStore},
		{"pipeline", b.measurePipeline},
		{"GET and SET per event", b.measurePerEvent},
	} {
		fmt.Fprintln(os.Stderr, "measuring:", step.what)
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("measure %s: %w", step.what, err)
		}
		runtime.GC()
	}
	return &b.report, nil
}

// start checks the numbers and finds the parts. The caller closes what it returns.
func start(ctx context.Context, c Options) (*bench, error) {
	if c.Events < 1 || c.Accounts < 1 || c.Repeat < 1 || c.Portfolio < 1 || c.HistoryDays < 1 || c.Sample < 1 || len(c.Histories) == 0 {
		return nil, fmt.Errorf("every number of a benchmark must be at least 1")
	}
	b := &bench{Options: c, report: Report{
		Version: c.Version, Cores: runtime.GOMAXPROCS(0), Kafka: "embedded", Redis: "embedded",
		Events: c.Events, Accounts: c.Accounts, HistoryDays: c.HistoryDays, Portfolio: c.Portfolio,
	}}
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

// bench is one run.
type bench struct {
	Options
	report    Report
	config    *config.Config
	kafka     *kafka.Client
	redis     goredis.UniversalClient
	store     *state.Store
	portfolio *portfolio // the last one of the day closes; gone after measureStore
	closers   []func()
}

// open finds the parts, and names of our own in them.
func (b *bench) open(ctx context.Context) error {
	b.config = config.Default()
	if b.Config != "" {
		c, err := config.Load(b.Config)
		if err != nil {
			return err
		}
		if err := c.CanRun(); err != nil {
			return err
		}
		b.config.Service = c.Service
		b.report.Kafka, b.report.Redis = strings.Join(c.Service.Kafka.Brokers, ","), c.Service.Redis.Addr
	}
	if err := b.choose(); err != nil {
		return err
	}
	k, name := &b.config.Service.Kafka, "firstsign-bench-"+strings.ToLower(rand.Text()[:8])
	topic := name
	if b.Topic != "" {
		topic = b.Topic
	}
	k.Topic, k.DeadLetters, k.Alerts, k.Partitions = topic, topic+".dead-letter", topic+".alerts", 1
	k.Accounts = "" // that one is the service's, and all that are named here are deleted in the end
	log := logger(slog.LevelError)
	var err error
	if b.kafka, err = kafka.Open(*k, log, nil); err != nil {
		return err
	}
	if b.redis, err = state.Open(b.config.Service.Redis); err != nil {
		b.kafka.Close()
		return err
	}
	b.closers = append(b.closers, b.kafka.Close, func() { _ = b.redis.Close() })
	if b.store, err = state.New(b.redis, name, prometheus.NewRegistry()); err != nil {
		return err
	}
	if err := b.store.Ping(ctx); err != nil {
		return err
	}
	if b.Topic != "" { // another run wrote it, and removes it
		_, err = b.kafka.Find(ctx)
		return err
	}
	_, err = b.kafka.EnsureTopics(ctx)
	return err
}

// choose takes the named services, and embedded ones where none is named.
func (b *bench) choose() error {
	s := &b.config.Service
	if b.Config == "" && (b.Kafka == "" || b.Redis == "") {
		parts, err := embedded.Start(b.config)
		if err != nil {
			return err
		}
		b.closers = append(b.closers, parts.Close)
	}
	if b.Kafka != "" && b.Config == "" {
		s.Kafka.Brokers, s.Kafka.Replication, b.report.Kafka = strings.Split(b.Kafka, ","), 0, b.Kafka
	}
	if b.Redis != "" && b.Config == "" {
		s.Redis.Addr, b.report.Redis = b.Redis, b.Redis
	}
	return nil
}

// close removes all that was written.
func (b *bench) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if b.store != nil {
		if err := b.store.Forget(ctx, 0); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	if b.kafka != nil && b.Topic == "" {
		if err := b.kafka.RemoveTopics(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	for _, c := range slices.Backward(b.closers) {
		c()
	}
}

// profiled runs f, with a CPU profile when one is wanted.
func (b *bench) profiled(name string, f func() error) (err error) {
	if b.Profile == "" {
		return f()
	}
	file, err := os.Create(filepath.Join(b.Profile, name+".pprof"))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return f()
}

// logger of the parts.
func logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// median of some readings.
func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
