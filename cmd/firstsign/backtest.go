package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/report"
	what "firstsign/backtest/survey"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/numbers"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/history"
)

// backtestCommand replays a history.
type backtestCommand struct {
	reading.EventsFlags
	reading.AccountsFlags
	Config     string             `type:"existingdir" placeholder:"DIR" help:"Configuration directory (default: the built-in signals; any other signal is a count)."`
	Background string             `type:"existingfile" placeholder:"FILE" help:"A second history: the portfolio that accounts are judged against. Accounts of --events that are named like acme~drop50 are judged as copies of acme and are no part of the portfolio."`
	Alerts     string             `placeholder:"OUT.jsonl" help:"Write one JSON line for each alert that is raised or raised again."`
	Scores     string             `placeholder:"OUT.csv.gz" help:"Write account,day,score for each day on which the risk changed, as of the end of the day."`
	Report     string             `placeholder:"OUT.html|OUT.json" help:"Write a report on the alerts: false alerts, losses found, and how simple methods do on the same accounts."`
	Losses     string             `type:"existingfile" placeholder:"losses.csv" help:"For --report: the known losses as CSV, account,date and optionally value."`
	LossesAs   reading.TableFlags `embed:"" prefix:"losses-" set:"of=--losses"`
	reading.LanguageFlag
	Partitions numbers.Partitions `placeholder:"N" help:"Split the accounts as a topic of N partitions would (default: as service.yaml says)."`
}

// Run replays.
func (c *backtestCommand) Run(ctx context.Context) error {
	losses, err := c.losses()
	if err != nil {
		return err
	}
	survey, end, err := c.Survey(ctx, c.Config, c.AccountsFlags)
	if err != nil {
		return err
	}
	defer end()
	c.UsePresentIDs(losses)
	warnLosses(c.Losses, losses, survey)
	first := survey.First
	var background *history.Reading
	var guests func([]byte) []byte
	if c.Background != "" {
		if background, err = c.SurveyFile(c.Background); err != nil {
			return err
		}
		defer background.Close()
		first, guests = min(first, background.First), guestsOf(background.Summary)
	}
	cfg, err := reading.ConfigFor(ctx, c.Config, c.AccountsFlags, survey)
	if err != nil {
		return err
	}
	c.Choose(cfg)
	if err := writable(c.Alerts, c.Scores, c.Report); err != nil {
		return err
	}
	read, err := c.WhatWasRead(c.Name(), survey, cfg)
	if err != nil {
		return err
	}
	if background != nil {
		if _, err := c.WhatWasRead(c.Background, background, cfg); err != nil {
			return err
		}
	}
	r := backtest.Replay{
		Rules: cfg.Rules(), Partitions: c.PartitionsOf(int(c.Partitions), cfg), First: first, Now: survey.Now, Scores: c.Scores != "" || c.Report != "", Guests: guests,
	}
	contacts := backtest.NewContactLog(r.Rules)
	outcome, err := c.replay(ctx, &r, contacts, background)
	if err != nil {
		return err
	}
	if err := c.write(outcome, cfg); err != nil {
		return err
	}
	if c.Report != "" {
		worth := backtest.NewReport(backtest.Judged{Outcome: outcome, Rules: r.Rules}, contacts, losses)
		if err := c.writeReport(worth, read, cfg.Routing.Language); err != nil {
			return err
		}
	}
	c.summary(outcome, survey, r.Rules)
	return nil
}

// guestsOf returns a function that names the original of an account like acme~drop50 that
// the background does not hold. Such a copy is judged against the background and is no
// part of it.
func guestsOf(background *history.Summary) func(account []byte) []byte {
	members := map[string]bool{}
	for _, a := range background.Accounts() {
		members[a.Name] = true
	}
	return func(account []byte) []byte {
		first := bytes.IndexByte(account, '~')
		if first < 0 || members[string(account)] {
			return nil
		}
		for at := bytes.LastIndexByte(account, '~'); at > first; at = bytes.LastIndexByte(account[:at], '~') {
			if members[string(account[:at])] {
				return account[:at]
			}
		}
		return account[:first]
	}
}

