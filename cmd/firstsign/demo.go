package main

import (
	"context"

	"firstsign/cmd/firstsign/demo"
)

// demoCommand is the whole product in one process.
type demoCommand struct {
	historyFlags
	Events string `type:"existingfile" placeholder:"FILE" help:"Your own history instead of a simulated one."`
	Config string `type:"existingdir" placeholder:"DIR" help:"Signals, calendar, accounts and routing for your own history."`
	demo.Options
}

// Run shows.
func (c *demoCommand) Run(ctx context.Context) error {
	if c.Events != "" {
		return c.ownHistory(ctx)
	}
	return demo.Simulated(ctx, c.Options)
}

// ownHistory plays a history file.
func (c *demoCommand) ownHistory(ctx context.Context) error {
	var err error
	if c.names, err = namesIn(ctx, c.Config, ""); err != nil {
		return err
	}
	survey, err := c.surveyFile(c.Events)
	if err != nil {
		return err
	}
	cfg, err := configFor(ctx, c.Config, "", survey)
	if err != nil {
		return err
	}
	defer survey.Close()
	if _, err := c.whatWasRead(c.Events, survey, cfg); err != nil {
		return err
	}
	file, err := survey.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	return demo.History(ctx, c.Options, cfg, survey.First, goodLines{file})
}
