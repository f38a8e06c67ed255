package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/internal/plural"
)

// rebuildCommand rebuilds the state from the topic.
type rebuildCommand struct {
	app.ConfigFlag
	Yes bool `help:"Remove the state. Without this flag the command only says what it would do."`
}

// Run removes the state, so that the service reads the topic from its beginning.
func (c *rebuildCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	r, err := app.Rebuild(ctx, cfg, console.Logger("text", slog.LevelWarn), c.Yes)
	if err != nil {
		return err
	}
	for _, p := range r.Partitions {
		fmt.Fprintf(console.Out, "partition %d: the topic holds %s", p.ID, plural.Count(p.End-p.Start, "record"))
		if p.Start > 0 {
			fmt.Fprintf(console.Out, "; %s before them are gone, and what was learned of those cannot be learned again", plural.Count(p.Start, "record"))
		}
		fmt.Fprintln(console.Out)
	}
	if r.Alerts != nil {
		fmt.Fprintf(console.Out, "alerts: %v\n", r.Alerts)
		fmt.Fprintf(console.Out, "alerts: they are removed as well and found again; what people answered is read back from the topic %s\n", cfg.Service.Kafka.Alerts)
	}
	if !c.Yes {
		return errors.New("nothing was done: --yes removes the state of all partitions, and the service makes it anew from the topic")
	}
	fmt.Fprintln(console.Out, "The state is removed. A running service makes it anew; start it again if a partition had stopped.")
	return nil
}
