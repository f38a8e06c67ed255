package config

import (
	"cmp"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"firstsign/config/document"
	"firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/internal/tlsfiles"
	"firstsign/signals/kafka"
)

// Service is service.yaml: addresses and intervals. A change needs a restart.
type Service struct {
	Kafka kafka.Config `yaml:"kafka"`
	Redis redis.Config `yaml:"redis"`

	// TickInterval is how often the owner of a partition writes its wall time into the
	// log. Only these ticks close days, so a larger interval notices the end of a day
	// later. Default 1m.
	TickInterval time.Duration `yaml:"tick_interval"`
	// CommitInterval is how often the state is written to Redis. A larger interval means
	// fewer and larger writes, and more to read again after a crash. Default 1s.
	CommitInterval time.Duration `yaml:"commit_interval"`
	// CommitAccounts commits earlier when this many accounts have changed.
	// A small number slows down a partition with more accounts. Default 1000000.
	CommitAccounts int `yaml:"commit_accounts"`
	// MaxClockSkew is how far this machine's clock may differ from that of Redis. Beyond
	// it the service writes no ticks and is not ready. Default 30s.
	MaxClockSkew time.Duration `yaml:"max_clock_skew"`

	Privacy Privacy `yaml:"privacy"`
	Control Control `yaml:"control"`

	HTTP HTTP `yaml:"http"`
	Log  Log  `yaml:"log"`
}

// HTTP says where the pages, metrics and health checks are served.
type HTTP struct {
	// Listen is host:port. An empty host listens on every interface. Default
	// 127.0.0.1:8080, this machine only.
	Listen string `yaml:"listen"`
	// WebConfigFile turns on TLS and passwords, in the format of Prometheus'
	// exporters.
	WebConfigFile string `yaml:"web_config_file"`
	// OpenPaths need no login where WebConfigFile asks for one: /-/healthy, /-/ready
	// and /metrics for probes and Prometheus, /ack for the links of messages, which
	// are signed. Default none.
	OpenPaths []string `yaml:"open_paths"`
	// DocsURL is where you serve the folder docs, so that /operations links to the runbook:
	// https://docs.example.com leads to https://docs.example.com/operator/runbook.md.
	// Default none: the page names the file and its section.
	DocsURL string `yaml:"docs_url"`
}

// openPaths are the paths that OpenPaths may name: pages without names of people, and the
// page that checks the signature of its link.
var openPaths = []string{"/-/healthy", "/-/ready", "/metrics", "/ack"}

// Log is the program's own log.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error; default info
	Format string `yaml:"format"` // text or json; default text
}

func defaultService() Service {
	w := worker.DefaultConfig()
	return Service{
		Kafka:        kafka.DefaultConfig(),
		TickInterval: w.TickInterval, CommitInterval: w.CommitInterval,
		CommitAccounts: w.CommitAccounts, MaxClockSkew: w.MaxClockSkew,
		HTTP: HTTP{Listen: "127.0.0.1:8080"},
		Log:  Log{Level: "info", Format: "text"},
	}
}

// Worker returns the settings of the worker of a partition. owner names this process to
// people.
func (s *Service) Worker(owner string) worker.Config {
	c := worker.DefaultConfig()
	c.TickInterval, c.CommitInterval, c.CommitAccounts = s.TickInterval, s.CommitInterval, s.CommitAccounts
	c.MaxClockSkew, c.Owner = s.MaxClockSkew, owner
	return c
}

func (s *Service) read(d *document.Document, text []byte) {
	if !d.Read(text, s) {
		return
	}
	checkKafka(d, &s.Kafka)
	checkRedis(d, &s.Redis)
	d.Between("tick_interval", s.TickInterval, time.Second, time.Hour)
	d.Between("commit_interval", s.CommitInterval, 10*time.Millisecond, time.Minute)
	d.Between("max_clock_skew", s.MaxClockSkew, time.Second, time.Hour)
	if s.CommitAccounts < 1 {
		d.Note("commit_accounts", "must be at least 1")
	}
	if !isAddress(s.HTTP.Listen, true) {
		d.Note("http.listen", "%q is not host:port or :port", s.HTTP.Listen)
	}
	for i, path := range s.HTTP.OpenPaths {
		d.OneOf(document.Item("http.open_paths", i), path, openPaths)
	}
	if u, err := url.Parse(s.HTTP.DocsURL); s.HTTP.DocsURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		d.Note("http.docs_url", "%q is not an address that begins with https:// or http://", s.HTTP.DocsURL)
	}
	d.OneOf("log.level", s.Log.Level, []string{"debug", "info", "warn", "error"})
	d.OneOf("log.format", s.Log.Format, []string{"text", "json"})
	s.complete(filepath.Dir(d.Name))
}

// complete fills in values that follow from others: file names are relative to
// service.yaml, and the state is named after the consumer group.
func (s *Service) complete(dir string) {
	for _, file := range []*string{
		&s.Kafka.TLS.CA, &s.Kafka.TLS.Cert, &s.Kafka.TLS.Key, &s.Kafka.SASL.PasswordFile,
		&s.Redis.TLS.CA, &s.Redis.TLS.Cert, &s.Redis.TLS.Key, &s.Redis.PasswordFile, &s.Redis.Sentinel.PasswordFile,
		&s.HTTP.WebConfigFile,
	} {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(dir, *file)
		}
	}
	if len(s.Redis.Addresses) == 0 {
		s.Redis.Addr = cmp.Or(s.Redis.Addr, redis.DefaultAddr)
	}
	s.Redis.Namespace = cmp.Or(s.Redis.Namespace, s.Kafka.Group)
}

