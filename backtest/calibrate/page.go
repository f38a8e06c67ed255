package calibrate

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/detector/stats"
	"firstsign/internal/chart"
	"firstsign/signals"
)

// pageWriter puts a Report into the words of a language.
type pageWriter struct {
	*Report
	words    *phrases
	language message.Language
	names    *accounts.Directory
}

// WriteHTML writes the report as a page. read is what was read, as a block.
func (r *Report) WriteHTML(out io.Writer, l message.Language, names *accounts.Directory, read template.HTML) error {
	w := wordsOf(l)
	p := &pageWriter{r, w, l, names}
	page := &layout.Page{
		Language: l, Title: w.title, Subtitle: fmt.Sprintf(w.subtitle, r.Accounts, r.AccountYears, r.From, r.To),
		Answers: w.first.answers(r), Notes: w.first.notes(r), Read: read,
	}
	page.Sections = append(page.Sections, p.time(), p.detection())
	if len(r.Calls) > 0 {
		page.Sections = append(page.Sections, p.calls())
	}
	page.Sections = append(page.Sections, p.thresholds(), p.falseAlerts(), p.blindSpots())
	return page.Write(out)
}

// results are the kinds of alerts of a calibration, from the lowest part of a bar up, with
// their classes of the style sheet.
var results = []struct {
	result backtest.Result
	class  string
}{{backtest.RightResult, "right"}, {backtest.FalseResult, "wrong"}, {backtest.UnsettledResult, "open"}, {backtest.UnjudgedResult, "unjudged"}}

func (p *pageWriter) time() layout.Section {
	var kinds []layout.Kind
	numberOf := map[backtest.Result]int{}
	for i, k := range results {
		kinds = append(kinds, layout.Kind{Class: k.class, Name: p.words.results[k.result]})
		numberOf[k.result] = i
	}
	var events []layout.Event
	for i := range p.Alerts {
		events = append(events, layout.Event{Day: p.Alerts[i].Told, Kind: numberOf[p.Alerts[i].Result]})
	}
	lost := layout.Losses(p.words.loss)
	for account, day := range p.Losses {
		lost.Dates = append(lost.Dates, layout.Date{Day: day, Text: layout.NameOf(p.names, account)})
	}
	slices.SortFunc(lost.Dates, func(a, b layout.Date) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Text, b.Text))
	})
	picture := layout.Timeline(p.language, p.words.timeTitle, p.From, p.To, kinds, events, []layout.Lane{lost})
	picture.Caption = fmt.Sprintf(p.words.timeCaption, p.From, p.To)
	return layout.Section{Title: p.words.timeTitle, Pictures: []layout.Picture{picture}}
}

// curves are the changes that the picture shows, with their classes of the style sheet.
var curves = []struct {
	scenario Scenario
	class    string
}{{Silent, "one"}, {Drop75, "three"}, {Drop50, "two"}, {Drop30, "four"}, {Decay4, "five"}, {Decay2, "six"}, {Unchanged, "chance"}}

// detection is the section of the changes that were tried.
func (p *pageWriter) detection() layout.Section {
	w := p.words
	s := layout.Section{Title: w.seenTitle, Text: []string{w.seenText}}
	if len(p.Detection) == 0 {
		s.Text = []string{w.noHabit}
		return s
	}
	s.Pictures = []layout.Picture{p.detectionPicture()}
	s.Table.Columns = slices.Clone(w.seenColumns)
	for _, days := range withinDays {
		s.Table.Columns = append(s.Table.Columns, layout.Column{Head: fmt.Sprintf(w.within, days), Number: true})
	}
	s.Table.Columns = append(s.Table.Columns, w.median)
	s.Others.Columns = layout.Plain(s.Table.Columns)
	for i := range p.Detection {
		d := &p.Detection[i]
		cells := []string{w.scenarios[d.Scenario], p.grade(d.Grade, w.allGrades), strconv.Itoa(d.Accounts)}
		for k := range withinDays {
			cell := ""
			if k < len(d.Within) {
				cell = layout.Percent(d.Within[k].Share.Value)
			}
			cells = append(cells, cell)
		}
		median := "–"
		if d.MedianDays > 0 {
			median = fmt.Sprintf(w.inDays, d.MedianDays)
		}
		row := layout.Row{Cells: append(cells, median)}
		if d.Grade == "" {
			s.Table.Rows = append(s.Table.Rows, row)
		} else {
			s.Others.Rows = append(s.Others.Rows, row)
		}
	}
	s.OthersTitle = fmt.Sprintf(w.byGrade, len(s.Others.Rows))
	return s
}

func (p *pageWriter) detectionPicture() layout.Picture {
	w := p.words
	lines := &chart.Lines{
		Label: w.seenCaption, Across: w.daysAcross, Up: w.shareSeen, Top: 1, Right: followed,
		NumberX: func(x float64) string { return strconv.Itoa(int(x)) }, NumberY: layout.Percent,
	}
	picture := layout.Picture{Caption: w.seenCaption}
	for _, c := range curves {
		for i := range p.Detection {
			d := &p.Detection[i]
			if d.Scenario != c.scenario || d.Grade != "" {
				continue
			}
			curve := chart.Curve{Kind: c.class, Points: []chart.XY{{}}, Text: w.scenarios[d.Scenario]}
			for _, within := range d.Within {
				curve.Points = append(curve.Points, chart.XY{X: float64(within.Days), Y: within.Share.Value})
				lines.Right = max(lines.Right, float64(within.Days))
			}
			lines.Curves = append(lines.Curves, curve)
			picture.Keys = append(picture.Keys, layout.Key{Sample: chart.Key(chart.CurveKey, c.class), Text: w.scenarios[d.Scenario]})
		}
	}
	picture.Chart = lines.SVG()
	return picture
}

