package main

import (
	"context"
	"encoding/json"

	"firstsign/cmd/firstsign/benchmark"
	"firstsign/cmd/firstsign/console"
)

// benchCommand measures this machine.
type benchCommand struct{ benchmark.Options }

// Run measures and prints.
func (c *benchCommand) Run(ctx context.Context) error {
	c.Version = version()
	report, err := benchmark.Run(ctx, c.Options)
	if err != nil {
		return err
	}
	e := json.NewEncoder(console.JSON)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
