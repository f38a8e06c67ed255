// Package alerts answers: how are the alerts of a service listed, answered and labelled by
// hand?
package alerts

import (
	"context"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/app"
	"firstsign/config"
	state "firstsign/detector/redis"
)

// Command shows the store of alerts and answers them.
type Command struct {
	List     list     `cmd:"" help:"List alerts, those with most at risk first."`
	Ack      ack      `cmd:"" help:"Acknowledge an alert: you will take care of it."`
	Snooze   snooze   `cmd:"" help:"Snooze an alert. It comes back when the time is over, or when the evidence grows."`
	Feedback feedback `cmd:"" help:"Label an alert. A false alarm means fewer alerts about the account for some months. \"expected\" makes the present level the new normal, and retires a failing source."`
	Labels   labels   `cmd:"" help:"Print the labels of alerts as CSV: a file of losses for calibrate, backtest and lookback."`
	Try      trial    `cmd:"" help:"Send a trial message to the channels of a person, to see that it arrives."`
}

// withStore opens the store of a configuration's service.
func withStore(ctx context.Context, dir string, do func(cfg *config.Config, store alerting.AlertStore) error) error {
	cfg, err := app.LoadConfig(ctx, dir)
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
	return do(cfg, alertredis.New(client, app.Namespace(cfg)))
}
