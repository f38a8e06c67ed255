package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firstsign/detector/worker"
	"firstsign/internal/backoff"
)

// awaitWhole returns when nobody brings in the state any more: nothing may be mapped,
// judged or told meanwhile. It returns false when ctx ended before. A Redis that does not
// answer is waited for by whoever cannot do without.
func (a *App) awaitWhole(ctx context.Context, certain bool) bool {
	for {
		err := a.Store.Claimable(ctx)
		held := errors.Is(err, worker.ErrHeld)
		if before := a.held.Load(); held && before == nil {
			a.log.Error("the service waits", "err", err)
			a.held.Store(&err)
		} else if err == nil && before != nil {
			a.held.Store(nil)
		}
		if ctx.Err() != nil || err == nil || !held && !certain {
			return ctx.Err() == nil
		}
		backoff.Sleep(ctx, time.Second)
	}
}

// awaitOurs returns when no partition of the state belongs to another topic. Until then
// no mapped topic may be read: with a wrong name in service.yaml its records would go to
// the wrong topic, and be missing in the right one. It returns false when ctx ended before.
func (a *App) awaitOurs(ctx context.Context) bool {
	said := false
	for {
		err := a.ours(ctx)
		if ctx.Err() != nil || err == nil {
			return ctx.Err() == nil
		}
		if errors.Is(err, worker.ErrIdentity) && !said {
			a.log.Error("mapped topics wait", "err", err)
			said = true
		}
		backoff.Sleep(ctx, time.Second)
	}
}

func (a *App) ours(ctx context.Context) error {
	ours := identityOf(a.identity, a.Config)
	for p := range a.identity.Partitions {
		id, _, err := a.Store.Inspect(ctx, p)
		if err != nil {
			return err
		}
		if id != (worker.Identity{}) && id != ours {
			return fmt.Errorf("%w: partition %d is of %+v, and the configuration says %+v", worker.ErrIdentity, p, id, ours)
		}
	}
	return nil
}
