package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
	"firstsign/signals/mapping"
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
	open := &letters{former: cfg.Aliases(), reader: text.New(cfg.Words)}
	if !c.DryRun {
		if open.erased, err = topic.ReadErasures(ctx, client, cfg); err != nil {
			return err
		}
	}
	counts, err := client.Replay(ctx, kafka.ReplayOptions{
		Reason: signals.Reason(c.Reason), DryRun: c.DryRun, Key: open.key, Value: open.value, Map: open.mapped(mapped.Again()),
	})
	c.tell(counts)
	if err == nil && len(counts) == 0 {
		fmt.Fprintln(console.Out, "no dead letters")
	}
	return err
}

// tell writes a line for each reason.
func (c *replayCommand) tell(counts map[signals.Reason]kafka.ReplayCount) {
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
}

// letters opens dead letters. What was opened is valid until the next one is.
type letters struct {
	former  *accounts.Aliases
	reader  *text.Reader
	erased  *topic.Erasures
	decoder decode.Decoder
	in      signals.Interaction
}

// open reads what a letter says. A wrong key, or none, is no reason not to.
func (o *letters) open(l *kafka.DeadLetter) bool {
	r := l.Record
	if _, control, _ := decode.Control(&r); control {
		return false
	}
	reject := o.decoder.Decode(&r, &o.in)
	if reject != nil && (reject.Reason == signals.EmptyKey || reject.Reason == signals.KeyMismatch) {
		r.Key = bytes.Clone(o.in.Account)
		reject = o.decoder.Decode(&r, &o.in)
	}
	return reject == nil
}

// key returns the key that a dead letter should have: a record with a wrong key or
// none goes back under its account's.
func (o *letters) key(l *kafka.DeadLetter) []byte {
	if !o.open(l) {
		return nil
	}
	if now := o.former.Of(o.in.Account); now != nil {
		return now
	}
	return o.in.Account
}

// value returns the value of a dead letter with its text replaced by what was read
// from it, a former id by the account's present id, and without a person who was erased
// since. A record without an id gets that of its place, as a mapped one does: an
// interrupted replay puts it back again, and it must count once.
func (o *letters) value(l *kafka.DeadLetter) []byte {
	if !o.open(l) {
		return nil
	}
	erased := o.erased.Forget(l, &o.in)
	now := o.former.Of(o.in.Account)
	if now != nil {
		o.in.Account = now
	}
	nameless := len(o.in.ID) == 0
	if nameless {
		o.in.ID = fmt.Appendf(nil, "%s/%d/%d", l.Topic, l.Partition, l.Record.Offset)
		o.in.ID = o.in.ID[max(0, len(o.in.ID)-decode.MaxIdentifier):]
	}
	if scored := o.reader.Score(&o.in); !scored && now == nil && !nameless && !erased {
		return nil
	}
	return signals.Append(nil, &o.in)
}

// mapped maps a dead letter again, without a person who was erased since.
func (o *letters) mapped(again func(*kafka.DeadLetter) []mapping.Result) func(*kafka.DeadLetter) []mapping.Result {
	return func(l *kafka.DeadLetter) []mapping.Result {
		results := again(l)
		for i := range results {
			r := &results[i]
			if r.Value != nil && o.decoder.DecodeValue(r.Value, &o.in) == nil && o.erased.Forget(l, &o.in) {
				r.Value = signals.Append(nil, &o.in)
			}
		}
		return results
	}
}
