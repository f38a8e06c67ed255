package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
)

// Write writes the report of a backtest as a page. read is what was read, as a block.
func Write(out io.Writer, r *backtest.Report, l message.Language, read template.HTML) error {
	w := wordsOf(l)
	n := countsOf(r)
	p := &layout.Page{
		Language: l, Title: w.title, Subtitle: fmt.Sprintf(w.subtitle, r.Interactions, r.Accounts, r.From, r.To, r.Rules),
		Answers: []string{w.first.answer(n)}, Notes: w.first.notes(n), Figures: w.figures.of(r), Read: read,
	}
	p.Sections = append(p.Sections, w.time(l, r), w.compared(r), w.grades(l, r))
	if r.AccountYears > 0 {
		p.Sections = append(p.Sections, layout.Section{Title: w.rarityTitle, Pictures: []layout.Picture{w.rarityPicture(r)}})
	}
	if len(r.Losses) > 0 {
		p.Sections = append(p.Sections, w.losses(r))
	}
	p.Sections = append(p.Sections, layout.Section{Title: w.countedTitle, Points: w.definitions})
	return p.Write(out)
}

// of a report are the numbers on top.
func (f *figures) of(r *backtest.Report) []layout.Figure {
	two := func(x float64) string { return fmt.Sprintf("%.2f", x) }
	list := []layout.Figure{{
		Value: two(r.PerAccountYear.Value), What: f.perYear,
		Note: fmt.Sprintf(f.perYearNote, r.FalseAlerts, plain(r.AccountYears), r.PerAccountYear.Low, r.PerAccountYear.High),
	}}
	if r.Managers > 0 {
		list = append(list, layout.Figure{
			Value: two(r.PerManagerMonth.Value), What: f.perManager,
			Note: fmt.Sprintf(f.perManagerNote, f.managers(r.Managers), r.ManagerMonths, r.PerManagerMonth.Low, r.PerManagerMonth.High),
		})
	}
	ours := &r.Methods[0]
	if s := ours.FoundShare; s != nil {
		list = append(list, layout.Figure{
			Value: layout.Percent(s.Value), What: f.found, Note: fmt.Sprintf(f.foundNote, ours.Found, r.LossesSeen, 100*s.Low, 100*s.High),
		})
	}
	if ours.MedianLead != nil {
		list = append(list, layout.Figure{Value: f.ahead(*ours.MedianLead), What: f.lead, Note: f.leadNote})
	}
	if ours.ValueShare != nil {
		list = append(list, layout.Figure{Value: layout.Percent(*ours.ValueShare), What: f.value})
	}
	return list
}

// plain is a number with as many digits as are worth reading.
func plain(x float64) string { return fmt.Sprintf("%.4g", math.Round(x*100)/100) }

// classes of the style sheet, by result.
var resultClasses = map[backtest.Result]string{
	backtest.RightResult: "right", backtest.EarlyResult: "early", backtest.FalseResult: "wrong",
	backtest.UnsettledResult: "open", backtest.UnjudgedResult: "unjudged",
}

// time is the section of the alerts over time.
func (w *phrases) time(l message.Language, r *backtest.Report) layout.Section {
	kinds := make([]layout.Kind, 0, len(backtest.Results))
	for _, result := range backtest.Results {
		kinds = append(kinds, layout.Kind{Class: resultClasses[result], Name: w.results[result]})
	}
	var events []layout.Event
	for i := range r.Alerts {
		events = append(events, layout.Event{Day: r.Alerts[i].Told, Kind: slices.Index(backtest.Results, r.Alerts[i].Result)})
	}
	lost := layout.Losses(w.loss)
	for i := range r.Losses {
		lost.Dates = append(lost.Dates, layout.Date{Day: r.Losses[i].Day, Text: r.Losses[i].Account + ", " + w.fates[r.Losses[i].Fate]})
	}
	// An alert may be told on the day after the last one.
	picture := layout.Timeline(l, w.overTime.label, r.From, r.To+1, kinds, events, []layout.Lane{lost})
	picture.Caption = fmt.Sprintf(w.overTime.caption, r.From, r.To)
	return layout.Section{Title: w.overTime.title, Pictures: []layout.Picture{picture}}
}

