package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/portfolio"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
)

// accountsCommand holds the commands about accounts.
type accountsCommand struct {
	Grade   gradeCommand   `cmd:"" help:"Show the quadrants of potential and share of wallet: which accounts move and why, how steady the top list is, the 80/20 share, and which accounts depend on one person. With a history, also the accounts that we neglect."`
	Publish publishCommand `cmd:"" help:"Write accounts to the topic that service.yaml names (kafka.accounts)."`
}

// gradeCommand reports how the accounts of a portfolio are graded.
type gradeCommand struct {
	app.ConfigFlag
	reading.OptionalEvents
	JSON    bool   `help:"Write JSON, with every account."`
	Write   string `placeholder:"FILE" help:"Write the directory's file of accounts with the new grades. Nothing else changes."`
	Publish bool   `help:"Write the new grades to the topic of accounts."`
}

// Run reads the accounts and writes the report.
func (c *gradeCommand) Run(ctx context.Context) error {
	cfg, err := app.LoadConfig(ctx, c.Config)
	if err != nil {
		return err
	}
	switch topic := cfg.Service.Kafka.Accounts; {
	case topic != "" && c.Write != "":
		return fmt.Errorf("--write is for files, and the accounts come from %s: --publish writes there", topic)
	case topic == "" && c.Publish:
		return errors.New("--publish is for a topic of accounts, and they come from a file: --write gives it back")
	}
	if err := writable(c.Write); err != nil {
		return err
	}
	p, err := c.read(ctx, cfg)
	if err != nil {
		return err
	}
	if c.Publish {
		if err := publishGrades(ctx, cfg); err != nil {
			return err
		}
	}
	if c.Write != "" {
		err := backtest.WriteFile(c.Write, func(w io.Writer) error { return config.Regrade(w, c.Config, cfg.Accounts) })
		if err != nil {
			return err
		}
	}
	if c.JSON {
		out := json.NewEncoder(console.JSON)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(p)
	}
	if err := p.WriteText(console.Out); err != nil || c.Write == "" {
		return err
	}
	fmt.Fprintf(console.Out, "\n%s has the new grades; put it in the place of the old file when you agree.\n", filepath.Base(c.Write))
	return nil
}

// read reads the accounts, and the history when the flags name one.
func (c *gradeCommand) read(ctx context.Context, cfg *config.Config) (p *portfolio.Report, err error) {
	if cfg.Accounts == nil {
		return nil, errors.New("there is no file of accounts: accounts.csv or accounts.yaml")
	}
	p = portfolio.New(cfg)
	if history := c.Given(); history != nil {
		err = c.look(ctx, cfg, history, p)
	}
	return p, err
}

// look replays a history. It shows what we did for the accounts, and with whom.
func (c *gradeCommand) look(ctx context.Context, cfg *config.Config, history *reading.EventsFlags, p *portfolio.Report) error {
	survey, end, err := history.Survey(ctx, c.Config, reading.AccountsFlags{})
	if err != nil {
		return err
	}
	defer end()
	if _, err := history.WhatWasRead(history.Name(), survey, cfg); err != nil {
		return err
	}
	reading.WarnCalendar(cfg, survey)
	r := backtest.Replay{Rules: cfg.Rules(), Partitions: history.PartitionsOf(0, cfg), First: survey.First, Now: survey.Now, Keep: true}
	outcome, err := history.Judge(ctx, &r, nil)
	if err != nil {
		return err
	}
	reading.LeftOut(outcome)
	p.AddHistory(outcome)
	return nil
}
