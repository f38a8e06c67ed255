package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	what "firstsign/backtest/survey"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/numbers"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
	"firstsign/signals/history"
)

// calibrateCommand fits the thresholds to a portfolio's own history.
type calibrateCommand struct {
	reading.EventsFlags
	app.ConfigFlag
	Losses   string             `type:"existingfile" placeholder:"FILE" help:"Known losses as CSV: account,date. Alerts before a loss do not count as false. The output of firstsign alerts labels also works; accounts that were saved are then left out for that time."`
	LossesAs reading.TableFlags `embed:"" prefix:"losses-" set:"of=--losses"`
	Seed     uint64             `default:"1" help:"Seed of the changes that are injected. The same seed injects the same changes."`
	Budget   numbers.Budget     `placeholder:"N" help:"False alerts that one manager may get in a month (default: as signals.yaml says)."`
	Out      string             `required:"" placeholder:"FILE" help:"Write calibration.yaml here. It takes effect in the configuration directory."`
	Report   string             `placeholder:"OUT.html|OUT.json" help:"Write the whole report: a page when the name ends in .html, else JSON."`
	reading.LanguageFlag
	Partitions numbers.Partitions `placeholder:"N" help:"Split the accounts as a topic of N partitions would (default: as service.yaml says)."`
}

// Run calibrates.
func (c *calibrateCommand) Run(ctx context.Context) error {
	survey, end, err := c.Survey(ctx, c.Config, reading.AccountsFlags{})
	if err != nil {
		return err
	}
	defer end()
	cfg, err := app.LoadConfig(ctx, c.Config)
	if err != nil {
		return err
	}
	if err := writable(c.Out, c.Report); err != nil {
		return err
	}
	c.Choose(cfg)
	read, err := c.WhatWasRead(c.Name(), survey, cfg)
	if err != nil {
		return err
	}
	plain := cfg.Uncalibrated()
	k := &calibrate.Calibrator{
		Rules: plain.Rules(), Partitions: c.PartitionsOf(int(c.Partitions), cfg), Budget: cfg.Detector.Budget, ByHand: cfg.Detector.ByHand, Seed: c.Seed,
		Now: survey.Now,
	}
	if c.Budget > 0 {
		k.Budget = float64(c.Budget)
	}
	if c.Losses != "" {
		losses, saved, err := backtest.OpenLosses(c.Losses, c.LossesAs.Options())
		if err != nil {
			return err
		}
		c.UsePresentIDs(losses)
		warnLosses(c.Losses, losses, survey)
		for i := range saved {
			saved[i].Account = cfg.Aliases().Current(saved[i].Account)
		}
		k.Losses, k.Saved = backtest.LossesOf(losses), saved
	}
	report, err := c.calibrate(ctx, k, survey)
	if err != nil {
		return err
	}
	return c.write(report, cfg, read)
}

// calibrate reads the history twice: first for the activity of the accounts, then for the
// replay.
func (c *calibrateCommand) calibrate(ctx context.Context, k *calibrate.Calibrator, survey *history.Reading) (*calibrate.Report, error) {
	file, err := survey.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	at, end := console.Reading(file, "getting to know the accounts")
	activity, err := calibrate.ReadActivity(console.Watch(file, func(*history.Line) { at() }), k.Rules)
	end()
	if err != nil {
		return nil, err
	}
	again, err := survey.Open()
	if err != nil {
		return nil, err
	}
	defer again.Close()
	k.Progress, end = console.Reading(again, "replaying with changes")
	defer end()
	return k.Run(ctx, reading.GoodLines(again), activity, survey.First)
}

// write writes the calibration, and the report as a page or as JSON, and as text.
func (c *calibrateCommand) write(r *calibrate.Report, cfg *config.Config, read *what.Report) error {
	calibration := config.Calibration{
		Exceedance: r.Exceedance, Grades: r.Thresholds,
		FittedOn: config.FittedOn{
			From: r.From.String(), To: r.To.String(), Accounts: r.Accounts, AccountYears: r.AccountYears,
			Budget: r.Budget, Managers: r.Portfolio.Managers, Rules: r.Rules,
		},
	}
	err := backtest.WriteFile(c.Out, func(w io.Writer) error {
		_, err := calibration.WriteTo(w)
		return err
	})
	if err != nil {
		return err
	}
	if c.Report != "" {
		err := backtest.WriteFile(c.Report, func(w io.Writer) error {
			if l := cfg.Routing.Language; strings.HasSuffix(c.Report, ".html") {
				return r.WriteHTML(w, l, cfg.Accounts, read.HTML(l))
			}
			out := json.NewEncoder(w)
			out.SetIndent("", "  ")
			return out.Encode(r)
		})
		if err != nil {
			return err
		}
	}
	return r.WriteText(console.Out)
}
