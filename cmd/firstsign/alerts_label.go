package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
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
			return writeLabels(os.Stdout, zone, alerts)
		}
		return backtest.WriteFile(c.Out, func(w io.Writer) error { return writeLabels(w, zone, alerts) })
	})
}

// writeLabels writes a line for each account's alert that somebody labelled, by
// account and date: what backtest.ReadLosses reads.
func writeLabels(w io.Writer, zone *signals.Zone, alerts []*alerting.Alert) error {
	rows := [][]string{}
	for _, a := range alerts {
		e := a.Labelled()
		if e == nil || a.Account == "" {
			continue
		}
		day := zone.Day(e.Time.UnixNano())
		if a.Closed != nil && a.Label == signals.ActedSaved { // it was at risk until then
			day = max(day, zone.Day(a.Closed.UnixNano()))
		}
		rows = append(rows, []string{a.Account, day.String(), string(a.Label), a.Since.String(), a.ID, e.By})
	}
	slices.SortFunc(rows, slices.Compare)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"account", "date", "label", "since", "alert", "by"}) // Error says it
	_ = out.WriteAll(rows)
	return out.Error()
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
