// Package alerts answers: how are the alerts of a service listed, answered and labelled by
// hand?
package alerts

import (
	"context"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/app"
	"firstsign/config"
	state "firstsign/detector/redis"
)

// Command shows the store of alerts and answers them.
type Command struct {
	List     list     `cmd:"" help:"List alerts, the most at risk first."`
	Ack      ack      `cmd:"" help:"Acknowledge an alert: you will take care of it."`
	Snooze   snooze   `cmd:"" help:"Snooze an alert. It comes back when the time is over or when the evidence grows."`
	Feedback feedback `cmd:"" help:"Label an alert. After a false alarm the account gets fewer alerts for some months. The label expected makes the present level the new normal; of a failing feed it retires the source."`
	Labels   labels   `cmd:"" help:"Write the labels of alerts as CSV, as calibrate, backtest and lookback read them with --losses."`
	Try      trial    `cmd:"" help:"Send a trial message to all channels of a person."`
}

// withStore opens the store of alerts of a configuration's service.
func withStore(ctx context.Context, dir string, do func(cfg *config.Config, store alerting.AlertStore) error) error {
	return app.WithStores(ctx, dir, func(cfg *config.Config, store alerting.AlertStore, _ *state.Store) error { return do(cfg, store) })
}
