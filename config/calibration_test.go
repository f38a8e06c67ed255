package config

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/stats"
)

var calibrated = Calibration{
	Exceedance: stats.Exceedance{{Evidence: 3.25, Years: 0.1}, {Evidence: 9, Years: 1}, {Evidence: 21.5, Years: 10}},
	Grades: map[accounts.Grade]detector.Threshold{
		accounts.Key:      {Raise: 1.25, Clear: 0.375},
		accounts.Ordinary: {Raise: 3, Clear: 0.9},
	},
	FittedOn: FittedOn{From: "2025-01-01", To: "2025-12-31", Accounts: 40, AccountYears: 31.5, Budget: 1, Managers: 2, Rules: "0123456789ab"},
}

func calibrationText(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := calibrated.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is written is read, and takes the place of what ships, but for what
// signals.yaml gives.
func TestCalibration(t *testing.T) {
	f := &files{texts: map[string][]byte{calibrationFile: []byte(calibrationText(t))}}
	for name, text := range sound {
		f.texts[name] = []byte(text)
	}
	f.texts[signalsFile] = []byte(sound[signalsFile] + "grades:\n  key: {raise: 7}\n  ordinary: {clear: 2}\n")
	c, err := f.parse()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*c.Calibration, calibrated) {
		t.Errorf("written\n%+v\nread\n%+v", calibrated, *c.Calibration)
	}
	want, raise := detector.DefaultThresholds(), 7.0
	want[accounts.Key] = detector.Threshold{Raise: raise, Clear: raise * clearPart}
	want[accounts.Ordinary] = detector.Threshold{Raise: 3, Clear: 2}
	if r := c.Rules(); !reflect.DeepEqual(r.Thresholds, want) || !reflect.DeepEqual(r.Exceedance, calibrated.Exceedance) {
		t.Errorf("rules have %v and %v", r.Thresholds, r.Exceedance)
	}
	if len(c.Detector.ByHand) != 1 || c.Detector.ByHand[accounts.Key].Raise != 7 {
		t.Errorf("by hand: %v", c.Detector.ByHand)
	}
}

// A new calibration is fitted with the rules as they would be without one.
func TestUncalibrated(t *testing.T) {
	c, err := parse(calibrationFile, calibrationText(t))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := parse(signalsFile, sound[signalsFile])
	if err != nil {
		t.Fatal(err)
	}
	if c.Rules().Hash == plain.Rules().Hash {
		t.Error("the hash does not see a calibration")
	}
	if c.Uncalibrated().Rules().Hash != plain.Rules().Hash {
		t.Error("without its calibration the rules are others than those without one")
	}
}

func TestCalibrationFaults(t *testing.T) {
	text := calibrationText(t)
	for name, c := range map[string]struct{ from, to, want string }{
		"falling years":    {"years: 1}", "years: 0.1}", "exceedance[1].years: 0.1 must be above that of the point before, which is 0.1"},
		"falling evidence": {"evidence: 9,", "evidence: 3,", "exceedance[1].evidence: 3 must be above that of the point before, which is 3.25"},
		"no years":         {"years: 0.1}", "years: 0}", "exceedance[0].years: must be above 0 account-years"},
		"no raise":         {"raise: 1.25", "raise: 0", "grades.key.raise: must be above 0 account-years"},
		"clear above":      {"clear: 0.9", "clear: 4", "grades.ordinary.clear: 4 must be below raise, which is 3"},
		"unknown grade":    {"  key:", "  kee:", `unknown grade "kee" (did you mean "key"?)`},
		"unknown key":      {"exceedance:", "excedance:", `unknown key "excedance" (did you mean "exceedance"?)`},
	} {
		if !strings.Contains(text, c.from) {
			t.Fatalf("%s: the file does not hold %q", name, c.from)
		}
		_, err := parse(calibrationFile, strings.Replace(text, c.from, c.to, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
