package config

import (
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Service is service.yaml: where things are and how often they happen. A
// change needs a restart.
type Service struct {
	Kafka Kafka `yaml:"kafka"`
	Redis Redis `yaml:"redis"`

	// TickInterval is how often the owner of a partition writes its wall time
	// into the log. Days close by ticks alone; a larger interval notices a day's
	// end later. Default 1m.
	TickInterval time.Duration `yaml:"tick_interval"`
	// CommitInterval is how often the state is written to Redis. A larger one
	// means fewer, larger writes, and more to read again after a crash.
	// Default 1s.
	CommitInterval time.Duration `yaml:"commit_interval"`
	// CommitAccounts commits earlier when this many accounts have changed.
	// Default 20000.
	CommitAccounts int `yaml:"commit_accounts"`
	// MaxClockSkew is how far this machine's clock may be from Redis'; beyond it
	// no ticks are written and the service is not ready. Default 30s.
	MaxClockSkew time.Duration `yaml:"max_clock_skew"`

	HTTP HTTP `yaml:"http"`
	Log  Log  `yaml:"log"`
}

// Kafka is where the log is.
type Kafka struct {
	Brokers         []string `yaml:"brokers"`           // host:port; any of the cluster, the others are found
	Topic           string   `yaml:"topic"`             // default firstsign.interactions
	DeadLetterTopic string   `yaml:"dead_letter_topic"` // default firstsign.dead-letter
	AlertsTopic     string   `yaml:"alerts_topic"`      // default firstsign.alerts
	// Group is the consumer group and names the state in Redis: another group is
	// another Firstsign. Default firstsign.
	Group string `yaml:"group"`
	// Partitions of the topic: when it is created, and what it must have when it
	// is there. One more per about 5,000 accounts. Default 1.
	Partitions int `yaml:"partitions"`
	// Replication of topics that are created; 0 leaves it to the brokers.
	Replication int `yaml:"replication"`
	// Retention of the topic when it is created. Default 400d.
	Retention time.Duration `yaml:"retention"`
	TLS       *TLS          `yaml:"tls"`
	SASL      *SASL         `yaml:"sasl"`
}

// Redis is where the state is.
type Redis struct {
	Address      string `yaml:"address"` // host:port
	DB           int    `yaml:"db"`      // default 0
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
	TLS          *TLS   `yaml:"tls"`
}

// TLS of a connection. Nil means none; `tls: {}` is TLS with the machine's
// certificate authorities.
type TLS struct {
	CAFile     string `yaml:"ca_file"`     // PEM; default the machine's
	CertFile   string `yaml:"cert_file"`   // PEM, for client certificates
	KeyFile    string `yaml:"key_file"`    // PEM
	ServerName string `yaml:"server_name"` // when it is not the host of the address
}

// SASL is who we are to Kafka.
type SASL struct {
	Mechanism    string `yaml:"mechanism"` // plain
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
}

// HTTP is where metrics, health and the list of alerts are served.
type HTTP struct {
	Listen string `yaml:"listen"` // host:port; default :8080
	// WebConfigFile turns on TLS and passwords, in the format of Prometheus'
	// exporters.
	WebConfigFile string `yaml:"web_config_file"`
}

// Log is the program's own log.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error; default info
	Format string `yaml:"format"` // text or json; default text
}

func defaultService() Service {
	return Service{
		Kafka: Kafka{
			Topic: "firstsign.interactions", DeadLetterTopic: "firstsign.dead-letter", AlertsTopic: "firstsign.alerts",
			Group: "firstsign", Partitions: 1, Retention: 400 * 24 * time.Hour,
		},
		TickInterval: time.Minute, CommitInterval: time.Second, CommitAccounts: 20000, MaxClockSkew: 30 * time.Second,
		HTTP: HTTP{Listen: ":8080"},
		Log:  Log{Level: "info", Format: "text"},
	}
}

func (s *Service) read(d *document, text []byte) {
	if !d.read(text, s) {
		return
	}
	s.Kafka.check(d)
	s.Redis.check(d)
	d.between("tick_interval", s.TickInterval, time.Second, time.Hour)
	d.between("commit_interval", s.CommitInterval, 10*time.Millisecond, time.Minute)
	d.between("max_clock_skew", s.MaxClockSkew, time.Second, time.Hour)
	if s.CommitAccounts < 1 {
		d.note("commit_accounts", "must be at least 1")
	}
	if !isAddress(s.HTTP.Listen, true) {
		d.note("http.listen", "%q is not host:port or :port", s.HTTP.Listen)
	}
	d.oneOf("log.level", s.Log.Level, []string{"debug", "info", "warn", "error"})
	d.oneOf("log.format", s.Log.Format, []string{"text", "json"})
}

