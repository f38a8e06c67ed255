package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"firstsign/internal/secret"
	"firstsign/internal/stall"
	"firstsign/internal/tlsfiles"
)

// Config says where Redis is and how to log in.
type Config struct {
	// Addr is host:port. Default localhost:6379, unless addresses are given.
	Addr string `yaml:"address"`
	// Addresses are host:port of some nodes of a Cluster, or of Sentinels.
	Addresses []string `yaml:"addresses"`
	// Cluster tells that addresses are nodes of a Redis Cluster.
	Cluster bool `yaml:"cluster"`
	// Sentinel tells that addresses are Sentinels, which know the master.
	Sentinel Sentinel `yaml:"sentinel"`
	// Username of the ACL user; empty for the default user.
	Username string `yaml:"username"`
	// PasswordFile holds the password on its first line; PasswordEnv names an
	// environment variable that holds it. At most one of them. The file is read again
	// for every new connection, so the password may be changed while we run.
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
	// DB is the number of the database. Default 0, the only one of a cluster.
	DB  int          `yaml:"db"`
	TLS tlsfiles.TLS `yaml:"tls"`
	// Namespace separates deployments that share one Redis. Default the
	// consumer group's id: another group has its own state.
	Namespace string `yaml:"namespace"`

	// Stalls hear of what Redis does not do; nil: nobody needs to know.
	Stalls *stall.Board `yaml:"-" json:"-"`
}

// Sentinel says how Sentinels are asked. They use the TLS settings of Redis.
type Sentinel struct {
	// Master is the name under which the Sentinels know the master.
	Master string `yaml:"master"`
	// Username and password are those of the Sentinels, which may have none.
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"` // read at start, as the variable is
	PasswordEnv  string `yaml:"password_env"`
}

// Validate returns what is wrong with the configuration, nil when nothing is.
func (c Config) Validate() error {
	var errs []error
	wrong := func(text string) { errs = append(errs, errors.New(text)) }
	sentinel := c.Sentinel != (Sentinel{})
	switch {
	case c.Cluster && sentinel:
		wrong("cluster and sentinel are given: keep one")
	case (c.Cluster || sentinel) && len(c.Addresses) == 0:
		wrong("a cluster and Sentinels need addresses")
	case !c.Cluster && !sentinel && len(c.Addresses) > 0:
		wrong("addresses are given: say cluster: true, or sentinel: {master: NAME}")
	case sentinel && c.Sentinel.Master == "":
		wrong("sentinel: the name of the master is needed")
	case c.Addr != "" && len(c.Addresses) > 0:
		wrong("address and addresses are given: keep one")
	}
	if c.Cluster && c.DB != 0 {
		wrong("db: a cluster has only 0")
	}
	if err := c.TLS.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("tls: %w", err))
	}
	return errors.Join(errs...)
}

// DefaultAddr is where Redis is when nothing is said.
const DefaultAddr = "localhost:6379"

// The client logs what our errors say already, so its log goes to debug level.
func init() { goredis.SetLogger(debugLog{}) }

// debugLog is where the client logs.
type debugLog struct{}

// Printf implements the logger of the client.
func (debugLog) Printf(ctx context.Context, format string, v ...any) {
	slog.DebugContext(ctx, fmt.Sprintf(format, v...)) //nolint:sloglint // the client words it
}

// Open returns a client for c, to be closed by the caller. It reads the files
// that c names, but connects only when used. Errors of commands on our keys are
// *stall.Error.
func Open(c Config) (goredis.UniversalClient, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	password := secret.Source{File: c.PasswordFile, Env: c.PasswordEnv}
	if _, err := password.Line("", passwordName); err != nil { // better known now
		return nil, err
	}
	sentinelPassword, err := secret.Source{File: c.Sentinel.PasswordFile, Env: c.Sentinel.PasswordEnv}.Line("", "password of the Sentinels")
	if err != nil {
		return nil, err
	}
	tlsConfig, err := c.TLS.Config()
	if err != nil {
		return nil, fmt.Errorf("redis tls: %w", err)
	}
	options := &goredis.UniversalOptions{
		Addrs: slices.Clone(c.Addresses), IsClusterMode: c.Cluster,
		MasterName: c.Sentinel.Master, SentinelUsername: c.Sentinel.Username, SentinelPassword: sentinelPassword,
		DB: c.DB, TLSConfig: tlsConfig,
		// After a lost reply the client repeats a call by itself. The seq of a
		// commit makes that harmless, so the retries stay on. One attempt to dial
		// is enough: the worker tries again with a growing wait.
		DialerRetries:            1,
		ContextTimeoutEnabled:    true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if len(options.Addrs) == 0 {
		options.Addrs = []string{cmp.Or(c.Addr, DefaultAddr)}
	}
	if password.Given() {
		options.CredentialsProviderContext = func(context.Context) (string, string, error) {
			now, err := password.Line("", passwordName)
			return c.Username, now, err
		}
	}
	client := newClient(options)
	client.AddHook(newHook(c.Stalls, c.Cluster))
	return client, nil
}

// lookAtNodes is how old the client's map of a Cluster may be. Its default of a minute is
// how long the partitions of a killed master would stand still.
const lookAtNodes = 2 * time.Second

func newClient(options *goredis.UniversalOptions) goredis.UniversalClient {
	if !options.IsClusterMode {
		return goredis.NewUniversalClient(options)
	}
	cluster := options.Cluster()
	cluster.ClusterStateReloadInterval = lookAtNodes
	return goredis.NewClusterClient(cluster)
}

const passwordName = "password of Redis"
