package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/internal/fault"
)

// FuzzLoad: whatever a file holds, the answer is a whole Config or faults that
// name the file and stand on one of its lines.
func FuzzLoad(f *testing.F) {
	for i, name := range fileNames {
		f.Add(i, sound[name])
		if text, err := os.ReadFile(filepath.Join("example", name)); err == nil {
			f.Add(i, string(text))
		}
	}
	f.Add(1, "signals: [{name: call, kind: count, weight: 1e400}]\n? {a: b}\n: c\n")
	f.Add(3, "timezone: &a UTC\nholidays: {2026-02-16..2026-02-20: *a}\nmake_up: [2026-02-14, ]\n")
	f.Add(slices.Index(fileNames, accountsYAMLFile), "accounts:\n  - {id: acme, contacts: {li: Li}}\n  - !!binary x\n--- \n")
	f.Fuzz(func(t *testing.T, which int, text string) {
		if which < 0 || which >= len(fileNames) {
			return
		}
		name := fileNames[which]
		c, err := parse(name, text)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v, error %v", c, err)
		}
		if err == nil {
			if r := c.Rules(); len(r.Hash) != 12 || r.Location == nil || len(r.Signals) == 0 || len(r.Thresholds) != len(accounts.Grades) {
				t.Fatalf("accepted, with rules %+v", r)
			}
			return
		}
		faults, ok := errors.AsType[fault.List](err)
		if !ok || len(faults) == 0 {
			t.Fatalf("%T: %v", err, err)
		}
		lines := 1 + countLines(text)
		if slices.ContainsFunc(faults, func(f fault.Fault) bool { return f.File != name || f.Line < 1 || f.Line > lines || f.Text == "" }) {
			t.Fatalf("faults outside the %d lines of %s:\n%v", lines, name, err)
		}
	})
}

// countLines counts line ends as YAML and CSV do between them.
func countLines(text string) int {
	n := 0
	for _, c := range text {
		if c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029' {
			n++
		}
	}
	return n
}
