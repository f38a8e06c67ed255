package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/dispatch"
	"firstsign/alerting/links"
	"firstsign/alerting/readback"
	alertredis "firstsign/alerting/redis"
	"firstsign/config"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/internal/stall"
	"firstsign/signals"
	"firstsign/signals/kafka"
	"firstsign/web"
	"firstsign/web/access"
	"firstsign/web/live"
	"firstsign/web/operations"
	"firstsign/web/portfolio"
	"firstsign/web/tuning"
)

// App is one running Firstsign: the only place where the parts are wired.
type App struct {
	Config    *config.Config // as it was at the start; its Service never changes
	directory string         // of the config, watched for changes; empty: nothing to watch
	instance  string         // our name in ticks and for the other instances
	log       *slog.Logger
	Now       func() time.Time
	// Audit takes a line for everything that somebody reads or answers on the web; nil:
	// nothing is written.
	Audit *slog.Logger
	// Channels are added to those of the routing; a demo adds its screen.
	Channels map[string]alerting.Channel
	Links    *links.Signer // replaces those of the routing; a demo makes its own
	// Committed is called after every commit and then delivers the findings; nil: timers
	// deliver them. A demo delivers in its own time.
	Committed func(partition int, at worker.Progress)

	registry   *prometheus.Registry
	Kafka      *kafka.Client
	group      *kafka.Group
	Store      *state.Store
	alertStore *alertredis.Store
	identity   kafka.Identity
	rules      atomic.Pointer[detector.Rules]
	snapshot   atomic.Pointer[alerting.RoutingSnapshot]
	policy     atomic.Pointer[access.Policy] // who may see what; nil: whoever passes the login sees everything
	mappings   Mappings
	mapped     *kafka.MappedTopics // maps topics of other systems
	Hangup     chan os.Signal      // each signal reloads the configuration
	accounts   *accountFollower    // nil: accounts come from files
	status     worker.Status
	owned      owned
	workers    *worker.Metrics
	alerts     *alerting.Metrics
	deliveries *delivery.Metrics
	dispatches *dispatch.Metrics
	readbacks  *readback.Metrics
	notifier   atomic.Pointer[delivery.Notifier]
	config     atomic.Pointer[config.Config]  // the one in force
	watcher    atomic.Pointer[config.Watcher] // nil while nothing is watched
	surveys    surveys
	away       atomic.Pointer[error] // why Redis does not answer; nil when it does
	held       atomic.Pointer[error] // that somebody brings in the state; nil when nobody does
	redis      stall.Board           // which calls to Redis fail
	stalls     *stalls
	peers      peers
	files      atomic.Pointer[portfolio.Files]
	portfolio  *portfolio.Overview
	closers    []func()
}

// New prepares all parts; it connects to nothing yet.
func New(c *config.Config, directory string, log *slog.Logger) (*App, error) {
	a := &App{
		Config: c, directory: directory, instance: OwnerName(), log: log, Now: time.Now,
		registry: prometheus.NewRegistry(),
	}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.stalls = newStalls(a.registry)
	a.workers = worker.NewMetrics(a.registry)
	a.alerts, a.deliveries = alerting.NewMetrics(a.registry), delivery.NewMetrics(a.registry)
	a.dispatches, a.readbacks = dispatch.NewMetrics(a.registry), readback.NewMetrics(a.registry)

	var err error
	if a.Kafka, err = kafka.Open(c.Service.Kafka, log, kafka.NewMetrics(a.registry)); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.Kafka.Close)
	a.group = a.Kafka.Group()
	a.mapped = &kafka.MappedTopics{Client: a.Kafka, Mappings: &a.mappings}
	if topic := c.Service.Kafka.Accounts; topic != "" {
		a.accounts = newAccountFollower(topic, log)
	}
	redis := c.Service.Redis
	redis.Stalls = &a.redis
	client, err := state.Open(redis)
	if err != nil {
		a.Close()
		return nil, err
	}
	a.closers = append(a.closers, func() { _ = client.Close() })
	namespace := Namespace(c)
	if a.Store, err = state.New(client, namespace, a.registry); err != nil {
		a.Close()
		return nil, err
	}
	a.alertStore = alertredis.New(client, namespace)
	a.portfolio = portfolio.New(a.files.Load, a, a.alertStore, log)
	starting := errors.New("not asked yet")
	a.away.Store(&starting)
	return a, nil
}

// Namespace is the prefix of the state's keys. Each consumer group has its own.
func Namespace(c *config.Config) string {
	if c.Service.Redis.Namespace != "" {
		return c.Service.Redis.Namespace
	}
	return c.Service.Kafka.Group
}

