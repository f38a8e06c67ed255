package config

import (
	"fmt"
	"os"
	"path/filepath"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/detector"
)

// Places are the lines that decide how many alerts there are, as signals.yaml:12.
type Places struct {
	Budget     string                    // empty: the default
	Thresholds map[accounts.Grade]string // of grades with a threshold of their own
}

// PlacesOf finds the lines in the files of a directory. A file may have changed since c was
// read from it: a line that no longer says what is in force is left out.
func PlacesOf(dir string, c *Config) Places {
	p := Places{Thresholds: map[accounts.Grade]string{}}
	text := func(file string) []byte {
		text, _ := os.ReadFile(filepath.Join(dir, file)) // without it there are no lines
		return text
	}
	at := func(file string, d *document.Document, path string, same bool) string {
		if line := d.Lines[path]; same && line > 0 {
			return fmt.Sprintf("%s:%d", file, line)
		}
		return file
	}
	written := Detector{Budget: Default().Detector.Budget, Grades: detector.DefaultThresholds()}
	signalsYAML := document.Document{Name: filepath.Join(dir, signalsFile)}
	written.read(&signalsYAML, text(signalsFile))
	if signalsYAML.Has("budget") {
		p.Budget = at(signalsFile, &signalsYAML, "budget", written.Budget == c.Detector.Budget)
	}
	for grade, t := range c.Detector.ByHand {
		p.Thresholds[grade] = at(signalsFile, &signalsYAML, thresholdPath(grade), written.Grades[grade].Raise == t.Raise)
	}
	if c.Calibration == nil {
		return p
	}
	var fitted Calibration
	calibrationYAML := document.Document{Name: filepath.Join(dir, calibrationFile)}
	fitted.read(&calibrationYAML, text(calibrationFile))
	for grade, t := range c.Calibration.Grades {
		if p.Thresholds[grade] == "" {
			p.Thresholds[grade] = at(calibrationFile, &calibrationYAML, thresholdPath(grade), fitted.Grades[grade].Raise == t.Raise)
		}
	}
	return p
}

func thresholdPath(grade accounts.Grade) string {
	return document.Join(document.Join("grades", string(grade)), "raise")
}
