package backtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"

	"firstsign/detector/stats"
)

// WriteJSON writes all numbers as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

//go:embed report.html.tmpl
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"two":     func(x float64) string { return fmt.Sprintf("%.2f", x) },
	"whole":   func(x float64) string { return fmt.Sprintf("%.0f", x) },
	"percent": func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) },
	"plain":   func(x float64) string { return fmt.Sprintf("%.4g", math.Round(x*100)/100) },
	"span":    func(i stats.Interval) string { return fmt.Sprintf("%.2f to %.2f", i.Low, i.High) },
	"lead":    func(days int) string { return DaysAhead(days, "the loss") },
	"style":   func() template.CSS { return PageStyle },
	"shares":  func(i stats.Interval) string { return fmt.Sprintf("%.0f to %.0f %%", 100*i.Low, 100*i.High) },
}).Parse(reportPage))

//go:embed page.css
var pageCSS string

// PageStyle is the style sheet of every page: one column, readable on a phone and
// on paper.
var PageStyle = template.CSS(pageCSS) //nolint:gosec // ours

// WriteHTML writes the report as one self-contained page.
func (r *Report) WriteHTML(w io.Writer) error {
	page := struct {
		*Report
		Detection, Leads, ExceedanceChart template.HTML
	}{Report: r}
	var err error
	if r.LossesSeen > 0 {
		if page.Detection, err = r.chartOfDetection(); err != nil {
			return err
		}
		if page.Leads, err = r.chartOfLeads(); err != nil {
			return err
		}
	}
	if page.ExceedanceChart, err = r.chartOfExceedance(); err != nil {
		return err
	}
	if err := reportTemplate.Execute(w, page); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