// legalName matches the names that Kafka allows for topics. Groups must match it as well,
// because they are part of the keys in Redis.
var legalName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)

func checkKafka(d *document.Document, k *kafka.Config) {
	if len(k.Brokers) == 0 {
		d.Note("kafka.brokers", "at least one broker (host:port) is needed")
	}
	for i, b := range k.Brokers {
		if !isAddress(b, false) {
			d.Note(document.Item("kafka.brokers", i), "%q is not host:port", b)
		}
	}
	topics := make(map[string]string)
	for _, n := range []struct{ key, name string }{
		{"kafka.topic", k.Topic}, {"kafka.dead_letters", k.DeadLetters}, {"kafka.alerts", k.Alerts}, {"kafka.accounts", k.Accounts},
	} {
		if n.name == "" && n.key == "kafka.accounts" {
			continue
		}
		if !legalName.MatchString(n.name) || n.name == "." || n.name == ".." {
			d.Note(n.key, "%q is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores", n.name)
		} else if other, ok := topics[n.name]; ok {
			d.Note(n.key, "%q is %s already", n.name, other)
		}
		topics[n.name] = n.key
	}
	if !legalName.MatchString(k.Group) {
		d.Note("kafka.group", "%q is no name of a group: 1 to 249 letters, digits, dots, dashes or underscores", k.Group)
	}
	if k.Partitions < 0 || k.Partitions > 10000 {
		d.Note("kafka.partitions", "must be between 0 (as many as the topic has) and 10000")
	}
	if k.Replication < 0 || k.Replication > 100 {
		d.Note("kafka.replication", "must be between 0 (the brokers' default) and 100")
	}
	if k.Retention != 0 {
		d.Between("kafka.retention", k.Retention, 24*time.Hour, 100*366*24*time.Hour)
	}
	if k.FetchBytes < 64<<10 || k.FetchBytes > 64<<20 {
		d.Note("kafka.fetch_bytes", "must be between 65536 and 67108864")
	}
	d.Between("kafka.session_timeout", k.SessionTimeout, time.Second, 30*time.Minute)
	checkTLS(d, "kafka.tls", k.TLS)
	checkSASL(d, &k.SASL)
	if err := k.Validate(); err != nil && len(d.Faults) == 0 && len(d.Wrong) == 0 {
		d.Note("kafka", "%v", err) // only the client can check this
	}
}

func checkSASL(d *document.Document, s *kafka.SASL) {
	if *s == (kafka.SASL{}) {
		return
	}
	if !d.Has("kafka.sasl.mechanism") {
		d.Note("kafka.sasl", "a mechanism is needed: %s", strings.Join(kafka.Mechanisms(), ", "))
	} else {
		d.OneOf("kafka.sasl.mechanism", s.Mechanism, kafka.Mechanisms())
	}
	if s.Username == "" {
		d.Note("kafka.sasl", "a username is needed")
	}
	if !passwordGiven(d, "kafka.sasl", s.PasswordFile, s.PasswordEnv) {
		d.Note("kafka.sasl", "a password is needed: password_file or password_env")
	}
}

func checkRedis(d *document.Document, r *redis.Config) {
	if (r.Addr != "" || d.Has("redis.address")) && !isAddress(r.Addr, false) {
		d.Note("redis.address", "%q is not host:port", r.Addr)
	}
	for i, a := range r.Addresses {
		if !isAddress(a, false) {
			d.Note(document.Item("redis.addresses", i), "%q is not host:port", a)
		}
	}
	if r.DB < 0 {
		d.Note("redis.db", "must not be below 0")
	}
	if r.Namespace != "" && !legalName.MatchString(r.Namespace) {
		d.Note("redis.namespace", "%q is no name: 1 to 249 letters, digits, dots, dashes or underscores", r.Namespace)
	}
	if !passwordGiven(d, "redis", r.PasswordFile, r.PasswordEnv) && r.Username != "" {
		d.Note("redis.username", "a password is needed: password_file or password_env")
	}
	passwordGiven(d, "redis.sentinel", r.Sentinel.PasswordFile, r.Sentinel.PasswordEnv)
	checkTLS(d, "redis.tls", r.TLS)
	if err := r.Validate(); err != nil && len(d.Faults) == 0 && len(d.Wrong) == 0 {
		d.Note("redis", "%v", err) // only the client can check this
	}
}

func checkTLS(d *document.Document, path string, t tlsfiles.TLS) {
	if err := t.Validate(); err != nil {
		d.Note(path, "%v", err)
	}
}

// passwordGiven checks that a password is given in at most one way, and reports whether
// it is given.
func passwordGiven(d *document.Document, path, file, env string) bool {
	if file != "" && env != "" {
		d.Note(document.Join(path, "password_env"), "password_file is given as well: keep one of them")
	}
	return file != "" || env != ""
}

func isAddress(s string, anyHost bool) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" && !anyHost || strings.ContainsFunc(s, isSpaceOrControl) {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && (n > 0 || anyHost)
}
