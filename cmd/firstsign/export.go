package main

import (
	"context"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/signals/history"
	"firstsign/signals/text"
)

// exportCommand writes the topic as a history file.
type exportCommand struct {
	app.ConfigFlag
	Out string `required:"" placeholder:"OUT.jsonl.gz" help:"Write the history here, as JSON lines in order of time."`
}

// Run exports.
func (c *exportCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if err := writable(c.Out); err != nil {
		return err
	}
	past, err := topic.ReadPast(ctx, cfg)
	if err != nil {
		return err
	}
	defer past.Close()
	// Without texts and with pseudonyms, as load writes it: a file outlives the retention
	// of the topic.
	reader := text.New(cfg.Words)
	return past.Write(ctx, c.Out, func(s history.Stream) history.Stream { return history.Pseudonymized(reader.Scored(s), cfg.Pseudonyms) })
}
