package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
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
	unchanged, err := watched(c.File)
	if err != nil {
		return err
	}
	c.Flags.Dir = c.Config
	c.Names, c.EveryRow = reading.NamesOf(cfg), true
	survey, err := c.SurveyFile(c.File)
	if err != nil {
		return err
	}
	defer survey.Close()
	if err := c.check(cfg, survey); err != nil {
		return err
	}
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	identity, err := client.EnsureTopics(ctx)
	if err != nil {
		return err
	}
	attempt, err := topic.Prepare(ctx, client, cfg, identity.Partitions, survey.First, c.Resume)
	if err != nil {
		return err
	}
	began := time.Now()
	if c.Resume {
		err := c.pass(survey, cfg, "comparing", func(stream history.Stream) error { return attempt.Compare(ctx, client, cfg, survey.Now, stream) })
		if err != nil {
			return err
		}
	}
	if err := unchanged(); err != nil {
		return fmt.Errorf("%w while it was read; nothing was done", err)
	}
	err = c.pass(survey, cfg, "loading", func(stream history.Stream) error {
		return topic.Load(ctx, client, cfg, survey.Now, whole{stream, unchanged}, attempt)
	})
	if err != nil {
		return whatNow(err, identity.Topic)
	}
	fmt.Fprintf(console.Err, "%s of %s, from %s to %s, loaded into %s (%s) in %.1f s\n",
		plural.Count(survey.Lines, "interaction"), plural.Count(len(survey.Accounts()), "account"), time.Unix(0, survey.First).Format(time.DateOnly),
		time.Unix(0, survey.Last).Format(time.DateOnly), identity.Topic, plural.Count(identity.Partitions, "partition"), time.Since(began).Seconds())
	return nil
}

// check refuses a history that does not fit the configuration, and tells what was read.
func (c *loadCommand) check(cfg *config.Config, survey *history.Reading) error {
	if err := c.fit(cfg, survey); err != nil {
		return err
	}
	if _, err := c.WhatWasRead(c.File, survey, cfg); err != nil {
		return err
	}
	reading.WarnCalendar(cfg, survey)
	return nil
}

// whatNow adds to the error of a load what the topic holds and what to do.
func whatNow(err error, name string) error {
	switch {
	case errors.Is(err, errFileChanged):
		return fmt.Errorf("%w while it was loaded: %s holds a part that is neither the old nor the new. Name a fresh topic and group in service.yaml, and load the whole file there", err, name)
	case errors.Is(err, topic.ErrRefused):
		return err
	}
	return fmt.Errorf("%w\nthe topic %s now holds a part of the history: firstsign load --resume puts in the rest", err, name)
}

// pass reads the history once more, as it is written.
func (c *loadCommand) pass(survey *history.Reading, cfg *config.Config, what string, do func(history.Stream) error) error {
	file, err := survey.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	at, end := console.Reading(file, what)
	defer end()
	readable := history.Pseudonymized(text.New(cfg.Words).Scored(reading.GoodLines(file)), cfg.Pseudonyms)
	return do(console.Watch(readable, func(l *history.Line) {
		if l.Number%4096 == 0 {
			at()
		}
	}))
}

// errFileChanged means that a file is not what it was when it was surveyed: somebody
// still writes it.
var errFileChanged = errors.New("the file has changed")

// watched returns a function that tells whether a file is still what it is now.
func watched(path string) (unchanged func() error, err error) {
	was, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return func() error {
		is, err := os.Stat(path)
		if err == nil && (!os.SameFile(was, is) || is.Size() != was.Size() || !is.ModTime().Equal(was.ModTime())) {
			err = fmt.Errorf("%s: %w", path, errFileChanged)
		}
		return err
	}, nil
}

// whole is a stream that ends only if it was the same all the time.
type whole struct {
	history.Stream
	unchanged func() error
}

// Next implements history.Stream.
func (w whole) Next() (*history.Line, error) {
	l, err := w.Stream.Next()
	if err == io.EOF {
		if changed := w.unchanged(); changed != nil {
			return nil, changed
		}
	}
	return l, err
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
