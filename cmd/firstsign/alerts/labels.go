package alerts

import (
	"context"
	"io"

	"firstsign/alerting"
	"firstsign/backtest"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/signals"
)

type labels struct {
	app.ConfigFlag
	Out string `placeholder:"FILE" help:"Write the labels here (default: standard output)."`
}

// Run writes the labels.
func (c *labels) Run(ctx context.Context) error {
	return withStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
		var alerts []*alerting.Alert
		for a, err := range alerting.All(ctx, store, alerting.Filter{}) {
			if err != nil {
				return err
			}
			if a.Label != "" {
				alerts = append(alerts, a)
			}
		}
		zone := signals.NewZone(cfg.Calendar.Location)
		if c.Out == "" {
			return backtest.WriteLabels(console.Out, zone, alerts)
		}
		return backtest.WriteFile(c.Out, func(w io.Writer) error { return backtest.WriteLabels(w, zone, alerts) })
	})
}
