package main

import (
	"context"
	"fmt"
	"io"

	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/backtest/lookback"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
	"firstsign/signals/history"
)

// lookbackCommand asks of a history: would we have known?
type lookbackCommand struct {
	reading.EventsFlags
	reading.AccountsFlags
	Config   string             `type:"existingdir" placeholder:"DIR" help:"Configuration directory (default: the built-in signals; any other signal is a count)."`
	Lost     []string           `sep:"none" placeholder:"ACCOUNT:DATE" help:"An account that is known to have left, such as acme:2026-05-01. Repeat the flag for more."`
	Losses   string             `type:"existingfile" placeholder:"losses.csv" help:"The known losses as a CSV file: account,date."`
	LossesAs reading.TableFlags `embed:"" prefix:"losses-" set:"of=--losses"`
	Out      string             `placeholder:"OUT.html" help:"Also write the page as HTML."`
	reading.LanguageFlag
}

// Run looks back.
func (c *lookbackCommand) Run(ctx context.Context) error {
	if err := writable(c.Out); err != nil {
		return err
	}
	losses, err := c.typed()
	if err != nil {
		return err
	}
	survey, end, err := c.Survey(ctx, c.Config, c.AccountsFlags)
	if err != nil {
		return err
	}
	defer end()
	c.UsePresentIDs(losses)
	if err := known(losses, survey); err != nil {
		return err
	}
	warnLosses("--lost", losses, survey)
	more, err := knownLosses(c.Losses, &c.LossesAs)
	if err != nil {
		return err
	}
	c.UsePresentIDs(more)
	warnLosses(c.Losses, more, survey)
	losses = append(losses, more...)
	cfg, err := reading.ConfigFor(ctx, c.Config, c.AccountsFlags, survey)
	if err != nil {
		return err
	}
	c.Choose(cfg)
	read, err := c.WhatWasRead(c.Name(), survey, cfg)
	if err != nil {
		return err
	}
	look, err := c.look(ctx, cfg, survey, losses)
	if err != nil {
		return err
	}
	look.Read = read.HTML(cfg.Routing.Language)
	return c.write(look, cfg)
}

// typed returns the losses of --lost.
func (c *lookbackCommand) typed() (losses []backtest.Loss, err error) {
	for _, text := range c.Lost {
		some, err := backtest.ParseLosses(text)
		if err != nil {
			return nil, fmt.Errorf("--lost %w", err)
		}
		losses = append(losses, some...)
	}
	return losses, nil
}

// known returns an error when the history lacks an account of --lost.
func known(losses []backtest.Loss, survey *history.Reading) error {
	if list, hint := strangers(losses, survey); len(list) > 0 {
		return fmt.Errorf("--lost %s:%s: the history has no such account%s", list[0].Account, list[0].Day, hint)
	}
	return nil
}

// look replays the history, and once more with contact halved for the blind spots.
func (c *lookbackCommand) look(ctx context.Context, cfg *config.Config, survey *history.Reading, losses []backtest.Loss) (*lookback.Report, error) {
	r := backtest.Replay{Rules: cfg.Rules(), Partitions: c.PartitionsOf(0, cfg), First: survey.First, Now: survey.Now, Scores: true}
	contacts := backtest.NewContactLog(r.Rules)
	contacts.Parts = true
	outcome, err := c.Judge(ctx, &r, contacts)
	if err != nil {
		return nil, err
	}
	reading.LeftOut(outcome)
	look := lookback.NewReport(backtest.Judged{Outcome: outcome, Rules: r.Rules}, contacts, losses)
	look.BlindSpots, err = c.blindSpots(ctx, &r, losses)
	return look, err
}

func (c *lookbackCommand) blindSpots(ctx context.Context, r *backtest.Replay, losses []backtest.Loss) ([]calibrate.BlindSpot, error) {
	events, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer events.Close()
	activity, err := calibrate.ReadActivity(reading.GoodLines(events), r.Rules)
	if err != nil {
		return nil, err
	}
	again, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer again.Close()
	var end func()
	r.Progress, end = console.Reading(again, "looking for blind spots")
	defer end()
	return calibrate.BlindSpots(ctx, reading.GoodLines(again), r, activity, backtest.LossesOf(losses))
}

func (c *lookbackCommand) write(look *lookback.Report, cfg *config.Config) error {
	language := cfg.Routing.Language
	if c.Out != "" {
		err := backtest.WriteFile(c.Out, func(w io.Writer) error { return look.WriteHTML(w, language, cfg.Accounts) })
		if err != nil {
			return err
		}
	}
	return look.WriteText(console.Out, language, cfg.Accounts)
}
