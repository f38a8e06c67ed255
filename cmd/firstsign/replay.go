package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
	"firstsign/signals/text"
)

// replayCommand puts dead letters back into the topic.
type replayCommand struct {
	app.ConfigFlag
	Reason string `placeholder:"REASON" help:"Only dead letters with this reason, such as unknown_account."`
	DryRun bool   `help:"Count the dead letters and change nothing."`
}

// Run replays.
func (c *replayCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	if c.Reason != "" && !slices.Contains(signals.Reasons, signals.Reason(c.Reason)) {
		names := make([]string, len(signals.Reasons))
		for i, r := range signals.Reasons {
			names[i] = string(r)
		}
		return fmt.Errorf("--reason: %q is none of %s%s", c.Reason, strings.Join(names, ", "), fault.DidYouMean(c.Reason, names))
	}
	mapped, err := app.MappedBy(cfg)
	if err != nil {
		return err
	}
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	counts, err := client.Replay(ctx, kafka.ReplayOptions{
		Reason: signals.Reason(c.Reason), DryRun: c.DryRun, Key: accountOf(cfg.Aliases()), Value: rewritten(text.New(cfg.Words), cfg.Aliases()), Map: mapped.Again(),
	})
	verb := "put back"
	if c.DryRun {
		verb = "would be put back"
	}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		n := counts[reason]
		fmt.Fprintf(console.Out, "%-20s %6d %s, %d were before", reason, n.Replayed, verb, n.Before)
		if n.Passed > 0 {
			fmt.Fprintf(console.Out, ", %d are passed over by now", n.Passed)
		}
		if n.Refused > 0 {
			fmt.Fprintf(console.Out, ", %d still cannot be mapped and are dead letters anew", n.Refused)
		}
		if n.Cut > 0 {
			fmt.Fprintf(console.Out, ", %d were cut and cannot be", n.Cut)
		}
		if n.Withdrawn > 0 {
			fmt.Fprintf(console.Out, ", %d never will be: their producer took them back", n.Withdrawn)
		}
		fmt.Fprintln(console.Out)
	}
	if err == nil && len(counts) == 0 {
		fmt.Fprintln(console.Out, "no dead letters")
	}
	return err
}

// accountOf returns the key that a dead letter should have: a record with a wrong key or
// none goes back under its account's. Headers may hold the account, so a record with
// headers keeps a former id.
func accountOf(former *accounts.Aliases) func(*kafka.DeadLetter) []byte {
	var d decode.Decoder
	var in signals.Interaction
	return func(l *kafka.DeadLetter) []byte {
		if d.DecodeValue(l.Record.Value, &in) != nil {
			return nil
		}
		if now := former.Of(in.Account); now != nil && len(l.Record.Headers) == 0 {
			return now
		}
		return in.Account
	}
}

// rewritten returns the value of a dead letter with its text replaced by what was read
// from it, and a former id by the account's present id. A record with headers stays as it
// is.
func rewritten(reader *text.Reader, former *accounts.Aliases) func(*kafka.DeadLetter) []byte {
	var d decode.Decoder
	var in signals.Interaction
	return func(l *kafka.DeadLetter) []byte {
		if len(l.Record.Headers) > 0 || d.DecodeValue(l.Record.Value, &in) != nil {
			return nil
		}
		now := former.Of(in.Account)
		if now != nil {
			in.Account = now
		}
		if scored := reader.Score(&in); !scored && now == nil {
			return nil
		}
		return signals.Append(nil, &in)
	}
}
