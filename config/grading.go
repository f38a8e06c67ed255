package config

import (
	"firstsign/config/document"
)

import "firstsign/accounts"

// readGrading reads grading.yaml. Without it the grades of the accounts' file
// hold, and money grades those that have none.
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

// UseAccounts puts other accounts, as a file or a topic gives them, in the place
// of the directory's: under pseudonyms and graded as it says.
func (c *Config) UseAccounts(d *accounts.Directory) {
	if c.Pseudonyms != nil {
		d = d.Rename(c.Pseudonyms.Of)
	}
	c.Accounts = c.Grading.Apply(d)
}

// TopList tells how much the list of key accounts changes by the grades that
// hold.
func (c *Config) TopList() accounts.Turnover { return c.Grading.TopList(c.Grading.Assess(c.Accounts)) }