// compared is the section of the simple methods.
func (w *phrases) compared(r *backtest.Report) layout.Section {
	s := layout.Section{Title: w.methodsTitle, Text: []string{w.methodsText}}
	withLosses := r.LossesSeen > 0
	s.Table.Columns = slices.Clone(w.methodColumns)
	if withLosses {
		s.Pictures = []layout.Picture{w.detectionPicture(r), w.leadsPicture(r)}
		s.Table.Columns = append(s.Table.Columns, w.lossMethodColumns...)
	} else {
		s.Text = append(s.Text, w.noLosses)
	}
	s.Table.Columns = append(s.Table.Columns, w.unsettledColumn)
	for i := range r.Methods {
		m := &r.Methods[i]
		cells := []string{w.methods[m.Method], w.threshold(m), fmt.Sprintf("%.0f", m.FalseAlerts), fmt.Sprintf("%.2f", m.PerAccountYear.Value)}
		if withLosses {
			cells = append(cells, w.foundCells(m)...)
		}
		s.Table.Rows = append(s.Table.Rows, layout.Row{Cells: append(cells, fmt.Sprint(m.Unsettled)), Strong: m.Method == backtest.Ours})
	}
	return s
}

func (w *phrases) threshold(m *backtest.MethodResult) string {
	switch m.Method {
	case backtest.Ours:
		return w.asSet
	case backtest.AtRandom:
		return "–"
	case backtest.RollingZ:
		return plain(m.Threshold)
	}
	return fmt.Sprintf(w.days, int(m.Threshold))
}

// foundCells are the cells of a method that are about losses.
func (w *phrases) foundCells(m *backtest.MethodResult) []string {
	share, lead := "", "–"
	if m.FoundShare != nil {
		share = layout.Percent(m.FoundShare.Value)
	}
	if m.Early > 0 {
		share += fmt.Sprintf(w.plusEarly, m.Early)
	}
	if m.MedianLead != nil {
		lead = fmt.Sprintf(w.days, *m.MedianLead)
	}
	ahead := func(days int) string {
		for _, a := range m.Ahead {
			if a.Days == days {
				return layout.Percent(a.Share)
			}
		}
		return ""
	}
	return []string{share, ahead(0), ahead(30), lead}
}

// grades is the section of the grades.
func (w *phrases) grades(l message.Language, r *backtest.Report) layout.Section {
	s := layout.Section{Title: w.gradesTitle}
	s.Table.Columns = slices.Clone(w.gradeColumns)
	if r.LossesSeen > 0 {
		s.Table.Columns = append(s.Table.Columns, w.gradeLosses)
	}
	for i := range r.Grades {
		g := &r.Grades[i]
		name := message.GradeText(l, g.Grade)
		if name == "" {
			name = w.notGraded
		}
		rate := fmt.Sprintf("%.2f (%.2f–%.2f)", g.PerAccountYear.Value, g.PerAccountYear.Low, g.PerAccountYear.High)
		cells := []string{name, fmt.Sprint(g.Accounts), plain(g.AccountYears), fmt.Sprint(g.Alerts), fmt.Sprint(g.FalseAlerts), rate}
		if r.LossesSeen > 0 {
			cells = append(cells, fmt.Sprintf(w.of, g.Found, g.Losses))
		}
		s.Table.Rows = append(s.Table.Rows, layout.Row{Cells: cells})
	}
	return s
}

// losses is the section of the known losses.
func (w *phrases) losses(r *backtest.Report) layout.Section {
	s := layout.Section{Title: w.lossesTitle}
	if n := r.DatesAreLast(); n > 0 {
		s.Text = []string{fmt.Sprintf(w.datesAreLast, n)}
	}
	s.Table.Columns = w.lossColumns
	for i := range r.Losses {
		f := &r.Losses[i]
		day, told, lead := f.Day.String(), "–", "–"
		if f.DateIsLast {
			day += " *"
		}
		if f.Told != nil {
			told, lead = f.Told.String(), fmt.Sprintf(w.days, f.Lead)
		}
		s.Table.Rows = append(s.Table.Rows, layout.Row{Cells: []string{f.Account, day, told, lead, w.fates[f.Fate]}})
	}
	return s
}
