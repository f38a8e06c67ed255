package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
	"firstsign/signals/text"
)

// loadCommand puts a history into the topic.
type loadCommand struct {
	configFlag
	historyFlags
	Unknown bool   `help:"Load although there are accounts or signals that the configuration does not know: they become dead letters, for replay when it does."`
	Resume  bool   `help:"Put in the rest of a history whose load was interrupted."`
	File    string `arg:"" type:"existingfile" help:"The history: JSON lines or CSV, plain or gzip."`
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
	survey, err := c.surveyFile(c.File)
	if err != nil {
		return err
	}
	if last := time.Unix(0, survey.Last); time.Until(last) > 24*time.Hour {
		return fmt.Errorf("%s: its last interaction is at %s, in the future; nothing was loaded, because it would close all days until then", c.File, last.UTC().Format(time.RFC3339))
	}
	if err := c.fit(cfg, survey); err != nil {
		return err
	}
	warnDisorder(c.File, survey, cfg.Detector.Lateness)
	client, err := kafka.Open(cfg.Service.Kafka, newLogger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	identity, err := client.EnsureTopics(ctx)
	if err != nil {
		return err
	}
	earlier, err := c.earlier(ctx, client, identity.Partitions, survey.First)
	if err != nil {
		return err
	}
	file, err := c.stream(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	at, end := readingOf(file, "loading")
	began := time.Now()
	readable := history.Pseudonymized(text.New(cfg.Words).Scored(goodLines{file}), cfg.Pseudonyms)
	err = loadHistory(ctx, client, cfg, survey.First, tap{readable, func(l *history.Line) {
		if l.Number%4096 == 0 {
			at()
		}
	}}, earlier)
	end()
	if err != nil {
		return fmt.Errorf("%w\nthe topic %s now holds a part of the history: firstsign load --resume puts in the rest", err, identity.Topic)
	}
	fmt.Fprintf(os.Stderr, "%s of %s, from %s to %s, loaded into %s (%s) in %.1f s\n",
		plural.Count(survey.Lines, "interaction"), plural.Count(len(survey.Accounts()), "account"), time.Unix(0, survey.First).Format(time.DateOnly),
		time.Unix(0, survey.Last).Format(time.DateOnly), identity.Topic, plural.Count(identity.Partitions, "partition"), time.Since(began).Seconds())
	return nil
}

// fit refuses a history of which much would count for nothing: what is in the
// topic stays there.
func (c *loadCommand) fit(cfg *config.Config, s *history.Summary) error {
	if s.Disorder > maxDisorder {
		return fmt.Errorf("%s:%d: this line is %s older than one before it; nothing was done. Sort the file by time",
			c.File, s.DisorderLine, inWords(s.Disorder))
	}
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
	if err := strange("signal", "signals.yaml", s.Signals(), func(name string) bool {
		return slices.ContainsFunc(cfg.Detector.Signals, func(s detector.Signal) bool { return s.Name == name })
	}); err != nil || cfg.Accounts == nil {
		return err
	}
	return strange("account", "the file of accounts", s.Accounts(), func(id string) bool { return cfg.Accounts.Get(id) != nil })
}

// maxDisorder is how much older than one before it a line of a loaded history
// may be. Feeds that are merged come a few days apart; a file that begins with
// the newest lines is none that can be loaded.
const maxDisorder = 30 * 24 * time.Hour

// loadHistory writes a history and its ticks to the topic, as backtest feeds
// them to its engines; what an earlier load has written is left out.
func loadHistory(ctx context.Context, client *kafka.Client, cfg *config.Config, first int64, stream history.Stream, earlier *resumption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	producer, err := client.Producer(ctx)
	if err != nil {
		return err
	}
	defer producer.Close()
	log := history.Log{
		Partitions: producer.Partitions(), Zone: signals.NewZone(cfg.Calendar.Location),
		Lateness: cfg.Detector.Lateness, First: first, Load: rand.Text(),
	}
	if earlier != nil {
		log.Load = earlier.load
	}
	for entry, err := range log.All(stream) {
		if err != nil {
			return errors.Join(err, producer.Flush())
		}
		if earlier != nil {
			if written, err := earlier.written(ctx, &entry); err != nil {
				return err
			} else if written {
				continue
			}
		}
		if entry.Control != nil {
			err = producer.Control(entry.Partition, *entry.Control)
		} else {
			err = producer.PutTo(entry.Partition, entry.Line.Interaction.Account, entry.Line.Value, nil)
		}
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
	}
	return producer.Flush()
}

// earlier looks at what the topic holds. It refuses a topic whose clock is past
// the history's first event: its days are closed, and what came now would only
// be too late.
func (c *loadCommand) earlier(ctx context.Context, client *kafka.Client, partitions int, first int64) (*resumption, error) {
	all := make([]topicState, partitions)
	for p := range all {
		var err error
		if all[p], err = look(ctx, client.Partition(p)); err != nil {
			return nil, err
		}
	}
	if c.Resume {
		return resume(ctx, client, all)
	}
	for p, f := range all {
		if f.load != "" {
			return nil, errors.New("a load into this topic was interrupted, and until it is whole no day is closed: firstsign load --resume with the same file puts in the rest")
		}
		if f.clock > first {
			return nil, fmt.Errorf("partition %d of the topic is at %s already and the history begins at %s: what was before is closed. "+
				"To start anew from this history, name a fresh topic and group in service.yaml (or delete the topic and the state), load, and then run",
				p, time.Unix(0, f.clock).UTC().Format(time.RFC3339), time.Unix(0, first).UTC().Format(time.RFC3339))
		}
	}
	return nil, nil
}
