package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"firstsign/alerting/message"
	"firstsign/backtest/survey"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/reading"
	"firstsign/internal/table"
	"firstsign/signals/history"
)

// surveyCommand says what a file holds, and proposes how to read it.
type surveyCommand struct {
	reading.Flags
	Config   string `type:"existingdir" placeholder:"DIR" help:"Configuration directory. Its signals and time zone are used."`
	Language string `enum:",en,zh" default:"" placeholder:"en|zh" help:"Language of the report (default: as routing.yaml says, else English)."`
	File     string `arg:"" type:"existingfile" help:"A history, or an export of another system: CSV, Excel or JSON lines, plain or compressed."`
}

// Run reads the file and writes the report.
func (c *surveyCommand) Run(ctx context.Context) error {
	c.Dir = c.Config
	readable, err := c.propose()
	if err != nil || !readable {
		return err
	}
	c.SkipBad = true // bad lines are counted
	s, err := c.SurveyFile(c.File)
	if err != nil {
		return err
	}
	defer s.Close()
	cfg, err := reading.ConfigFor(ctx, c.Config, reading.AccountsFlags{}, s)
	if err != nil {
		return err
	}
	if c.Language != "" {
		cfg.Routing.Language = message.Language(c.Language)
	}
	sorted, err := s.Order(cfg.Detector.Lateness)
	if err != nil {
		return err
	}
	report := survey.New(c.File, s.Summary, cfg.Detector.Signals)
	report.Sorted, report.Shape, report.Zone = sorted, s.Shape, c.Zone(s.Shape)
	return report.WriteText(console.Out, cfg.Routing.Language)
}

// propose finds out how a table is read when the flags do not say it. readable is false
// when somebody must choose first.
func (c *surveyCommand) propose() (readable bool, err error) {
	layout, err := c.Layout()
	if err != nil || layout.Columns != nil {
		return true, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(c.File) }
	if is, err := isJSON(open, layout); is || err != nil {
		return true, err
	}
	p, err := survey.Propose(open, table.Options{
		Delimiter: layout.Delimiter, Encoding: layout.Encoding, Sheet: layout.Sheet, HeaderLine: layout.HeaderLine,
	})
	if err != nil {
		return false, fmt.Errorf("%s: %w", c.File, err)
	}
	if err := p.WriteText(console.Out, c.File); err != nil || len(p.Missing) > 0 {
		return false, err
	}
	c.Columns = []string{strings.Join(p.Columns, ",")}
	return len(p.Layouts) == 0 || c.TimeLayout != "", nil
}

// isJSON reports whether a file holds JSON records, not a table.
func isJSON(open func() (io.ReadCloser, error), layout history.Layout) (bool, error) {
	file, err := open()
	if err != nil {
		return false, err
	}
	defer file.Close()
	text, err := table.OpenText(file, table.Options{Encoding: layout.Encoding, Sheet: layout.Sheet})
	if err != nil {
		return false, err
	}
	defer text.Close()
	r := text.Reader()
	if r == nil { // a workbook
		return false, nil
	}
	head, _ := r.Peek(256)
	trimmed := strings.TrimSpace(string(head))
	return strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "["), nil
}
