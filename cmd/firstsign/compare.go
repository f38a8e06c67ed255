package main

import (
	"context"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
)

// compareCommand shows what a change of the configuration does.
type compareCommand struct {
	reading.EventsFlags
	reading.AccountsFlags
	Config     string `required:"" type:"existingdir" placeholder:"DIR" help:"Present configuration directory."`
	With       string `required:"" type:"existingdir" placeholder:"DIR" help:"Configuration directory to compare with."`
	Partitions int    `placeholder:"N" help:"Split the accounts as a topic of N partitions would (default: as each service.yaml says)."`
	JSON       bool   `name:"json" help:"Write JSON."`
}

// Run replays the history under both.
func (c *compareCommand) Run(ctx context.Context) error {
	end, err := c.Gather(ctx, c.Config, c.AccountsFlags)
	if err != nil {
		return err
	}
	defer end()
	survey, err := c.Survey()
	if err != nil {
		return err
	}
	var configs [2]*config.Config
	for i, dir := range []string{c.Config, c.With} {
		if configs[i], err = reading.ConfigFor(ctx, dir, c.AccountsFlags, survey); err != nil {
			return err
		}
	}
	strict := configs[0]
	if configs[1].Detector.Lateness < strict.Detector.Lateness {
		strict = configs[1]
	}
	if _, err := c.WhatWasRead(c.Name(), survey, strict); err != nil {
		return err
	}
	var judged [2]backtest.Judged
	for i, cfg := range configs {
		replay := backtest.Replay{Rules: cfg.Rules(), Partitions: c.PartitionsOf(c.Partitions, cfg), First: survey.First, Now: survey.Now}
		outcome, err := c.Judge(ctx, &replay, nil)
		if err != nil {
			return err
		}
		reading.LeftOut(outcome)
		judged[i] = backtest.Judged{Outcome: outcome, Rules: replay.Rules}
	}
	comparison := backtest.Compare(judged[0], judged[1])
	if c.JSON {
		return comparison.WriteJSON(console.JSON)
	}
	return comparison.WriteText(console.Out, configs[1].Routing.Language)
}
