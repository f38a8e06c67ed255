package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firstsign/internal/secret"
	"firstsign/internal/tlsfiles"
	"firstsign/signals"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Config says where the log is and how it is reached.
type Config struct {
	// Brokers to ask first, as host:port; they name the others. No default.
	Brokers []string `yaml:"brokers"`
	// Topic holds the interactions; created when missing.
	Topic string `yaml:"topic"`
	// DeadLetters is the topic of records that do not count; created when missing.
	DeadLetters string `yaml:"dead_letters"`
	// Alerts is the topic to which alerts are published; created when missing.
	Alerts string `yaml:"alerts"`
	// Accounts is a compacted topic of the accounts, by id, instead of files;
	// created when missing. Empty: files.
	Accounts string `yaml:"accounts"`
	// Group is the consumer group and the name space of the state: two groups
	// judge the same topic independently.
	Group string `yaml:"group"`
	// Partitions of Topic. 0: 1 when it is created, and any number when it
	// exists. Otherwise an existing topic must have just as many. About one per
	// 5,000 accounts: a partition is the portfolio that accounts are compared in.
	Partitions int `yaml:"partitions"`
	// Replication factor of topics that are created. 0: the broker's default.
	Replication int `yaml:"replication"`
	// Retention of topics that are created. 0 keeps for ever. A shorter one
	// shortens the history from which a state can be rebuilt.
	Retention time.Duration `yaml:"retention"`
	// FetchBytes is how much of a partition is fetched at once; up to three such
	// pieces are in memory per partition. More costs memory, less costs speed.
	FetchBytes int `yaml:"fetch_bytes"`
	// SessionTimeout is how long a silent member keeps its partitions, at least
	// 6 s with most brokers. Higher tolerates longer pauses, lower hands the
	// partitions of a dead process over sooner.
	SessionTimeout time.Duration `yaml:"session_timeout"`

	TLS  tlsfiles.TLS `yaml:"tls"`
	SASL SASL         `yaml:"sasl"`

	// Authority signs the control records that are written; nil: nothing does.
	Authority *signals.Authority `yaml:"-" json:"-"`
}

// SASL is how we prove who we are.
type SASL struct {
	// Mechanism is "scram-sha-512", "scram-sha-256" or "plain", or empty for none.
	// "plain" sends the password itself: use it with TLS only.
	Mechanism string `yaml:"mechanism"`
	Username  string `yaml:"username"`
	// PasswordFile holds the password, PasswordEnv names the environment variable
	// that does; exactly one of them. The first line is the password. The file is
	// read again for every new connection, so the password may be changed while we run.
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
}

// mechanisms and their names as brokers have them.
var mechanisms = map[string]string{
	"plain": plain.Mechanism{}.Name(), "scram-sha-256": scram.SHA256.Name(), "scram-sha-512": scram.SHA512.Name(),
}

// Mechanisms that SASL knows, in order.
func Mechanisms() []string { return slices.Sorted(maps.Keys(mechanisms)) }

// DefaultConfig returns the values that hold where a file says nothing.
func DefaultConfig() Config {
	return Config{
		Topic:          "firstsign.interactions",
		DeadLetters:    "firstsign.dead-letter",
		Alerts:         "firstsign.alerts",
		Group:          "firstsign",
		Retention:      400 * 24 * time.Hour,
		FetchBytes:     1 << 20,
		SessionTimeout: 10 * time.Second,
	}
}

// topics that there are.
func (c *Config) topics() []string {
	all := []string{c.Topic, c.DeadLetters, c.Alerts}
	if c.Accounts != "" {
		all = append(all, c.Accounts)
	}
	return all
}

// Validate returns all that is wrong with the configuration, joined.
func (c *Config) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(c.Brokers) == 0 {
		wrong("brokers: at least one host:port is needed")
	}
	for _, b := range c.Brokers {
		if host, port, ok := strings.Cut(b, ":"); !ok || host == "" || port == "" {
			wrong("brokers: %q is not host:port", b)
		}
	}
	names := map[string]string{}
	for _, t := range [][2]string{{"topic", c.Topic}, {"dead_letters", c.DeadLetters}, {"alerts", c.Alerts}, {"accounts", c.Accounts}} {
		if t[1] == "" && t[0] == "accounts" {
			continue
		}
		if t[1] == "" {
			wrong("%s: a name is needed", t[0])
		} else if other, taken := names[t[1]]; taken {
			wrong("%s: %q is the %s already", t[0], t[1], other)
		}
		names[t[1]] = t[0]
	}
	if c.Group == "" {
		wrong("group: a name is needed")
	}
	if c.Partitions < 0 || c.Replication < 0 || c.Retention < 0 {
		wrong("partitions, replication and retention: not below 0")
	}
	if c.FetchBytes < 64<<10 || c.FetchBytes > 64<<20 {
		wrong("fetch_bytes: between 65536 and 67108864, not %d", c.FetchBytes)
	}
	if c.SessionTimeout < time.Second || c.SessionTimeout > 30*time.Minute {
		wrong("session_timeout: between 1s and 30m, not %s", c.SessionTimeout)
	}
	if err := c.TLS.Validate(); err != nil {
		wrong("tls: %w", err)
	}
	if s := c.SASL; s.Mechanism != "" {
		if mechanisms[s.Mechanism] == "" {
			wrong("sasl: mechanism %q is not known; use one of %s", s.Mechanism, strings.Join(Mechanisms(), ", "))
		}
		if s.Username == "" {
			wrong("sasl: %s needs a username", s.Mechanism)
		}
		if (s.PasswordFile == "") == (s.PasswordEnv == "") {
			wrong("sasl: exactly one of password_file and password_env")
		}
	}
	return errors.Join(errs...)
}

// mechanism returns nil when no SASL is configured.
func (s *SASL) mechanism() (sasl.Mechanism, error) {
	if s.Mechanism == "" {
		return nil, nil
	}
	m := &credentials{of: *s, name: mechanisms[s.Mechanism]}
	_, err := m.now() // what cannot be read is better known now
	return m, err
}

// credentials are read again for every connection, so they may be changed while we run.
type credentials struct {
	of   SASL
	name string // as brokers have it
}

// Name implements sasl.Mechanism.
func (c *credentials) Name() string { return c.name }

// Start implements sasl.Mechanism.
func (c *credentials) Start(ctx context.Context) (sasl.StateMachine, []byte, error) {
	m, err := c.now()
	if err != nil {
		return nil, nil, err
	}
	return m.Start(ctx)
}

// now returns the mechanism with the password as it is now.
func (c *credentials) now() (sasl.Mechanism, error) {
	password, err := secret.Source{File: c.of.PasswordFile, Env: c.of.PasswordEnv}.Line("", "password of Kafka")
	if err != nil {
		return nil, err
	}
	switch c.name {
	case scram.SHA256.Name():
		return scram.Mechanism(scram.SHA256, c.of.Username, password)
	case scram.SHA512.Name():
		return scram.Mechanism(scram.SHA512, c.of.Username, password)
	}
	return plain.Mechanism{Username: c.of.Username, Password: password}, nil
}
