package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	state "firstsign/detector/redis"
)

// inspectCommand shows what the state says about one account.
type inspectCommand struct {
	app.ConfigFlag
	Account string `arg:"" help:"The account's id."`
}

// Run inspects.
func (c *inspectCommand) Run(ctx context.Context) error {
	return app.WithStores(ctx, c.Config, func(cfg *config.Config, _ alerting.AlertStore, store *state.Store) error {
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
	})
}
