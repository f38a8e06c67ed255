package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/internal/plural"
	"firstsign/signals/kafka"
)

// eraseCommand removes a person from state and alerts.
type eraseCommand struct {
	app.ConfigFlag
	Contact string `required:"" placeholder:"ID" help:"The person's id, as in the source or in the file of accounts."`
	Account string `placeholder:"ID" help:"The person's account (default: every account whose state still holds the person). Give it to find the person in older alerts as well."`
}

// Run erases.
func (c *eraseCommand) Run(ctx context.Context) error {
	cfg, err := app.LoadConfig(ctx, c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := topic.Believed(ctx, client, cfg); err != nil {
		return err
	}
	n, err := topic.Erase(ctx, client, cfg, c.Account, c.Contact, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "%s written to %s; what is kept forgets the person when the service has read it\n", plural.Count(n, "record"), cfg.Service.Kafka.Topic)
	for a := range cfg.Accounts.All() {
		for _, person := range a.Contacts {
			if person.ID == cfg.Pseudonyms.Of(c.Contact) && (c.Account == "" || cfg.Aliases().Current(c.Account) == a.ID) {
				fmt.Fprintf(console.Out, "account %s still lists the person: take the contact out of the accounts files as well\n", a.ID)
			}
		}
	}
	return nil
}