// Close closes what was opened, the last first.
func (a *App) Close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
}

// Apply puts a configuration into force. The rules take effect at the next day close, the
// routing and the mappings at once.
func (a *App) Apply(c *config.Config) error {
	if c.Access == nil && a.policy.Load() != nil {
		return errNoPolicy
	}
	snapshot, err := Routing(c, a.directory, a.log)
	if err != nil {
		return err
	}
	mapped, err := MappedBy(c)
	if err != nil {
		return err
	}
	a.mappings.now.Store(mapped)
	for name, channel := range a.Channels {
		snapshot.Channels[name] = channel
	}
	if a.Links != nil {
		snapshot.Links = a.Links
	}
	a.snapshot.Store(snapshot)
	a.policy.Store(c.Access)
	a.files.Store(&portfolio.Files{Accounts: c.Accounts, Grading: c.Grading})
	a.config.Store(c)
	if rules, now := c.Rules(), a.rules.Load(); now == nil || now.Hash != rules.Hash {
		a.rules.Store(rules)
	}
	if a.accounts != nil && c.Accounts != nil {
		a.accounts.known()
	}
	return nil
}

// errNoPolicy means that access.yaml is gone. A file that is lost by mistake must not show
// everything to everybody.
var errNoPolicy = errors.New("access.yaml is gone or empty; the last one stays in force. To show everything to whoever signs in, restart without it")

// Run works until ctx ends.
func (a *App) Run(ctx context.Context) error {
	if err := a.Apply(a.Config); err != nil {
		return err
	}
	server, changes, err := a.listen()
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return server.Run(ctx) })
	g.Go(func() error { return changes.Run(ctx) })
	g.Go(func() error { return a.watch(ctx) })
	g.Go(func() error { return a.keepLists(ctx) })
	g.Go(func() error { return a.portfolio.Run(ctx) })
	if a.directory != "" {
		w := a.newWatcher()
		g.Go(func() error { return w.Run(ctx, a.Config) })
	}
	g.Go(func() error { return a.work(ctx) })
	return g.Wait()
}

// work joins the consumer group, once brokers answer.
func (a *App) work(ctx context.Context) error {
	var err error
	if a.identity, err = a.Kafka.EnsureTopics(ctx); err != nil {
		return Ended(ctx, err)
	}
	g, ctx := errgroup.WithContext(ctx)
	if a.accounts != nil {
		g.Go(func() error { return Ended(ctx, a.accounts.follow(ctx, a.Kafka)) })
		if !a.accounts.wait(ctx) {
			return g.Wait()
		}
	}
	if !a.awaitWhole(ctx, false) {
		return g.Wait()
	}
	if a.Committed == nil {
		a.notifier.Store(a.Notifier(a.identity.Partitions))
		g.Go(func() error { return a.notifier.Load().Run(ctx) })
		finisher := &readback.Finisher{
			Store: a.alertStore, Handler: AnswerHandler(a.alertStore, a.Store, a.Kafka, a.alerts), Owns: a.owned.has,
			Partitions: a.identity.Partitions, Logger: a.log, Now: a.Now,
		}
		g.Go(func() error { return finisher.Run(ctx) })
	}
	g.Go(func() error { return Ended(ctx, a.group.Run(ctx, a.own)) })
	g.Go(func() error {
		if !a.awaitWhole(ctx, true) || !a.awaitOurs(ctx) {
			return nil
		}
		return Ended(ctx, a.mapped.Run(ctx))
	})
	return g.Wait()
}

// Notifier delivers the alerts of the store to people.
func (a *App) Notifier(partitions int) *delivery.Notifier {
	return &delivery.Notifier{
		Store: a.alertStore, Snapshot: a.snapshot.Load, Partitions: partitions, Owns: a.owned.has,
		Metrics: a.deliveries, Changes: a.alerts, Log: a.log, Now: a.Now,
	}
}

// Ended returns nil when ctx has ended: the end was asked for.
func Ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // that is what it is for
	}
	return err
}

