package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/reading"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
	"firstsign/signals/text"
)

// loadCommand puts a history into the topic.
type loadCommand struct {
	app.ConfigFlag
	reading.Flags
	Unknown bool   `help:"Also load accounts and signals that the configuration does not know. They become dead letters; firstsign replay puts them back once the configuration knows them."`
	Resume  bool   `help:"Load the rest of a history whose load was interrupted."`
	File    string `arg:"" type:"existingfile" help:"The history: JSON lines, CSV or Excel, plain or compressed."`
}

// Run loads.
func (c *loadCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	c.Flags.Dir = c.Config
	c.Names, c.EveryRow = reading.NamesOf(cfg), true
	survey, err := c.SurveyFile(c.File)
	if err != nil {
		return err
	}
	defer survey.Close()
	if err := c.fit(cfg, survey); err != nil {
		return err
	}
	if _, err := c.WhatWasRead(c.File, survey, cfg); err != nil {
		return err
	}
	reading.WarnCalendar(cfg, survey)
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	identity, err := client.EnsureTopics(ctx)
	if err != nil {
		return err
	}
	earlier, err := topic.Earlier(ctx, client, identity.Partitions, survey.First, c.Resume)
	if err != nil {
		return err
	}
	file, err := survey.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	at, end := console.Reading(file, "loading")
	began := time.Now()
	readable := history.Pseudonymized(text.New(cfg.Words).Scored(reading.GoodLines(file)), cfg.Pseudonyms)
	err = topic.Load(ctx, client, cfg, survey.First, survey.Now, console.Watch(readable, func(l *history.Line) {
		if l.Number%4096 == 0 {
			at()
		}
	}), earlier)
	end()
	if err != nil {
		return fmt.Errorf("%w\nthe topic %s now holds a part of the history: firstsign load --resume puts in the rest", err, identity.Topic)
	}
	fmt.Fprintf(console.Err, "%s of %s, from %s to %s, loaded into %s (%s) in %.1f s\n",
		plural.Count(survey.Lines, "interaction"), plural.Count(len(survey.Accounts()), "account"), time.Unix(0, survey.First).Format(time.DateOnly),
		time.Unix(0, survey.Last).Format(time.DateOnly), identity.Topic, plural.Count(identity.Partitions, "partition"), time.Since(began).Seconds())
	return nil
}

// fit refuses a history with accounts or signals that the configuration does not know.
// What is in the topic stays there.
func (c *loadCommand) fit(cfg *config.Config, s *history.Reading) error {
	if c.Unknown {
		return nil
	}
	strange := func(what, where string, all []history.NameCount, known func(string) bool) error {
		unknown := slices.DeleteFunc(slices.Clone(all), func(n history.NameCount) bool { return known(n.Name) })
		if len(unknown) == 0 {
			return nil
		}
		return fmt.Errorf("%s: %d of %s are not in %s, such as %q (%s); nothing was done (--unknown loads them all the same)",
			c.File, len(unknown), plural.Count(len(all), what), where, unknown[0].Name, plural.Count(unknown[0].Lines, "line"))
	}
	known := detector.NewByName(cfg.Detector.Signals)
	if err := strange("signal", "signals.yaml", s.Signals(), func(name string) bool { return known.Find([]byte(name)) != nil }); err != nil || cfg.Accounts == nil {
		return err
	}
	return strange("account", "the file of accounts", s.Accounts(), func(id string) bool { return cfg.Accounts.Get(id) != nil })
}
