package config

import (
	"firstsign/config/document"
)

import "firstsign/accounts"

// readGrading reads grading.yaml. Without the file, accounts keep the grades of their own
// file; accounts without a grade are graded by money.
func readGrading(d *document.Document, text []byte) accounts.Grading {
	g := accounts.DefaultGrading()
	if !d.Read(text, &g) {
		return g
	}
	if d.Has("potential") && g.Potential <= 0 {
		d.Note("potential", "must be above 0, in money a year; leave it out, and top decides")
	}
	if d.Has("potential") && d.Has("top") {
		d.Note("top", "potential is given as well: keep one of them")
	}
	for _, part := range []struct {
		name        string
		value       float64
		least, most float64
	}{
		{"top", g.Top, 0.01, 1}, {"share", g.Share, 0.01, 1}, {"band", g.Band, 0, 0.5}, {"growth", g.Growth, 0.01, 10},
		{"margin", g.Margin, 0.001, 1}, {"turnover", g.Turnover, 0, 1},
	} {
		if part.value < part.least || part.value > part.most {
			d.Note(part.name, "is %v; it must be between %v and %v", part.value, part.least, part.most)
		}
	}
	if g.Complaints < 1 {
		d.Note("complaints", "must be at least 1")
	}
	return g
}

// UseAccounts replaces the accounts of the directory by others, from a file or a topic.
// They get pseudonyms and grades as the configuration says.
func (c *Config) UseAccounts(d *accounts.Directory) {
	if c.Pseudonyms != nil {
		d = d.Rename(c.Pseudonyms.Of)
	}
	c.Accounts = c.Grading.Apply(d)
}

// TopList reports how much the list of key accounts changes under the grades in force.
func (c *Config) TopList() accounts.Turnover { return c.Grading.TopList(c.Grading.Assess(c.Accounts)) }
