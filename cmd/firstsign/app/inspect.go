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
// wrote it, without disturbing the owner. See detector.Engine.Inspect for today.
func Inspect(ctx context.Context, store *state.Store, rules *detector.Rules, account string, today signals.Day) (*detector.Inspection, error) {
	found, err := inspectAll(ctx, store, rules, []string{account}, today)
	if err != nil {
		return nil, err
	}
	if found[account] == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoState, account)
	}
	return found[account], nil
}

// inspectAll reads several accounts. Those of which there is nothing are missing in what
// it returns.
func inspectAll(ctx context.Context, store *state.Store, rules *detector.Rules, accounts []string, today signals.Day) (map[string]*detector.Inspection, error) {
	kept, err := store.Kept(ctx, 0)
	if err != nil {
		return nil, err
	}
	partitions := max(1, kept.Partitions)
	present := func(account string) string { return rules.Aliases.Current(identity.CleanString(account)) }
	in := map[int][]string{}
	for _, account := range accounts {
		p := signals.PartitionOf([]byte(present(account)), partitions)
		in[p] = append(in[p], account)
	}
	found := make(map[string]*detector.Inspection, len(accounts))
	for p, some := range in {
		_, meta, err := store.Inspect(ctx, p)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(some))
		for i, account := range some {
			ids[i] = present(account)
		}
		states, err := store.AccountStates(ctx, p, ids)
		if err != nil {
			return nil, err
		}
		e := detector.NewEngine(p, partitions, rules)
		if err := e.Restore(meta.Position, meta.Portfolio); err != nil {
			return nil, err
		}
		for i, kept := range states {
			if kept == nil {
				continue
			}
			if err := e.RestoreAccount(detector.AccountState{ID: ids[i], State: kept}); err != nil {
				return nil, err
			}
			found[some[i]], _ = e.Inspect(ids[i], today)
		}
	}
	return found, nil
}

// Inspect implements web.Accounts.
func (a *App) Inspect(ctx context.Context, account string) (*detector.Inspection, error) {
	found, err := Inspect(ctx, a.Store, a.rules.Load(), account, a.today())
	if errors.Is(err, ErrNoState) {
		return nil, web.ErrUnknownAccount
	}
	return found, err
}

// InspectAll implements web.Accounts.
func (a *App) InspectAll(ctx context.Context, accounts []string) (map[string]*detector.Inspection, error) {
	return inspectAll(ctx, a.Store, a.rules.Load(), accounts, a.today())
}

// Watched implements web.Accounts.
func (a *App) Watched(ctx context.Context) (w web.Watched, err error) {
	for p, partitions := 0, 1; p < partitions; p++ {
		kept, err := a.Store.Kept(ctx, p)
		if err != nil {
			return w, err
		}
		partitions = max(partitions, kept.Partitions)
		if kept.Day > 0 && (!w.Judged || kept.Day < w.Closed) {
			w.Judged, w.Closed = true, kept.Day
		}
		w.Accounts += kept.Accounts
	}
	return w, nil
}

// today is the day in the time zone of the deployment.
func (a *App) today() signals.Day {
	return signals.NewZone(a.Config.Calendar.Location).Day(a.Now().UnixNano())
}
