package main

import (
	"context"

	"firstsign/cmd/firstsign/demo"
	"firstsign/cmd/firstsign/reading"
)

// demoCommand is the whole product in one process.
type demoCommand struct {
	reading.Flags
	Events string `type:"existingfile" placeholder:"FILE" help:"Your own history, instead of a simulated one."`
	Config string `type:"existingdir" placeholder:"DIR" help:"Configuration directory for your own history: signals, calendar, accounts and routing. Messages appear on the screen and reach no channel."`
	demo.Options
}

// Run shows a simulated portfolio, or the history of --events.
func (c *demoCommand) Run(ctx context.Context) error {
	if c.Events != "" {
		return c.ownHistory(ctx)
	}
	return demo.Simulated(ctx, c.Options)
}

// ownHistory plays a history file.
func (c *demoCommand) ownHistory(ctx context.Context) error {
	var err error
	if c.Names, err = reading.NamesIn(ctx, c.Config, reading.AccountsFlags{}); err != nil {
		return err
	}
	survey, err := c.SurveyFile(c.Events)
	if err != nil {
		return err
	}
	cfg, err := reading.ConfigFor(ctx, c.Config, reading.AccountsFlags{}, survey)
	if err != nil {
		return err
	}
	defer survey.Close()
	if _, err := c.WhatWasRead(c.Events, survey, cfg); err != nil {
		return err
	}
	file, err := survey.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	return demo.History(ctx, c.Options, cfg, survey.First, reading.GoodLines(file))
}
