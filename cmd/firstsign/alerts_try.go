package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/notify"
	"firstsign/config"
)

// alertsTry sends a trial message. It needs neither Kafka nor Redis.
type alertsTry struct {
	configFlag
	Name string `arg:"" help:"A manager, a superior or a stand-in, by the name that the accounts give; or operator."`
}

// Run sends it on every channel of the person, and says of each what became of it.
func (c *alertsTry) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	snapshot, err := snapshotOf(cfg, c.Config, newLogger("text", slog.LevelWarn))
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
			fmt.Printf("%s: failed: %v\n", name, err)
			failed = errors.New("not every channel took it")
			continue
		}
		fmt.Printf("%s: sent\n", name)
	}
	return failed
}

// snapshotOf opens the channels and the keys of a configuration.
func snapshotOf(c *config.Config, dir string, log *slog.Logger) (*alerting.RoutingSnapshot, error) {
	channels, err := notify.Open(c.Routing.Channels, dir, os.Getenv, log)
	if err != nil {
		return nil, err
	}
	links, err := alerting.OpenLinks(c.Routing.Links, dir, os.Getenv)
	if err != nil {
		return nil, err
	}
	return &alerting.RoutingSnapshot{
		Routing: c.Routing, Channels: channels, Links: links, Accounts: c.Accounts, Location: c.Calendar.Location,
	}, nil
}
