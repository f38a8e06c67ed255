package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/expect"
	"firstsign/config/document"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/script"
)

// casesSuffix ends the names of files that hold cases. They lie beside the configuration
// and are no part of it.
const casesSuffix = "_test.yaml"

// Case is one test of `firstsign test`: what happens, and what must come of it under the
// configuration.
type Case struct {
	Name   string
	File   string
	Line   int
	Config *Config // with the accounts of the case
	Script script.Script
	Expect []expect.Expectation
}

// casesText is what a file of cases holds.
type casesText struct {
	Cases []caseText `yaml:"cases"`
}

type caseText struct {
	Name string `yaml:"name"`
	// Accounts of the case. They are added to those of the configuration and replace
	// those with the same id.
	Accounts []accountEntry `yaml:"accounts"`
	// Only the accounts of the case: leave out those of the configuration.
	Only          bool `yaml:"only_these_accounts"`
	script.Script `yaml:",inline"`
	Expect        []expect.Expectation `yaml:"expect"`
}

// Cases reads the files of cases in a directory, in the order of their names. The
// error is fault.List when something is wrong with them.
func (c *Config) Cases(dir string) ([]Case, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	var cases []Case
	var faults fault.List
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), casesSuffix) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read cases: %w", err)
		}
		d := &document.Document{Name: path}
		cases = append(cases, c.cases(d, text)...)
		faults = append(faults, d.Faults...)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return cases, nil
}

// cases reads the cases of one file.
func (c *Config) cases(d *document.Document, text []byte) []Case {
	var file casesText
	if !d.Read(text, &file) {
		return nil
	}
	if len(file.Cases) == 0 {
		d.Note("cases", "at least one case is needed")
	}
	cases := make([]Case, len(file.Cases))
	first := make(map[string]string)
	for i := range file.Cases {
		t, at := &file.Cases[i], document.Item("cases", i)
		cases[i] = Case{Name: t.Name, File: d.Name, Line: d.Lines[at], Config: c.in(d, at, t), Script: t.Script, Expect: t.Expect}
		if t.Name == "" {
			d.Note(at, "a case needs a name")
		}
		d.Once(first, at+".name", "case", t.Name)
		checks := caseChecks{Document: d, config: cases[i].Config, text: t}
		checks.script(at)
		checks.expectations(at)
	}
	return cases
}

// in returns the configuration of a case, with the case's accounts and those in the
// background.
func (c *Config) in(d *document.Document, at string, t *caseText) *Config {
	builder := &accounts.Builder{File: d.Name}
	own := make([]accounts.Account, 0, len(t.Accounts))
	for i := range t.Accounts {
		at := document.Item(document.Join(at, "accounts"), i)
		a := t.Accounts[i].account(builder, d, at)
		builder.Add(d.Lines[at], a)
		own = append(own, a)
	}
	d.Faults = append(d.Faults, builder.Faults...)
	directory := c.Accounts
	if t.Only {
		directory = nil
		if len(t.Accounts) == 0 {
			d.Note(document.Join(at, "only_these_accounts"), "the case gives no accounts")
		}
	}
	next := *c
	if next.Accounts = directory; directory == nil && len(own) == 0 {
		return &next // every account counts
	}
	if t.Background > 0 && t.Background <= mostBackground {
		for _, id := range t.Extras() {
			if slices.ContainsFunc(own, func(a accounts.Account) bool { return a.ID == id }) {
				d.Note(document.Join(at, "background"), "account %q is one of the background: call yours otherwise", id)
			}
			own = append(own, accounts.Account{ID: id})
		}
	}
	next.UseAccounts(directory.With(own))
	return &next
}

// mostBackground is enough for every statistic of a portfolio.
const mostBackground = 500

// longestCase is in days: three years.
const longestCase signals.Day = 1100