func (a *App) listen() (*web.Server, *live.Stream, error) {
	h := a.Config.Service.HTTP
	checks := web.Checks{
		"kafka": a.kafkaTrouble,
		"group": a.groupTrouble,
		"redis": a.redisTrouble,
	}
	if a.accounts != nil {
		checks["accounts"] = a.accounts.trouble
	}
	ready := []web.Reporter{&a.status, checks, a.mapped, &a.peers, channels{&a.notifier}}
	web.RegisterReady(a.registry, ready...)
	c := WebConfig(&h)
	if exposed := c.Exposed(a.Config.Access); exposed != "" {
		a.log.Warn("NO LOGIN: " + exposed) //nolint:sloglint // the whole sentence is the warning
	}
	handler := AnswerHandler(a.alertStore, a.Store, a.Kafka, a.alerts)
	guard := access.NewGuard(c.Person, a.policy.Load, func() *accounts.Directory {
		if snapshot := a.snapshot.Load(); snapshot != nil {
			return snapshot.Accounts
		}
		return nil
	})
	guard.ShowAssigned(access.AssignedIn(a.alertStore))
	changes := live.New(a.alertStore, guard.Visitor, a.log)
	server, err := web.Listen(c, web.Parts{
		Live:       changes,
		Guard:      guard,
		Metrics:    a.registry,
		Ready:      ready,
		Audit:      a.Audit,
		Alerts:     a.alertStore,
		Accounts:   a,
		Pages:      &web.Pages{Snapshot: a.snapshot.Load, Store: a.alertStore, Accounts: a, Now: a.Now, Handler: handler, Portfolio: a.portfolio},
		Operations: &operations.Operations{Source: operationsSource{a, ready}, Snapshot: a.snapshot.Load, Alerts: a.alertStore, Now: a.Now, Docs: h.DocsURL},
		Tuning:     &tuning.Tuning{Source: operationsSource{a, ready}, Snapshot: a.snapshot.Load, Alerts: a.alertStore, Now: a.Now},
		Answers: &web.Answers{
			Snapshot: a.snapshot.Load, Store: a.alertStore, Accounts: a, Now: a.Now,
			Handler: handler,
		},
	}, a.log)
	return server, changes, err
}

// WebConfig is how a service serves its pages.
func WebConfig(h *config.HTTP) access.Config {
	return access.Config{Listen: h.Listen, ConfigFile: h.WebConfigFile, Open: h.OpenPaths}
}

// kafkaTrouble is why Kafka does not answer. Without a partition to read, only the group
// notices that.
func (a *App) kafkaTrouble() error { return cmp.Or(a.Kafka.Trouble(), a.group.State().Err) }

func (a *App) groupTrouble() error {
	if held := a.held.Load(); held != nil {
		return *held
	}
	switch s := a.group.State(); {
	case s.Err != nil:
		return fmt.Errorf("%s: %w", s.Phase, s.Err)
	case s.Phase != kafka.Joined:
		return errors.New(string(s.Phase))
	}
	return nil
}

// newWatcher follows the files and the topic of accounts.
func (a *App) newWatcher() *config.Watcher {
	w := &config.Watcher{
		Dir: a.directory, Interval: 5 * time.Second, Hangup: a.Hangup,
		Log: a.log, Metrics: config.NewMetrics(a.registry),
		Changed: a.Apply,
	}
	if a.accounts != nil {
		w.Accounts, a.accounts.metrics = a.accounts.lists, w.Metrics
	}
	a.watcher.Store(w)
	return w
}

// Publisher writes to the topic of alerts.
func Publisher(client *kafka.Client) alerting.Publisher { return publisher{client} }

type publisher struct{ client *kafka.Client }

// Publish implements alerting.Publisher.
func (p publisher) Publish(ctx context.Context, records []alerting.Record) error {
	pairs := make([]kafka.Pair, len(records))
	for i, r := range records {
		pairs[i] = kafka.Pair{Key: []byte(r.Key), Value: r.Value}
	}
	return p.client.Publish(ctx, pairs...)
}

// feedback writes to the topic that the detector reads.
type feedback struct{ client *kafka.Client }

// Feedback implements alerting.Feedback.
func (f feedback) Feedback(ctx context.Context, c signals.Control) error {
	_, err := f.client.Control(ctx, c)
	return err
}

// AnswerHandler writes answers into the store, the topic of alerts and the log. It takes
// none while somebody brings in the state.
func AnswerHandler(store alerting.AlertStore, kept *state.Store, client *kafka.Client, m *alerting.Metrics) *alerting.AnswerHandler {
	return &alerting.AnswerHandler{Store: store, Publisher: Publisher(client), Feedback: feedback{client}, Metrics: m, Closed: kept.Claimable}
}

// OwnerName names this process in its ticks.
func OwnerName() string {
	host, _ := os.Hostname()
	return host + "/" + strconv.Itoa(os.Getpid())
}
