package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firstsign/config"
	"firstsign/internal/racetest"
)

// played are the names of the cases of a directory that fail, with the lines of
// what was expected in vain.
func played(t *testing.T, dir string) (failed []string, lines []int) {
	t.Helper()
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := cfg.Cases(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		faults, err := play(t.Context(), &cases[i])
		if err != nil {
			t.Fatal(err)
		}
		if len(faults) > 0 {
			failed = append(failed, cases[i].Name)
		}
		for _, f := range faults {
			lines = append(lines, f.Line)
		}
	}
	return failed, lines
}

// changedExample is a copy of the example in which a file says something else.
func changedExample(t *testing.T, file, says, instead string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	if file == "" {
		return dir
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), says, instead, 1)
	if changed == string(text) {
		t.Fatalf("%s does not say %q any more", file, says)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The cases of the example hold, and each notices the change of a file that it
// is there for.
func TestExampleCases(t *testing.T) {
	skipLong(t)
	const (
		silence   = "a key person falls silent, and the owner hears of it, then the stand-in"
		holiday   = "Spring Festival raises nothing"
		moved     = "calls that become messages raise nothing"
		forwarded = "calls that go to a competitor alert from the first hour"
		neglected = "who is not visited any more is neglected, and that is no sign of theirs"
		ultimatum = "an ultimatum in a message is read"
	)
	tests := []struct {
		name, file, old, new string
		want                 []string
	}{
		{"as it is", "", "", "", nil},
		{"thresholds out of reach", "signals.yaml", "budget: 1", "budget: 1\ngrades: {key: {raise: 100}}", []string{silence}},
		{"no calendar", "calendar.yaml", "calendars: [cn]", "calendars: []", []string{holiday}},
		{"messages mean nothing", "signals.yaml", "{name: message, kind: count, side: direction}", "{name: message, kind: count, side: direction, weight: 0}", []string{moved}},
		{"calls are ours", "signals.yaml", "{name: call, kind: count, side: direction, per_contact: true}", "{name: call, kind: count, side: ours, per_contact: true}", []string{silence}},
		{"one forwarding is not enough", "signals.yaml", "of: key_contact, days: 28}", "of: key_contact, times: 2, days: 28}", []string{forwarded}},
		{"visits are not owed", "signals.yaml", "key: {visits: 3}", "key: {visits: 0}", []string{neglected}},
		{"ultimata have another name", "words.yaml", "names: {}", "names: {ultimatum: complaint}", []string{ultimatum}},
		{"nobody stands in", "routing.yaml", "escalate_after: 48h", "escalate_after: 0s", []string{silence}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.file != "" {
				racetest.Arithmetic(t)
			}
			dir := changedExample(t, test.file, test.old, test.new)
			if got, _ := played(t, dir); !slices.Equal(got, test.want) {
				t.Errorf("failed %q, want %q", got, test.want)
			}
		})
	}
}

// The page about cases shows one that holds, and how it fails.
func TestDocumentedCase(t *testing.T) {
	page, err := os.ReadFile("../../docs/data-team/testing-config.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	play := func(dir string) []int {
		if err := os.WriteFile(filepath.Join(dir, "story_test.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, lines := played(t, dir)
		return lines
	}
	if lines := play(changedExample(t, "", "", "")); len(lines) > 0 {
		t.Errorf("it fails on lines %d", lines)
	}
	high := changedExample(t, "signals.yaml", "budget: 1", "budget: 1\ngrades: {key: {raise: 100}}")
	if lines := play(high); !slices.Equal(lines, []int{17, 18}) {
		t.Errorf("with a high threshold it fails on lines %d", lines)
	}
}
