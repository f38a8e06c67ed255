package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// withServices are commands that need a broker, a browser or all night.
var withServices = []string{"go run ", "go install ", "make ", "firstsign load ", "firstsign run "}

// commandsOf a page: the lines of its indented blocks that begin with a command,
// joined where they end with a backslash, without what stands behind #.
func commandsOf(page string) (commands []string) {
	joined := ""
	for line := range strings.Lines(page) {
		text, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		if !indented {
			joined = ""
			continue
		}
		text, _, _ = strings.Cut(joined+strings.TrimSpace(text), " # ")
		if head, ok := strings.CutSuffix(text, "\\"); ok {
			joined = head
			continue
		}
		joined = ""
		for _, first := range []string{"firstsign ", "go ", "make "} {
			if strings.HasPrefix(text, first) {
				commands = append(commands, strings.TrimSpace(text))
			}
		}
	}
	return commands
}

// The commands of the first pages run as they stand, in a copy of the repository's
// example and sample. What they write is what the sample is.
func TestCommandsOfREADMEsRun(t *testing.T) {
	skipLong(t)
	pages := map[string]string{"readme": "README.md", "readme-zh": "README.zh.md", "sample": "docs/sample/README.md"}
	dir := t.TempDir()
	for script, page := range pages {
		text, err := os.ReadFile(filepath.Join("../..", page))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
	next:
		for _, command := range commandsOf(string(text)) {
			for _, prefix := range withServices {
				if strings.HasPrefix(command+" ", prefix) {
					continue next
				}
			}
			lines = append(lines, "exec "+command)
			switch {
			case strings.Contains(command, " lookback "):
				lines = append(lines, "stdout 'Globex Corporation'")
			case strings.Contains(command, " backtest "):
				lines = append(lines, "stdout '1 alert about 1 account'")
			}
		}
		if len(lines) < 3 {
			t.Errorf("%s has only the commands %q", page, lines)
		}
		lines = append(lines, "cmp docs/sample/history.csv docs/sample/shipped.csv")
		if err := os.WriteFile(filepath.Join(dir, script+".txtar"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{Dir: dir, RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		shippedFirst(t, e)
		for _, folder := range []string{"config/example", "docs/sample"} {
			if err := os.CopyFS(filepath.Join(e.WorkDir, folder), os.DirFS(filepath.Join("../..", folder))); err != nil {
				return err
			}
		}
		sample := filepath.Join(e.WorkDir, "docs/sample/history.csv")
		text, err := os.ReadFile(sample)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(e.WorkDir, "docs/sample/shipped.csv"), text, 0o600)
	}})
}

func TestCommandsOfAPage(t *testing.T) {
	got := commandsOf("text\n\n    firstsign a --x \\\n        --y   # why\n    make b\n    {\"time\":1}\n\nfirstsign c\n")
	if want := "firstsign a --x --y,make b"; strings.Join(got, ",") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
