package main

import (
	"context"
	"io"

	"firstsign/backtest"
	"firstsign/backtest/report"
	what "firstsign/backtest/survey"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/numbers"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
	"firstsign/signals/history"
)

// compareCommand shows what a change of the configuration does.
type compareCommand struct {
	reading.EventsFlags
	reading.AccountsFlags
	Config     string             `required:"" type:"existingdir" placeholder:"DIR" help:"Present configuration directory."`
	With       string             `required:"" type:"existingdir" placeholder:"DIR" help:"Configuration directory to compare with."`
	Partitions numbers.Partitions `placeholder:"N" help:"Split the accounts as a topic of N partitions would (default: as each service.yaml says)."`
	JSON       bool               `name:"json" help:"Write JSON."`
	Out        string             `placeholder:"OUT.html" help:"Also write a page: what changes when, and which alerts were right."`
	Losses     string             `type:"existingfile" placeholder:"losses.csv" help:"The known losses as CSV, account,date. With them the page and the JSON say which alerts were right."`
	LossesAs   reading.TableFlags `embed:"" prefix:"losses-" set:"of=--losses"`
	reading.LanguageFlag
}

// Run replays the history under both.
func (c *compareCommand) Run(ctx context.Context) error {
	if err := writable(c.Out); err != nil {
		return err
	}
	losses, err := knownLosses(c.Losses, &c.LossesAs)
	if err != nil {
		return err
	}
	survey, end, err := c.Survey(ctx, c.Config, c.AccountsFlags)
	if err != nil {
		return err
	}
	defer end()
	c.UsePresentIDs(losses)
	warnLosses(c.Losses, losses, survey)
	var configs [2]*config.Config
	for i, dir := range []string{c.Config, c.With} {
		if configs[i], err = reading.ConfigFor(ctx, dir, c.AccountsFlags, survey); err != nil {
			return err
		}
		c.Choose(configs[i])
	}
	strict := configs[0]
	if configs[1].Detector.Lateness < strict.Detector.Lateness {
		strict = configs[1]
	}
	read, err := c.WhatWasRead(c.Name(), survey, strict)
	if err != nil {
		return err
	}
	comparison, err := c.compare(ctx, configs, survey, losses)
	if err != nil {
		return err
	}
	return c.write(comparison, configs[1], read)
}

// compare replays the history under both configurations. Both are judged by the contact that
// the second one counts.
func (c *compareCommand) compare(ctx context.Context, configs [2]*config.Config, survey *history.Reading, losses []backtest.Loss) (*backtest.Comparison, error) {
	var judged [2]backtest.Judged
	var contacts *backtest.ContactLog
	for i, cfg := range configs {
		replay := backtest.Replay{Rules: cfg.Rules(), Partitions: c.PartitionsOf(int(c.Partitions), cfg), First: survey.First, Now: survey.Now}
		contacts = backtest.NewContactLog(replay.Rules)
		outcome, err := c.Judge(ctx, &replay, contacts)
		if err != nil {
			return nil, err
		}
		reading.LeftOut(outcome)
		judged[i] = backtest.Judged{Outcome: outcome, Rules: replay.Rules}
	}
	comparison := backtest.Compare(judged[0], judged[1])
	if c.Out != "" || c.Losses != "" {
		comparison.Judge(judged[0], judged[1], contacts, losses)
	}
	return comparison, nil
}

// write writes the page, and the comparison as JSON or as text.
func (c *compareCommand) write(comparison *backtest.Comparison, cfg *config.Config, read *what.Report) error {
	l := cfg.Routing.Language
	if c.Out != "" {
		err := backtest.WriteFile(c.Out, func(w io.Writer) error {
			return report.WriteComparison(w, comparison, l, cfg.Accounts, read.HTML(l))
		})
		if err != nil {
			return err
		}
	}
	if c.JSON {
		return comparison.WriteJSON(console.JSON)
	}
	return comparison.WriteText(console.Out, l)
}
