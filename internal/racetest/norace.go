//go:build !race

package racetest

// Enabled reports whether this is built with the race detector.
const Enabled = false
