package racetest

import "testing"

// Arithmetic skips a test of long arithmetic on one goroutine under the race
// detector, which finds nothing there and takes ten times as long. `make test` runs
// it without; the packages are named in the Makefile.
func Arithmetic(t testing.TB) {
	t.Helper()
	if Enabled {
		t.Skip("arithmetic on one goroutine: `make arithmetic` runs it, without the race detector")
	}
}
