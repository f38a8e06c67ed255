package config

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/internal/fault"
)

// Calibration is calibration.yaml: what firstsign calibrate learned from a history. It
// replaces the shipped curve and thresholds. Thresholds in signals.yaml take precedence.
type Calibration struct {
	// Exceedance says how rarely a healthy account of this portfolio shows as much
	// evidence.
	Exceedance stats.Exceedance `yaml:"exceedance"`
	// Grades are the thresholds that spend the budget, in account-years.
	Grades map[accounts.Grade]detector.Threshold `yaml:"grades"`
	// FittedOn describes the data of the calibration. It has no effect.
	FittedOn FittedOn `yaml:"fitted_on"`
}

// FittedOn is the history and the portfolio of a calibration.
type FittedOn struct {
	From         string  `yaml:"from"`
	To           string  `yaml:"to"`
	Accounts     int     `yaml:"accounts"`
	AccountYears float64 `yaml:"account_years"`
	Budget       float64 `yaml:"budget"`
	Managers     int     `yaml:"managers"`
	Rules        string  `yaml:"rules"` // hash of the rules it was fitted with
}

// readCalibration replaces the shipped curve and thresholds by the calibrated ones.
func (c *Config) readCalibration(d *document.Document, text []byte) {
	c.Calibration = new(Calibration)
	c.Calibration.read(d, text)
	maps.Copy(c.Detector.Grades, c.Calibration.Grades)
}

func (c *Calibration) read(d *document.Document, text []byte) {
	if !d.Read(text, c) {
		return
	}
	if len(c.Exceedance) < 2 {
		d.Note("exceedance", "at least two points are needed")
	}
	for i, p := range c.Exceedance {
		at := document.Item("exceedance", i)
		switch {
		case p.Years <= 0:
			d.Note(at+".years", "must be above 0 account-years")
		case i > 0 && p.Years <= c.Exceedance[i-1].Years:
			d.Note(at+".years", "%v must be above that of the point before, which is %v", p.Years, c.Exceedance[i-1].Years)
		}
		if i > 0 && p.Evidence <= c.Exceedance[i-1].Evidence {
			d.Note(at+".evidence", "%v must be above that of the point before, which is %v", p.Evidence, c.Exceedance[i-1].Evidence)
		}
	}
	checkThresholds(d, c.Grades)
}

// checkThresholds completes the thresholds of a file and checks them.
func checkThresholds(d *document.Document, grades map[accounts.Grade]detector.Threshold) {
	known := make([]string, len(accounts.Grades))
	for i, g := range accounts.Grades {
		known[i] = string(g)
	}
	for g, t := range grades {
		at := document.Join("grades", string(g))
		if !slices.Contains(accounts.Grades, g) {
			d.NoteLine(d.Lines[at], fmt.Sprintf("grades: unknown grade %q%s", g, fault.DidYouMean(string(g), known)))
			continue
		}
		if !d.Has(at + ".clear") {
			t.Clear = t.Raise * clearPart
		}
		switch {
		case t.Raise <= 0:
			d.Note(at+".raise", "must be above 0 account-years")
		case t.Clear < 0:
			d.Note(at+".clear", "must not be below 0")
		case t.Clear >= t.Raise:
			d.Note(at+".clear", "%v must be below raise, which is %v", t.Clear, t.Raise)
		}
		grades[g] = t
	}
}

// WriteTo writes calibration.yaml.
func (c *Calibration) WriteTo(w io.Writer) (int64, error) {
	b := []byte(`# What firstsign calibrate learned of this portfolio. Written by it, loaded by
# all other commands when it stands beside signals.yaml; delete it to go back to
# what ships.

# How rarely a healthy account shows as much evidence (in nats): once in so
# many account-years.
exceedance:
`)
	for _, p := range c.Exceedance {
		b = fmt.Appendf(b, "  - {evidence: %s, years: %s}\n", brief(p.Evidence), brief(p.Years))
	}
	b = append(b, `
# The risk, in account-years, at which an episode opens (raise) and begins to
# end (clear), so that the false alerts add up to the budget. Thresholds in
# signals.yaml win over these.
grades:
`...)
	for _, g := range accounts.Grades {
		if t, ok := c.Grades[g]; ok {
			b = fmt.Appendf(b, "  %s: {raise: %s, clear: %s}\n", g, brief(t.Raise), brief(t.Clear))
		}
	}
	f := &c.FittedOn
	b = fmt.Appendf(b, `
# For the record: calibrate again when the portfolio has changed.
fitted_on:
  from: %s
  to: %s
  accounts: %d
  account_years: %s
  budget: %s # false alerts a manager and month
  managers: %d
  rules: %q # hash of the rules it was fitted with
`, f.From, f.To, f.Accounts, brief(f.AccountYears), brief(f.Budget), f.Managers, f.Rules)
	n, err := w.Write(b)
	return int64(n), err
}

// brief writes a number with as few digits as read back to the same number.
func brief(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
