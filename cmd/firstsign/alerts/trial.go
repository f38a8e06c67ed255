package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
)

// trial sends a trial message. It needs neither Kafka nor Redis.
type trial struct {
	app.ConfigFlag
	Name string `arg:"" help:"Somebody whom the accounts name on our side, spelled as there, or operator."`
}

// Run sends the message on every channel of the person and reports the result of each.
func (c *trial) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	snapshot, err := app.Routing(cfg, c.Config, console.Logger("text", slog.LevelWarn))
	if err != nil {
		return err
	}
	names := snapshot.ChannelsOf(c.Name)
	if len(names) == 0 {
		return fmt.Errorf("%s has no channel: name one in routing.yaml under owners, teams or default", c.Name)
	}
	var failed error
	for _, name := range names {
		if err := snapshot.Channels[name].Send(ctx, snapshot.Trial(c.Name, name, time.Now())); err != nil {
			fmt.Fprintf(console.Out, "%s: failed: %v\n", name, err)
			failed = errors.New("not every channel took it")
			continue
		}
		fmt.Fprintf(console.Out, "%s: sent\n", name)
	}
	return failed
}
