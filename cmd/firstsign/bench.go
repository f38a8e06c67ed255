package main

import (
	"context"
	"encoding/json"
	"os"

	"firstsign/cmd/firstsign/benchmark"
	"firstsign/cmd/firstsign/console"
)

// benchCommand measures this machine.
type benchCommand struct{ benchmark.Options }

// Run measures and prints.
func (c *benchCommand) Run(ctx context.Context) error {
	c.Version = version()
	switch {
	case c.Hold:
		return benchmark.Hold(ctx, c.Options, os.Stdin, os.Stdout)
	case c.Topic != "":
		return benchmark.Work(ctx, c.Options, os.Stdout)
	}
	report, err := benchmark.Run(ctx, c.Options)
	if err != nil {
		return err
	}
	e := json.NewEncoder(console.JSON)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
