package config

import (
	"testing"

	"firstsign/accounts"
)

// A threshold is found in the file that decides it, and a line that says something else by
// now is not named.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, sound)
	if p := PlacesOf(dir, load(t, dir)); p.Budget != "" || len(p.Thresholds) != 0 {
		t.Errorf("nothing is written: %+v", p)
	}
	write(t, dir, map[string]string{
		signalsFile:     "budget: 2\ngrades:\n  key: {raise: 3}\n" + sound[signalsFile],
		calibrationFile: "exceedance: [{evidence: 2, years: 1}, {evidence: 4, years: 5}]\ngrades:\n  key: {raise: 9}\n  ordinary:\n    raise: 4\n",
	})
	c := load(t, dir)
	p := PlacesOf(dir, c)
	if p.Budget != "signals.yaml:1" || p.Thresholds[accounts.Key] != "signals.yaml:3" || p.Thresholds[accounts.Ordinary] != "calibration.yaml:5" || len(p.Thresholds) != 2 {
		t.Errorf("%+v", p)
	}
	write(t, dir, map[string]string{signalsFile: "budget: 3\ngrades:\n  key: {raise: 5}\n" + sound[signalsFile], calibrationFile: "{"})
	if p := PlacesOf(dir, c); p.Budget != "signals.yaml" || p.Thresholds[accounts.Key] != "signals.yaml" || p.Thresholds[accounts.Ordinary] != "calibration.yaml" {
		t.Errorf("the files have changed: %+v", p)
	}
	if p := PlacesOf(t.TempDir(), c); p.Thresholds[accounts.Key] != "signals.yaml" {
		t.Errorf("the files are gone: %+v", p)
	}
}
