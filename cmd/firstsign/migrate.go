package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/migrate"
	"firstsign/internal/plural"
)

// migrateCommand moves a deployment to other topics.
type migrateCommand struct {
	app.ConfigFlag
	To string `required:"" type:"existingdir" placeholder:"DIR" help:"Configuration directory to move to. Its service.yaml names new topics, a new redis.namespace and, if wanted, other brokers or another number of partitions."`
}

// Run moves.
func (c *migrateCommand) Run(ctx context.Context) error {
	old, err := app.LoadConfig(ctx, c.Config)
	if err != nil {
		return err
	}
	anew, err := app.LoadConfig(ctx, c.To)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := migrate.Run(ctx, old, anew, console.Logger("text", slog.LevelWarn))
	if err != nil {
		return err
	}
	out := func(format string, args ...any) { fmt.Fprintf(console.Out, format+"\n", args...) }
	out("%s of %s, %s with %s: moved from %s (%s) to %s (%s) in %.1f s",
		plural.Count(r.Interactions, "interaction"), plural.Count(r.Accounts, "account"), plural.Count(r.Alerts, "alert"), plural.Count(r.Answers, "answer"),
		r.From.Topic, plural.Count(r.From.Partitions, "partition"), r.To.Topic, plural.Count(r.To.Partitions, "partition"), time.Since(began).Seconds())
	if r.LeftOut > 0 {
		out("%s left out: they did not count, because they were on the wrong partition, were taken back, or stand again further on", plural.Count(r.LeftOut, "record"))
	}
	if r.Ahead > 0 {
		out("%s were not read yet by the service: it reads them when it starts", plural.Count(r.Ahead, "interaction"))
	}
	out("Next: firstsign run --config %s, and point the producers to %s. To go back, start with --config %s again.", c.To, r.To.Topic, c.Config)
	return nil
}
