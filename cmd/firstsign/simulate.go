package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/backtest/simulate"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/numbers"
	"firstsign/config"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/history"
)

// simulateCommand writes a simulated portfolio.
type simulateCommand struct {
	AccountCount numbers.Count `name:"accounts" default:"100" help:"Number of accounts."`
	Config       string        `type:"existingdir" placeholder:"DIR" help:"Configuration directory. Its accounts are simulated; more are made up to reach --accounts."`
	Signals      []string      `placeholder:"NAME" help:"Only these signals, such as call,order (default: all)."`
	Days         numbers.Count `default:"365" help:"Number of days."`
	Seed         uint64        `default:"1" help:"The same seed gives the same history."`
	Start        string        `default:"2025-01-01" placeholder:"DAY" help:"First day (default: ${default})."`
	TimeZone     string        `default:"UTC" placeholder:"ZONE" help:"Time zone of the days (default: ${default})."`
	Declines     numbers.Share `default:"0.1" help:"Share of the accounts that leave or shrink."`
	Story        bool          `help:"Add the story of one key account that leaves."`
	Cast         bool          `help:"Give the next accounts one scenario each, as in the demo: a downturn, a hand-over, a withdrawal and more."`
	Events       string        `required:"" placeholder:"OUT" help:"Write the history here: CSV when the name ends in .csv, else JSON lines. A name that ends in .gz is compressed."`
	Truth        string        `placeholder:"OUT" help:"Write the truth here, as JSON: which accounts decline, how and when."`
	AccountsOut  string        `placeholder:"OUT" help:"Write accounts.csv of the portfolio here."`
	ContactsOut  string        `placeholder:"OUT" help:"Write contacts.csv of the portfolio here: its people and their part in decisions."`
}

// Run simulates.
func (c *simulateCommand) Run() error {
	for _, name := range c.Signals {
		if known := simulate.Signals(); !slices.Contains(known, name) {
			return fmt.Errorf("--signals: there is no signal %q%s; the simulated ones are %s", name, fault.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	start, err := signals.ParseDay(c.Start)
	if err != nil {
		return fmt.Errorf("--start: want a day like 2025-01-31: %w", err)
	}
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return fmt.Errorf("--time-zone: %w", err)
	}
	var listed []accounts.Account
	if c.Config != "" {
		cfg, err := config.Load(c.Config)
		if err != nil {
			return err
		}
		for a := range cfg.Accounts.All() {
			listed = append(listed, *a)
		}
	}
	s := simulate.New(simulate.Plan{
		Listed: listed,
		Seed:   c.Seed, Accounts: int(c.AccountCount), Start: start, Days: int(c.Days), Location: loc, Declines: float64(c.Declines), Story: c.Story, Personas: c.Cast,
	})
	// The number of lines is not known before, so progress is counted in days.
	at, end := console.Progress("simulating", int64(c.Days))
	zone := signals.NewZone(loc)
	err = backtest.WriteFile(c.Events, func(w io.Writer) error {
		write := backtest.WriteHistory
		if strings.HasSuffix(strings.TrimSuffix(c.Events, ".gz"), ".csv") {
			write = backtest.WriteCSV
		}
		_, err := write(w, console.Watch(c.chosen(s.History()), func(l *history.Line) { at(int64(zone.Day(l.Interaction.Time) - start)) }))
		return err
	})
	end()
	if err != nil {
		return err
	}
	if c.Truth != "" {
		if err := backtest.WriteFile(c.Truth, s.Truth().Write); err != nil {
			return err
		}
	}
	if c.AccountsOut != "" {
		if err := backtest.WriteFile(c.AccountsOut, func(w io.Writer) error { return accounts.WriteCSV(w, s.Accounts()) }); err != nil {
			return err
		}
	}
	if c.ContactsOut != "" {
		return backtest.WriteFile(c.ContactsOut, func(w io.Writer) error { return accounts.WriteContactsCSV(w, s.Accounts()) })
	}
	return nil
}

// chosen keeps the interactions of the signals that --signals names.
func (c *simulateCommand) chosen(s history.Stream) history.Stream {
	if len(c.Signals) == 0 {
		return s
	}
	return &only{s, c.Signals}
}

type only struct {
	history.Stream
	signals []string
}

// Next implements history.Stream.
func (o *only) Next() (*history.Line, error) {
	for {
		line, err := o.Stream.Next()
		if err != nil || slices.Contains(o.signals, string(line.Interaction.Signal)) {
			return line, err
		}
	}
}
