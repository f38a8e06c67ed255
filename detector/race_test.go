//go:build race

package detector

import "flag"

// The race detector slows arithmetic ten times, and the engine runs on one goroutine.
func init() {
	// Not flag.Set: that would count as given on the command line.
	_ = flag.Lookup("rapid.checks").Value.Set("30")
}
