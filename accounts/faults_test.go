package accounts

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/wrong/faults.txt anew")

// A file with every mistake that somebody thought of: all of them are told in
// one go, each with file and line, and nobody is let in.
func TestEveryKindOfMistake(t *testing.T) {
	builder := new(Builder)
	read := func(name string, take func(text []byte, name string)) {
		text, err := os.ReadFile("testdata/wrong/" + name)
		if err != nil {
			t.Fatal(err)
		}
		take(text, name)
	}
	read("accounts.csv", builder.ReadAccounts)
	read("contacts.csv", builder.ReadContacts)
	d, err := builder.Directory()
	if d != nil || err == nil {
		t.Fatalf("got %v and %v", d, err)
	}
	got := err.Error() + "\n"
	if *update {
		if err := os.WriteFile("testdata/wrong/faults.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/wrong/faults.txt")
	if err != nil || got != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	place, quoted := regexp.MustCompile(`^(accounts|contacts)\.csv:\d+: `), regexp.MustCompile(`"(\\.|[^"\\])*"|\d+`)
	kinds := map[string]bool{}
	for line := range strings.Lines(got) {
		if !place.MatchString(line) {
			t.Errorf("no file and line: %s", line)
		}
		kinds[quoted.ReplaceAllString(place.ReplaceAllString(line, ""), "…")] = true
	}
	if len(kinds) < 30 {
		t.Errorf("%d kinds of mistakes, want at least 30", len(kinds))
	}
}
