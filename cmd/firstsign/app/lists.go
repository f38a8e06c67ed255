package app

import (
	"context"
	"time"

	"firstsign/alerting"
)

// How often the lists of alerts are checked. About once an hour all of them are compared
// with the alerts, because an instance of an earlier release writes alerts without lists
// during a rolling upgrade.
const (
	listsInterval = 10 * time.Second
	indexEvery    = 360
)

// keepLists indexes the alerts at the start and from time to time. After the accounts
// have changed it gives the alerts their present owners. It goes on when Redis does not
// answer.
func (a *App) keepLists(ctx context.Context) error {
	var routed *alerting.RoutingSnapshot
	ticker := time.NewTicker(listsInterval)
	defer ticker.Stop()
	for index := 0; ; index-- {
		if index <= 0 {
			n, err := a.alertStore.Index(ctx)
			if err == nil {
				index = indexEvery
			}
			if n > 0 {
				a.log.Info("alerts indexed", "alerts", n)
			}
		}
		if now := a.snapshot.Load(); now != routed {
			n, err := now.KeepOwners(ctx, a.alertStore)
			if err == nil {
				routed = now
			}
			if n > 0 {
				a.log.Info("alerts have new owners", "alerts", n)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
