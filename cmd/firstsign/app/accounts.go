package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"firstsign/accounts"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/signals/kafka"
)

// accountFollower follows the topic of accounts.
type accountFollower struct {
	topic   string
	log     *slog.Logger
	metrics *config.Metrics
	lists   chan *accounts.Directory
	known   func() // called when accounts are in force
	done    chan struct{}
}

func newAccountFollower(topic string, log *slog.Logger) *accountFollower {
	f := &accountFollower{topic: topic, log: log, lists: make(chan *accounts.Directory), done: make(chan struct{})}
	f.known = sync.OnceFunc(func() { close(f.done) })
	return f
}

// follow reads the topic until ctx ends.
func (f *accountFollower) follow(ctx context.Context, client *kafka.Client) error {
	return client.Follow(ctx, &config.AccountTable{
		Topic: f.topic, Log: f.log, Metrics: f.metrics,
		Changed: func(d *accounts.Directory) {
			select {
			case f.lists <- d:
			case <-ctx.Done():
			}
		},
	})
}

// wait returns when accounts are in force: without them every account would be an
// ordinary one. It returns false when ctx ended before.
func (f *accountFollower) wait(ctx context.Context) bool {
	select {
	case <-f.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// trouble is why the service is not ready, or nil.
func (f *accountFollower) trouble() error {
	select {
	case <-f.done:
		return nil
	default:
		return fmt.Errorf("no account has come from %s yet", f.topic)
	}
}

// LoadConfig loads a directory. When the accounts come from a topic, it reads the topic
// to its present end.
func LoadConfig(ctx context.Context, dir string) (*config.Config, error) {
	cfg, err := config.Load(dir)
	if err != nil || cfg.Service.Kafka.Accounts == "" {
		return cfg, err
	}
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	d, err := Published(ctx, client, cfg.Service.Kafka.Accounts)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, fmt.Errorf("the topic %s holds no account: firstsign accounts publish fills it", cfg.Service.Kafka.Accounts)
	}
	cfg.UseAccounts(d)
	return cfg, nil
}

// Published returns the accounts of the topic, nil when there are none.
func Published(ctx context.Context, client *kafka.Client, name string) (d *accounts.Directory, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, topic.Patience, fmt.Errorf("no answer for %s; firstsign accounts publish creates the topic", topic.Patience))
	defer cancel()
	err = client.ReadTable(ctx, &config.AccountTable{
		Topic: name, Log: console.Logger("text", slog.LevelError), Changed: func(now *accounts.Directory) { d = now },
	})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read the topic %s: %w", name, err)
	}
	return d, nil
}
