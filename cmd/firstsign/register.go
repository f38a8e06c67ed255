package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"firstsign/accounts"
	"firstsign/config"
	"firstsign/internal/plural"
	"firstsign/signals/kafka"
)

// register follows the topic of accounts.
type register struct {
	topic   string
	log     *slog.Logger
	metrics *config.Metrics
	lists   chan *accounts.Directory
	known   func() // that accounts are in force
	done    chan struct{}
}

func newRegister(topic string, log *slog.Logger) *register {
	r := &register{topic: topic, log: log, lists: make(chan *accounts.Directory), done: make(chan struct{})}
	r.known = sync.OnceFunc(func() { close(r.done) })
	return r
}

// follow until ctx ends.
func (r *register) follow(ctx context.Context, client *kafka.Client) error {
	return client.Follow(ctx, &config.Register{
		Topic: r.topic, Log: r.log, Metrics: r.metrics,
		Changed: func(d *accounts.Directory) {
			select {
			case r.lists <- d:
			case <-ctx.Done():
			}
		},
	})
}

// wait until accounts are in force: without them every interaction would be
// that of an ordinary account. False when ctx ended before.
func (r *register) wait(ctx context.Context) bool {
	select {
	case <-r.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// trouble keeps the service from being ready.
func (r *register) trouble() error {
	select {
	case <-r.done:
		return nil
	default:
		return fmt.Errorf("no account has come from %s yet", r.topic)
	}
}

// loadWithAccounts loads a directory; accounts that a topic tells are read
// from there, to its present end.
func loadWithAccounts(ctx context.Context, dir string) (*config.Config, error) {
	cfg, err := config.Load(dir)
	if err != nil || cfg.Service.Kafka.Accounts == "" {
		return cfg, err
	}
	client, err := kafka.Open(cfg.Service.Kafka, newLogger("text", slog.LevelWarn), nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	d, err := published(ctx, client, cfg.Service.Kafka.Accounts)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, fmt.Errorf("the topic %s holds no account: firstsign accounts publish fills it", cfg.Service.Kafka.Accounts)
	}
	cfg.UseAccounts(d)
	return cfg, nil
}

// patience with brokers that are away, and with a topic that is not there, of
// commands that only look.
const patience = 20 * time.Second

// published accounts, nil when there are none.
func published(ctx context.Context, client *kafka.Client, topic string) (d *accounts.Directory, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer for %s; firstsign accounts publish creates the topic", patience))
	defer cancel()
	err = client.ReadTable(ctx, &config.Register{
		Topic: topic, Log: newLogger("text", slog.LevelError), Changed: func(now *accounts.Directory) { d = now },
	})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read the topic %s: %w", topic, err)
	}
	return d, nil
}

// publishCommand writes accounts to their topic.
type publishCommand struct {
	configFlag
	File     string `arg:"" type:"existingfile" help:"accounts.csv or accounts.yaml."`
	Contacts string `type:"existingfile" placeholder:"FILE" help:"contacts.csv beside an accounts.csv."`
	Prune    bool   `help:"Remove the accounts that the topic has and the file has not."`
}

// Run publishes.
func (c *publishCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	topic := cfg.Service.Kafka.Accounts
	if topic == "" {
		return errors.New("service.yaml names no topic: kafka.accounts, such as firstsign.accounts")
	}
	list, err := c.read()
	if err != nil {
		return err
	}
	client, err := kafka.Open(cfg.Service.Kafka, newLogger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.EnsureTopics(ctx); err != nil {
		return err
	}
	before, err := published(ctx, client, topic)
	if err != nil {
		return err
	}
	values, more := changes(before, list, c.Prune)
	if err := client.WriteTable(ctx, values); err != nil {
		return err
	}
	fmt.Printf("%s: %s of %s written or removed, the others say the same already\n", topic, plural.Count(len(values), "record"), plural.Count(list.Len(), "account"))
	if more > 0 {
		fmt.Printf("%s of the topic %s not in %s: --prune removes them\n", plural.Count(more, "account"), areOr(more), filepath.Base(c.File))
	}
	return nil
}

func areOr(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (c *publishCommand) read() (*accounts.Directory, error) {
	if c.Contacts == "" {
		return config.OpenAccounts(c.File)
	}
	sheet, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	people, err := os.ReadFile(c.Contacts)
	if err != nil {
		return nil, err
	}
	roll := new(accounts.Roll)
	roll.ReadAccounts(sheet, c.File)
	roll.ReadContacts(people, c.Contacts)
	return roll.Directory()
}

// changes are the records that make the topic say what a list says, and how
// many accounts of the topic are not in it.
func changes(before, list *accounts.Directory, prune bool) (values map[string][]byte, more int) {
	values = make(map[string][]byte)
	for a := range list.All() {
		value := config.AccountRecord(a)
		if old := before.Get(a.ID); old == nil || !bytes.Equal(config.AccountRecord(old), value) {
			values[a.ID] = value
		}
	}
	for a := range before.All() {
		switch {
		case list.Get(a.ID) != nil:
		case prune:
			values[a.ID] = nil
		default:
			more++
		}
	}
	return values, more
}

// publishGrades writes the accounts whose money gives them another grade.
func publishGrades(ctx context.Context, cfg *config.Config) error {
	client, err := kafka.Open(cfg.Service.Kafka, newLogger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	list, err := published(ctx, client, cfg.Service.Kafka.Accounts) // anew: those of cfg may be under pseudonyms
	if err != nil {
		return err
	}
	values := make(map[string][]byte)
	for a := range cfg.Grading.Apply(list).All() {
		if a.Regraded() {
			values[a.ID] = config.AccountRecord(accounts.NewDirectory([]accounts.Account{*a}).Get(a.ID)) // as if a file had given the grade
		}
	}
	return client.WriteTable(ctx, values)
}
