package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/expect"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/fault"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// testCommand plays the cases beside a configuration.
type testCommand struct {
	app.ConfigFlag
	Only     string `name:"run" placeholder:"REGEX" help:"Play only the cases whose name matches."`
	Language string `enum:",en,zh" default:"" placeholder:"en|zh" help:"Language of the headlines (default: as routing.yaml says)."`
}

// Run plays them all, and fails when one does.
func (c *testCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if c.Language != "" {
		cfg.Routing.Language = message.Language(c.Language)
	}
	cases, err := c.cases(cfg)
	if err != nil {
		return err
	}
	failed := 0
	for i := range cases {
		faults, err := play(ctx, &cases[i])
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", cases[i].File, cases[i].Line, cases[i].Name, err)
		}
		if len(faults) == 0 {
			fmt.Fprintln(console.Out, "ok     ", cases[i].Name)
			continue
		}
		failed++
		fmt.Fprintln(console.Out, "FAILED ", cases[i].Name)
		for _, f := range faults {
			fmt.Fprintln(console.Out, "  "+strings.ReplaceAll(f.String(), "\n", "\n    "))
		}
	}
	fmt.Fprintf(console.Out, "%s: %d ok, %d failed\n", plural.Count(len(cases), "case"), len(cases)-failed, failed)
	if failed > 0 {
		return fmt.Errorf("%s failed", plural.Count(failed, "case"))
	}
	return nil
}

// cases returns the cases to play, at least one.
func (c *testCommand) cases(cfg *config.Config) ([]config.Case, error) {
	name, err := regexp.Compile(c.Only)
	if err != nil {
		return nil, fmt.Errorf("--run: %w", err)
	}
	cases, err := cfg.Cases(c.Config)
	switch {
	case err != nil:
		return nil, err
	case len(cases) == 0:
		return nil, fmt.Errorf("%s holds no cases: write what must alert, and what must not, into a file whose name ends in _test.yaml (docs/data-team/testing-config.md)", c.Config)
	}
	cases = slices.DeleteFunc(cases, func(k config.Case) bool { return !name.MatchString(k.Name) })
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case of %s has a name that matches %q", c.Config, c.Only)
	}
	return cases, nil
}

// play plays a case and returns the expectations that are not met, each with its line.
func play(ctx context.Context, k *config.Case) (faults fault.List, err error) {
	rules := k.Config.Rules()
	zone := signals.NewZone(rules.Location)
	replay := backtest.Replay{Rules: rules, Partitions: 1, First: zone.Start(k.Script.Start), Until: k.Script.End, Scores: true}
	found, err := replay.Run(ctx, k.Script.History(rules.Location))
	if err != nil {
		return nil, err
	}
	if len(found.Rejected) > 0 {
		console.LeftOut(found.Rejected)
		return nil, errors.New("not all that happens counts")
	}
	if found.Lines == 0 {
		return nil, errors.New("nothing happens: all of it falls into pauses or dead feeds")
	}
	outcome := expect.Outcome{Peaks: peaks(found.Scores, rules)}
	outcome.Notifications, err = expect.Deliver(ctx, k.Config.Routing, k.Config.Accounts, zone, found.Findings, time.Unix(0, zone.Start(k.Script.End+1)))
	if err != nil {
		return nil, err
	}
	for i := range k.Expect {
		if e := &k.Expect[i]; e.Unmet(&outcome) != "" {
			faults = append(faults, fault.Fault{File: e.File, Line: e.Line, Text: e.Unmet(&outcome)})
		}
	}
	return faults, nil
}

// peaks returns the highest risk of each account.
func peaks(scores []backtest.Score, rules *detector.Rules) map[string]expect.Peak {
	of := map[string]expect.Peak{}
	for _, s := range scores {
		if s.Score > of[s.Account].Risk {
			grade := accounts.Ordinary
			if a := rules.Accounts.Get(s.Account); a != nil {
				grade = a.Grade
			}
			of[s.Account] = expect.Peak{Risk: s.Score, Day: s.Day, Threshold: rules.Thresholds[grade].Raise}
		}
	}
	return of
}
