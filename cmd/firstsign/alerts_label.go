package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"firstsign/alerting"
	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/signals"
)

type alertsFeedback struct {
	answerFlags
	Label string `arg:"" enum:"false,expected,acted-saved,acted-lost,unknown" help:"false (nothing was the matter), expected (the reason is known, and it is no sign of leaving), acted-saved, acted-lost, or unknown, which takes back what was said."`
}

// Run labels.
func (c *alertsFeedback) Run(ctx context.Context) error {
	return c.answer(ctx, alerting.Answer{Label: signals.Label(c.Label)}, 0)
}

type alertsLabels struct {
	configFlag
	Out string `placeholder:"FILE" help:"Where they are written (default: standard output)."`
}

// Run writes the labels.
func (c *alertsLabels) Run(ctx context.Context) error {
	return withAlertStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
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

// labelsOf says what people called the alerts; empty when nobody said anything.
func labelsOf(n map[signals.Label]int) string {
	labelled := 0
	var parts []string
	for _, l := range signals.Labels {
		if n[l] > 0 {
			labelled += n[l]
			parts = append(parts, fmt.Sprintf("%d %s", n[l], l))
		}
	}
	if parts == nil {
		return ""
	}
	return fmt.Sprintf(", %d labelled: %s", labelled, strings.Join(parts, ", "))
}
