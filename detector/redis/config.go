package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"firstsign/internal/secret"
)

// Config says where Redis is and how to log in.
type Config struct {
	// Addr is host:port. Default localhost:6379.
	Addr string `yaml:"address"`
	// Username of the ACL user; empty for the default user.
	Username string `yaml:"username"`
	// PasswordFile holds the password on its first line; PasswordEnv names an
	// environment variable that holds it. At most one of them. Read at start.
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
	// DB is the number of the database. Default 0, the only one of a cluster.
	DB  int `yaml:"db"`
	TLS TLS `yaml:"tls"`
	// Namespace separates deployments that share one Redis. Default the
	// consumer group's id: another group has its own state.
	Namespace string `yaml:"namespace"`
}

// TLS says how the connection is protected.
type TLS struct {
	Enabled bool `yaml:"enabled"`
	// CA is a file of PEM certificates to trust. Default the system's.
	CA string `yaml:"ca"`
	// Cert and Key are PEM files, for a server that asks who we are.
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
	// ServerName must be in the server's certificate. Default the host of Addr.
	ServerName string `yaml:"server_name"`
}

// The client logs what our errors say already, so its log goes to debug level.
func init() { goredis.SetLogger(debugLog{}) }

type debugLog struct{}

func (debugLog) Printf(ctx context.Context, format string, v ...any) {
	slog.DebugContext(ctx, fmt.Sprintf(format, v...)) //nolint:sloglint // the client words it
}

// Open returns a client for c, to be closed by the caller. It reads the files
// that c names, but connects only when used.
func Open(c Config) (*goredis.Client, error) {
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	tlsConfig, err := c.TLS.config()
	if err != nil {
		return nil, fmt.Errorf("redis tls: %w", err)
	}
	if c.Addr == "" {
		c.Addr = "localhost:6379"
	}
	return goredis.NewClient(&goredis.Options{
		Addr:      c.Addr,
		Username:  c.Username,
		Password:  password,
		DB:        c.DB,
		TLSConfig: tlsConfig,
		// After a lost reply the client repeats a call by itself. The seq of a
		// commit makes that harmless, so the retries stay on. One attempt to dial
		// is enough: the worker tries again with a growing wait.
		DialerRetries:            1,
		ContextTimeoutEnabled:    true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}), nil
}

func (c Config) password() (string, error) {
	return secret.Source{File: c.PasswordFile, Env: c.PasswordEnv}.Line("", "password of Redis")
}

func (t TLS) config() (*tls.Config, error) {
	if !t.Enabled {
		if t != (TLS{}) {
			return nil, errors.New("settings given but not enabled")
		}
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("ca: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca: no certificate in %s", t.CA)
		}
	}
	if t.Cert != "" || t.Key != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("cert and key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