// grade in words; otherwise where there is none.
func (p *pageWriter) grade(g accounts.Grade, otherwise string) string {
	return cmp.Or(message.GradeText(p.language, g), otherwise)
}

// calls is the section of the accounts to call, each with its weeks.
func (p *pageWriter) calls() layout.Section {
	w := p.words
	s := layout.Section{Title: w.callTitle, Text: []string{w.callText}}
	s.Keys = []layout.Key{{Sample: chart.Key(chart.MarkKey, string(chart.RaisedMark)), Text: w.alert}}
	first := p.To + 1 - 7*weeksShown
	axis := chart.NewCalendarAxis(first, p.To, layout.CalendarOf(p.language))
	for i := range p.Calls {
		c := &p.Calls[i]
		title := layout.NameOf(p.names, c.Account)
		if grade := p.grade(c.Grade, ""); grade != "" {
			title += " · " + grade
		}
		one := &chart.Chart{
			Label: fmt.Sprintf(w.callCaption, first, p.To), Change: -1, Span: axis.Weeks, Ticks: axis.Ticks, Number: message.NumberText,
		}
		for k, days := range c.ByWeek {
			from := first + signals.Day(7*k)
			one.Weeks = append(one.Weeks, chart.Week{Value: float64(days), Seen: true, Text: fmt.Sprintf("%s – %s: %d", from, from+6, days)})
		}
		for k := range p.Alerts {
			if a := &p.Alerts[k]; a.Account == c.Account && a.Told >= first {
				one.Moments = append(one.Moments, chart.Mark{At: axis.At(a.Told) + 0.5/7, Kind: chart.RaisedMark, Text: a.Told.String() + ": " + w.alert})
			}
		}
		kind := ""
		if c.Raised >= 1 {
			kind = "unseen"
		}
		s.Cards = append(s.Cards, layout.Card{
			Kind: kind, Title: title, Lines: w.callLine(c), Picture: layout.Picture{Chart: one.SVG(), Caption: one.Label},
		})
	}
	return s
}

func (p *pageWriter) thresholds() layout.Section {
	w := p.words
	s := layout.Section{Title: w.thresholdsTitle, Table: layout.Table{Columns: w.thresholdColumns}}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	noted := false
	for _, g := range accounts.Grades {
		if p.Portfolio.Accounts[g] == 0 {
			continue
		}
		note := ""
		switch {
		case slices.Contains(p.ByHand, g):
			note = w.byHand
		case p.isLowest(g):
			note = w.lowest
		}
		noted = noted || note != ""
		s.Table.Rows = append(s.Table.Rows, layout.Row{Cells: []string{
			p.grade(g, ""), strconv.Itoa(p.Portfolio.Accounts[g]), number(p.Thresholds[g].Raise), number(p.Thresholds[g].Clear), note,
		}})
	}
	if last := len(s.Table.Columns) - 1; !noted { // nothing to be noted
		s.Table.Columns = s.Table.Columns[:last]
		for i := range s.Table.Rows {
			s.Table.Rows[i].Cells = s.Table.Rows[i].Cells[:last]
		}
	}
	return s
}

func (p *pageWriter) falseAlerts() layout.Section {
	w, f := p.words, &p.OutOfSample
	s := layout.Section{Title: w.falseTitle, Text: []string{w.falseText}, Table: layout.Table{Columns: w.falseColumns}}
	add := func(name string, rate stats.Interval, alerts int, years float64, strong bool) {
		s.Table.Rows = append(s.Table.Rows, layout.Row{Strong: strong, Cells: []string{
			name, fmt.Sprintf("%.2f (%.2f–%.2f)", rate.Value, rate.Low, rate.High), strconv.Itoa(alerts), fmt.Sprintf("%.1f", years),
		}})
	}
	add(w.all, f.PerAccountYear, f.Alerts, f.AccountYears, true)
	for _, g := range accounts.Grades {
		if b, ok := f.ByGrade[g]; ok && len(f.ByGrade) > 1 {
			add(p.grade(g, ""), b.PerAccountYear, b.Alerts, b.AccountYears, false)
		}
	}
	return s
}

func (p *pageWriter) blindSpots() layout.Section {
	w := p.words
	s := layout.Section{Title: w.blindTitle, Text: []string{w.blindText}}
	if len(p.BlindSpots) == 0 {
		s.Text = []string{w.noBlind}
		return s
	}
	delay := func(days int) string {
		if days == 0 {
			return fmt.Sprintf(w.notWithin, tryDays)
		}
		return fmt.Sprintf(w.inDays, days)
	}
	var rows []layout.Row
	for i := range p.BlindSpots {
		b := &p.BlindSpots[i]
		rows = append(rows, layout.Row{Cells: []string{
			layout.NameOf(p.names, b.Account), p.grade(b.Grade, "–"), fmt.Sprintf("%.1f", b.PerWeek), delay(b.HalvingDays), delay(b.SilenceDays), b.Cure.Words(p.language),
		}})
	}
	shown := min(len(rows), spotsShown)
	s.Table = layout.Table{Columns: w.blindColumns, Rows: rows[:shown]}
	if rest := rows[shown:]; len(rest) > 0 {
		s.Others, s.OthersTitle = layout.Table{Columns: layout.Plain(w.blindColumns), Rows: rest}, fmt.Sprintf(w.others, len(rest))
	}
	return s
}