// writable checks that the folders of the given paths exist: better now than after a long
// replay. It skips empty paths.
func writable(paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("cannot write %s: %w", path, err)
		}
	}
	return nil
}

// losses returns the known losses. Only a report uses them.
func (c *backtestCommand) losses() ([]backtest.Loss, error) {
	switch {
	case c.Report == "" && c.Losses == "":
		return nil, nil
	case c.Report == "":
		return nil, errors.New("--losses is for --report: name the file to write")
	case c.Background != "":
		return nil, errors.New("--report is about one history: leave out --background")
	case !strings.HasSuffix(c.Report, ".html") && !strings.HasSuffix(c.Report, ".json"):
		return nil, fmt.Errorf("--report %s: the name must end in .html or .json", c.Report)
	}
	return knownLosses(c.Losses, &c.LossesAs)
}

// knownLosses are those of a file; none without one.
func knownLosses(path string, as *reading.TableFlags) ([]backtest.Loss, error) {
	if path == "" {
		return nil, nil
	}
	losses, _, err := backtest.OpenLosses(path, as.Options())
	return losses, err
}

// writeReport writes JSON or HTML, by the ending of the name.
func (c *backtestCommand) writeReport(r *backtest.Report, read *what.Report, l message.Language) error {
	if strings.HasSuffix(c.Report, ".json") {
		return backtest.WriteFile(c.Report, r.WriteJSON)
	}
	return backtest.WriteFile(c.Report, func(w io.Writer) error { return report.Write(w, r, l, read.HTML(l)) })
}

// replay replays the history, with its background when there is one.
func (c *backtestCommand) replay(ctx context.Context, r *backtest.Replay, contacts *backtest.ContactLog, background *history.Reading) (*backtest.Outcome, error) {
	if background == nil {
		return c.Judge(ctx, r, contacts)
	}
	before, err := background.Open()
	if err != nil {
		return nil, err
	}
	defer before.Close()
	return c.Judge(ctx, r, nil, reading.GoodLines(before))
}

func (c *backtestCommand) write(o *backtest.Outcome, cfg *config.Config) error {
	if c.Alerts != "" {
		err := backtest.WriteFile(c.Alerts, func(w io.Writer) error {
			_, err := o.WriteAlerts(w, cfg.Routing.Language)
			return err
		})
		if err != nil {
			return err
		}
	}
	if c.Scores != "" {
		return backtest.WriteFile(c.Scores, o.WriteScores)
	}
	return nil
}

// summary prints the result in a few lines.
func (c *backtestCommand) summary(o *backtest.Outcome, s *history.Reading, rules *detector.Rules) {
	raised := map[detector.FindingKind]int{}
	accounts := map[string]bool{}
	for i := range o.Findings {
		raised[o.Findings[i].Kind]++
		if o.Findings[i].Kind == detector.Raised {
			accounts[o.Findings[i].Account] = true
		}
	}
	judged := 0
	for _, a := range s.Accounts() {
		if o.Rejected[signals.UnknownAccount] == 0 || rules.Accounts.Get(a.Name) != nil {
			judged++
		}
	}
	feeds := 0
	for _, e := range o.Episodes(signals.NewZone(rules.Location)) {
		if e.Account == "" {
			feeds++
		}
	}
	fmt.Fprintf(console.Out, "%s of %s: %s about %s, %d raised again, %s\n",
		plural.Count(o.Counted, "interaction"), plural.Count(judged, "account"), plural.Count(raised[detector.Raised], "alert"),
		plural.Count(len(accounts), "account"), raised[detector.RaisedAgain], plural.Count(feeds, "feed failure"))
	if n := raised[detector.Neglected]; n > 0 {
		fmt.Fprintf(console.Out, "%s of our side, told as such and no part of the budget\n", plural.Count(n, "neglect"))
	}
	reading.LeftOut(o)
}
