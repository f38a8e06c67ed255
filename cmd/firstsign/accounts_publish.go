package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"firstsign/accounts"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
	"firstsign/internal/plural"
	"firstsign/signals/kafka"
)

// publishCommand writes accounts to their topic.
type publishCommand struct {
	app.ConfigFlag
	reading.TableFlags `set:"of=the accounts"`

	File       string             `arg:"" type:"existingfile" help:"The accounts: accounts.csv, .xlsx or accounts.yaml."`
	Contacts   string             `type:"existingfile" placeholder:"FILE" help:"The contacts of an accounts.csv: contacts.csv."`
	ContactsAs reading.TableFlags `embed:"" prefix:"contacts-" set:"of=--contacts"`
	Prune      bool               `help:"Remove from the topic the accounts that are not in the file."`
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
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.EnsureTopics(ctx); err != nil {
		return err
	}
	before, err := app.Published(ctx, client, topic)
	if err != nil {
		return err
	}
	values, more := changes(before, list, c.Prune)
	if err := client.WriteTable(ctx, values); err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "%s: %s of %s written or removed, the others say the same already\n", topic, plural.Count(len(values), "record"), plural.Count(list.Len(), "account"))
	if more > 0 {
		fmt.Fprintf(console.Out, "%s of the topic %s not in %s: --prune removes them\n", plural.Count(more, "account"), areOr(more), filepath.Base(c.File))
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
		return config.OpenAccounts(c.File, c.Options())
	}
	sheet, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	people, err := os.ReadFile(c.Contacts)
	if err != nil {
		return nil, err
	}
	roll := &accounts.Builder{Table: c.Options()}
	roll.ReadAccounts(sheet, c.File)
	roll.Table = c.ContactsAs.Options()
	roll.ReadContacts(people, c.Contacts)
	return roll.Directory()
}

// changes returns the records that make the topic equal to a list. more is how many
// accounts of the topic are not in the list.
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

// publishGrades writes the accounts whose grade changes by their money.
func publishGrades(ctx context.Context, cfg *config.Config) error {
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	list, err := app.Published(ctx, client, cfg.Service.Kafka.Accounts) // read again, because those of cfg may have pseudonyms
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
