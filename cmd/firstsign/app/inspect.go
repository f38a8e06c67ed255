package app

import (
	"context"
	"errors"
	"fmt"

	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/web"
)

// ErrNoState means that the state holds nothing of an account.
var ErrNoState = errors.New("the state holds nothing of this account")

// Inspect reads one account from the state, as its partition's owner last
// wrote it, without disturbing the owner.
func Inspect(ctx context.Context, store *state.Store, rules *detector.Rules, account string) (*detector.Inspection, error) {
	account = rules.Aliases.Current(identity.CleanString(account))
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
		return nil, fmt.Errorf("%w: %q", ErrNoState, account)
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

// Inspect implements web.Accounts.
func (a *App) Inspect(ctx context.Context, account string) (any, error) {
	found, err := Inspect(ctx, a.Store, a.rules.Load(), account)
	if errors.Is(err, ErrNoState) {
		return nil, web.ErrUnknownAccount
	}
	return found, err
}
