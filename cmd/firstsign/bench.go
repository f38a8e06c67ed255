package main

import (
	"context"
	"encoding/json"
	"os"

	"firstsign/cmd/firstsign/benchmark"
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
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
