package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// live goes on where the history ended. Each interaction comes at its time, a day takes
// as long as --pace says, and news happen between two days.
func (l *lockstep) live(ctx context.Context, stream history.Stream, news *news, day time.Duration) error {
	producer, err := l.app.Kafka.Producer(ctx)
	if err != nil {
		return err
	}
	defer producer.Close()
	began, from := time.Now(), l.now()
	var line *history.Line // the next to come
	for passed := Step; ; passed += Step {
		wall := time.Duration(float64(passed) / float64(24*time.Hour) * float64(day))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(began.Add(wall))):
		}
		to := from.Add(passed).UnixNano()
		if line, err = putUntil(producer, stream, line, to); err != nil {
			return err
		}
		if err := l.advance(ctx, producer, to); err != nil {
			return err
		}
		if passed%(24*time.Hour) == 0 {
			if err := news.happen(ctx, l.app, int(passed/(24*time.Hour))); err != nil {
				return err
			}
		}
	}
}

// putUntil writes what happens before a time into the log. It returns the first line
// after it, nil at the end.
func putUntil(producer *kafka.Producer, stream history.Stream, line *history.Line, to int64) (_ *history.Line, err error) {
	for {
		if line == nil {
			if line, err = stream.Next(); err == io.EOF {
				return nil, nil
			} else if err != nil {
				return nil, err
			}
		}
		if line.Interaction.Time >= to {
			return line, nil
		}
		if err := producer.Put(line.Interaction.Account, line.Value, nil); err != nil {
			return nil, err
		}
		line = nil
	}
}

// nothing is an empty stream.
type nothing struct{}

// Next implements history.Stream.
func (nothing) Next() (*history.Line, error) { return nil, io.EOF }

// news is what our people do while a demo runs: they save configuration files, and they
// erase a person who asked for it.
type news struct {
	words           *words
	demoted         simulate.Persona
	erased          simulate.Persona
	demotion, after *config.Config // the configurations
}

// The days after the history on which it happens.
const (
	demotedAfter = 1
	erasedAfter  = 6
)

// newsOf prepares the news before the simulation goes on.
func newsOf(cfg *config.Config, s *simulate.Portfolio) *news {
	n := &news{words: wordsOf(cfg.Routing.Language)}
	for _, m := range s.Personas() {
		switch m.Scenario {
		case simulate.Demotes:
			n.demoted = m
		case simulate.HandsOver:
			n.erased = m
		}
	}
	with := func(list []accounts.Account) *config.Config {
		c := *cfg
		c.Accounts = accounts.NewDirectory(list)
		return &c
	}
	n.demotion = with(s.Later())
	list := s.Later()
	for i := range list {
		if a := &list[i]; a.ID == n.erased.Account.ID {
			a.Contacts = slices.DeleteFunc(slices.Clone(a.Contacts), func(c accounts.Contact) bool { return c.ID == n.erased.Contact.ID })
		}
	}
	n.after = with(list)
	return n
}

// happen does what is due so many days after the history.
func (n *news) happen(ctx context.Context, a *app.App, days int) error {
	switch {
	case n == nil || n.demoted.Scenario == "": // too few accounts for the scenarios
	case days == demotedAfter:
		fmt.Fprintf(console.Out, n.words.later, n.demoted.Account.Name, n.demoted.Contact.Name)
		return a.Apply(n.demotion)
	case days == erasedAfter:
		fmt.Fprintf(console.Out, n.words.erased, n.erased.Contact.Name, n.erased.Account.Name)
		if err := a.Apply(n.after); err != nil {
			return err
		}
		_, err := topic.Erase(ctx, a.Kafka, a.Config, n.erased.Account.ID, n.erased.Contact.ID, a.Now())
		return err
	}
	return nil
}
