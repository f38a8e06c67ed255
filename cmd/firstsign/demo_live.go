package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/config"
	"firstsign/signals"
)

// paced is a clock on which a day takes as long as one likes.
type paced struct {
	start, began time.Time
	day          time.Duration
}

func (p paced) now() time.Time {
	days := float64(time.Since(p.began)) / float64(p.day)
	return p.start.Add(time.Duration(days * float64(24*time.Hour)))
}

// goLive sends each interaction when its time has come.
func goLive(ctx context.Context, a *app, live signals.Stream, clock paced) error {
	producer, err := a.kafka.Producer(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	defer producer.Close()
	for {
		line, err := live.Next()
		if err != nil {
			return err
		}
		if due := time.Unix(0, line.Interaction.Time).Sub(clock.now()); due > 0 {
			if err := producer.Flush(); err != nil {
				return ended(ctx, err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Duration(float64(due) / float64(24*time.Hour) * float64(clock.day))):
			}
		}
		if err := producer.Put(line.Interaction.Account, line.Value, nil); err != nil {
			return ended(ctx, err)
		}
	}
}

// news is what people at our side do while a demo runs: they save their files,
// and pass on that somebody asked to be forgotten.
type news struct {
	words           *demoWords
	demoted         backtest.Member
	erased          backtest.Member
	demotion, after *config.Config // the files then
}

// The days after the history on which it happens.
const (
	demotedAfter = 1
	erasedAfter  = 6
)

// newsOf prepares it, before the simulation goes on.
func newsOf(cfg *config.Config, s *backtest.Simulation) *news {
	n := &news{words: demoWordsOf(cfg.Routing.Language)}
	for _, m := range s.Cast() {
		switch m.Part {
		case backtest.Demotes:
			n.demoted = m
		case backtest.HandsOver:
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

// happen waits for each day and does what is done on it.
func (n *news) happen(ctx context.Context, a *app, clock paced) error {
	if n.demoted.Part == "" {
		return nil // too few accounts for a cast
	}
	if !clock.wait(ctx, demotedAfter) {
		return nil
	}
	fmt.Printf(n.words.later, n.demoted.Account.Name, n.demoted.Contact.Name)
	if err := a.apply(n.demotion); err != nil {
		return err
	}
	if !clock.wait(ctx, erasedAfter) {
		return nil
	}
	fmt.Printf(n.words.erased, n.erased.Contact.Name, n.erased.Account.Name)
	if err := a.apply(n.after); err != nil {
		return err
	}
	_, err := erase(ctx, a.kafka, a.config, n.erased.Account.ID, n.erased.Contact.ID, clock.now())
	return ended(ctx, err)
}

// wait until so many days have passed; false when ctx ended before.
func (p paced) wait(ctx context.Context, days float64) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(p.began.Add(time.Duration(days * float64(p.day))))):
		return true
	}
}
