package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/signals"
)

// The calendar that comes with the program and the simulated portfolios (so the
// demo as well) know the same days, in every year.
func TestShippedCalendarsAreTheSimulatedOnes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"calendar.yaml": "timezone: Asia/Shanghai\ncalendars: [cn]\n",
		"signals.yaml":  "signals: [{name: call, kind: count}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := signals.ParseDay("2002-01-01")
	last, _ := signals.ParseDay("2027-12-31")
	holidays, makeUp := simulate.Holidays(first, last)
	if !maps.Equal(c.Calendar.Holidays, holidays) || !maps.Equal(c.Calendar.MakeUp, makeUp) {
		t.Errorf("shipped %v %v\nsimulated %v %v", c.Calendar.Holidays, c.Calendar.MakeUp, holidays, makeUp)
	}
}
