package backtest

import (
	"bytes"
	"testing"
	"time"

	"firstsign/backtest/simulate"
	"firstsign/signals"
)

func day(t *testing.T, s string) signals.Day {
	t.Helper()
	d, err := signals.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func plan(t *testing.T, count, days int) simulate.Plan {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return simulate.Plan{Seed: 7, Accounts: count, Start: day(t, "2025-06-02"), Days: days, Location: shanghai, Declines: 0.2, Story: true}
}

// written is the history of a simulation as a file.
func written(t *testing.T, s *simulate.Portfolio) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := WriteHistory(&b, s.History()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
