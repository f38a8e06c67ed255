package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/signals"
	"firstsign/web"

	"github.com/prometheus/client_golang/prometheus"
)

// inspectCommand shows what the state says about one account.
type inspectCommand struct {
	configFlag
	Account string `arg:"" help:"Its id."`
}

// Run inspects.
func (c *inspectCommand) Run(ctx context.Context) error {
	cfg, err := loadWithAccounts(ctx, c.Config)
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
	store, err := state.New(client, namespaceOf(cfg), prometheus.NewRegistry())
	if err != nil {
		return err
	}
	found, err := inspect(ctx, store, cfg.Rules(), c.Account)
	if errors.Is(err, errNoState) {
		return fmt.Errorf("%w, under the name %q at %s", err, namespaceOf(cfg), cfg.Service.Redis.Addr)
	}
	if err != nil {
		return fmt.Errorf("Redis at %s: %w", cfg.Service.Redis.Addr, err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(found)
}

// Inspect implements web.Accounts.
func (a *app) Inspect(ctx context.Context, account string) (any, error) {
	found, err := inspect(ctx, a.store, a.rules.Load(), account)
	if errors.Is(err, errNoState) {
		return nil, web.ErrUnknownAccount
	}
	return found, err
}

// errNoState means that the state holds nothing of an account.
var errNoState = errors.New("the state holds nothing of this account")

// inspect reads one account from the state, as its partition's owner last
// wrote it, without disturbing the owner.
func inspect(ctx context.Context, store *state.Store, rules *detector.Rules, account string) (*detector.Inspection, error) {
	id, meta, err := store.Inspect(ctx, 0)
	if err != nil {
		return nil, err
	}
	p := 0
	if id.Partitions > 1 {
		if p = signals.PartitionOf([]byte(account), id.Partitions); p != 0 {
			if id, meta, err = store.Inspect(ctx, p); err != nil {
				return nil, err
			}
		}
	}
	kept, err := store.Account(ctx, p, account)
	if err != nil {
		return nil, err
	}
	if kept == nil {
		return nil, fmt.Errorf("%w: %q", errNoState, account)
	}
	e := detector.NewEngine(p, max(1, id.Partitions), rules)
	if err := e.Restore(meta.Position, meta.Portfolio); err != nil {
		return nil, err
	}
	if err := e.RestoreAccount(detector.AccountState{ID: account, State: kept}); err != nil {
		return nil, err
	}
	found, _ := e.Inspect(account)
	return found, nil
}