// legalName is what Kafka allows as a topic's name; a group keeps to it too,
// because it is part of the keys in Redis.
var legalName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)

func (k *Kafka) check(d *document) {
	if len(k.Brokers) == 0 {
		d.note("kafka.brokers", "at least one broker (host:port) is needed")
	}
	for i, b := range k.Brokers {
		if !isAddress(b, false) {
			d.note(item("kafka.brokers", i), "%q is not host:port", b)
		}
	}
	topics := make(map[string]string)
	for _, n := range []struct{ key, name string }{
		{"kafka.topic", k.Topic}, {"kafka.dead_letter_topic", k.DeadLetterTopic}, {"kafka.alerts_topic", k.AlertsTopic},
	} {
		if !legalName.MatchString(n.name) || n.name == "." || n.name == ".." {
			d.note(n.key, "%q is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores", n.name)
		} else if other, ok := topics[n.name]; ok {
			d.note(n.key, "%q is %s already", n.name, other)
		}
		topics[n.name] = n.key
	}
	if !legalName.MatchString(k.Group) {
		d.note("kafka.group", "%q is no name of a group: 1 to 249 letters, digits, dots, dashes or underscores", k.Group)
	}
	if k.Partitions < 1 || k.Partitions > 10000 {
		d.note("kafka.partitions", "must be between 1 and 10000")
	}
	if k.Replication < 0 || k.Replication > 100 {
		d.note("kafka.replication", "must be between 0 (the brokers' default) and 100")
	}
	d.between("kafka.retention", k.Retention, 24*time.Hour, 100*366*24*time.Hour)
	k.TLS.check(d, "kafka.tls")
	if k.SASL == nil {
		return
	}
	switch {
	case k.SASL.Mechanism == "" && !d.has("kafka.sasl.mechanism"):
		d.note("kafka.sasl", "a mechanism is needed: plain")
	default:
		d.oneOf("kafka.sasl.mechanism", k.SASL.Mechanism, []string{"plain"})
	}
	if k.SASL.Username == "" {
		d.note("kafka.sasl", "a username is needed")
	}
	if !d.secret("kafka.sasl", "password", k.SASL.PasswordFile, k.SASL.PasswordEnv) {
		d.note("kafka.sasl", "a password is needed: password_file or password_env")
	}
}

func (r *Redis) check(d *document) {
	switch {
	case r.Address == "":
		d.note("redis.address", "an address (host:port) is needed")
	case !isAddress(r.Address, false):
		d.note("redis.address", "%q is not host:port", r.Address)
	}
	if r.DB < 0 {
		d.note("redis.db", "must not be below 0")
	}
	if !d.secret("redis", "password", r.PasswordFile, r.PasswordEnv) && r.Username != "" {
		d.note("redis.username", "a password is needed: password_file or password_env")
	}
	r.TLS.check(d, "redis.tls")
}

func (t *TLS) check(d *document, path string) {
	if t != nil && (t.CertFile == "") != (t.KeyFile == "") {
		d.note(path, "cert_file and key_file go together")
	}
}

// between checks a duration.
func (d *document) between(path string, length, least, most time.Duration) {
	if length < least || length > most {
		d.note(path, "must be between %s and %s", short(least), short(most))
	}
}

// short writes a duration as a person would: 1h, not 1h0m0s.
func short(length time.Duration) string {
	if length >= 24*time.Hour {
		return fmt.Sprintf("%dd", length/(24*time.Hour))
	}
	text := length.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// secret checks that a secret is given in at most one way, and says whether it
// is given.
func (d *document) secret(path, name, file, env string) bool {
	if file != "" && env != "" {
		d.note(join(path, name+"_env"), "%s_file is given as well: keep one of them", name)
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

// Secret reads a secret from the file or the environment variable that the
// files name; empty when they name neither. A secret is never in the files.
func Secret(file, env string) (string, error) {
	switch {
	case file != "":
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read secret: %w", err)
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	case env != "":
		if value, ok := os.LookupEnv(env); ok {
			return value, nil
		}
		return "", errors.New("read secret: the environment variable " + env + " is not set")
	}
	return "", nil
}
