package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	state "firstsign/detector/redis"
)

// inspectCommand shows what the state says about one account.
type inspectCommand struct {
	app.ConfigFlag
	Account string `arg:"" help:"The account's id."`
}

// Run inspects.
func (c *inspectCommand) Run(ctx context.Context) error {
	cfg, err := app.LoadConfig(ctx, c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	client, err := state.Open(cfg.Service.Redis)
	if err != nil {
		return err
	}
	defer client.Close()
	store, err := state.New(client, app.Namespace(cfg), prometheus.NewRegistry())
	if err != nil {
		return err
	}
	found, err := app.Inspect(ctx, store, cfg.Rules(), c.Account, 0)
	if errors.Is(err, app.ErrNoState) {
		return fmt.Errorf("%w, under the name %q at %s", err, app.Namespace(cfg), cfg.Service.Redis.Addr)
	}
	if err != nil {
		return fmt.Errorf("Redis at %s: %w", cfg.Service.Redis.Addr, err)
	}
	out := json.NewEncoder(console.JSON)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(found)
}
