//go:build race

package racetest

// Enabled: this is built with the race detector.
const Enabled = true
