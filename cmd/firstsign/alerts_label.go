package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"firstsign/alerting"
	"firstsign/backtest"
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
		alerts, err := store.List(ctx, alerting.Filter{})
		if err != nil {
			return err
		}
		zone := signals.NewZone(cfg.Calendar.Location)
		if c.Out == "" {
			return backtest.WriteLabels(os.Stdout, zone, alerts)
		}
		return backtest.WriteFile(c.Out, func(w io.Writer) error { return backtest.WriteLabels(w, zone, alerts) })
	})
}

// labelsOf counts what people called the alerts; empty when nobody said anything.
func labelsOf(alerts []*alerting.Alert) string {
	n := map[signals.Label]int{}
	for _, a := range alerts {
		n[a.Label]++
	}
	if n[""] == len(alerts) {
		return ""
	}
	var parts []string
	for _, l := range signals.Labels {
		if n[l] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[l], l))
		}
	}
	return fmt.Sprintf(", %d labelled: %s", len(alerts)-n[""], strings.Join(parts, ", "))
}
