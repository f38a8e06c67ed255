package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/signals"
)

// differencesShown are as many differences as a reader looks through; the rest is folded away.
// Of very many, a page holds the first: about 400 bytes each, so that it stays below 2 MB.
const (
	differencesShown  = 50
	differencesListed = 3000
)

// shownFirst are the changes in the order of the table: what fewer alerts cost comes first.
var shownFirst = []backtest.Change{backtest.Removed, backtest.Later, backtest.Earlier, backtest.Added}

// changeClasses are the changes in the order of the bars, with their classes of the style
// sheet. What moved is one kind of bar.
var changeClasses = []struct {
	change backtest.Change
	class  string
}{{backtest.Same, "same"}, {backtest.Earlier, "early"}, {backtest.Later, "late"}, {backtest.Added, "added"}, {backtest.Removed, "removed"}}

// WriteComparison writes a comparison that was judged as a page.
func WriteComparison(out io.Writer, c *backtest.Comparison, l message.Language, names *accounts.Directory, read template.HTML) error {
	w, j := compareWordsOf(l), c.Judgement
	n := &difference{c, [2]int{c.Alerts[0] - c.Feeds[0], c.Alerts[1] - c.Feeds[1]}}
	p := &layout.Page{
		Language: l, Title: w.title, Subtitle: fmt.Sprintf(w.subtitle, j.From, j.To, c.Rules[0], c.Rules[1]), Answers: w.answers(n), Notes: w.notes(n), Read: read,
	}
	if c.Alerts != [2]int{} {
		p.Sections = append(p.Sections, w.time(l, c))
	}
	if len(c.Differences) > 0 {
		p.Sections = append(p.Sections, w.table(l, c, names))
	}
	return p.Write(out)
}

// time shows when alerts are added, removed and moved.
func (w *comparePhrases) time(l message.Language, c *backtest.Comparison) layout.Section {
	var kinds []layout.Kind
	numberOf := map[backtest.Change]int{}
	for i, k := range changeClasses {
		kinds = append(kinds, layout.Kind{Class: k.class, Name: w.changes[k.change]})
		numberOf[k.change] = i
	}
	var events []layout.Event
	add := func(day signals.Day, change backtest.Change) {
		events = append(events, layout.Event{Day: day, Kind: numberOf[change]})
	}
	for _, day := range c.Unchanged {
		add(day, backtest.Same)
	}
	lanes := map[backtest.Change]*layout.Lane{}
	for _, k := range changeClasses[1:] {
		lanes[k.change] = &layout.Lane{Kind: layout.Kind{Class: k.class, Name: w.changes[k.change]}}
	}
	for i := range c.Differences {
		d := &c.Differences[i]
		add(d.Shown().Told, d.Change)
		lanes[d.Change].Dates = append(lanes[d.Change].Dates, layout.Date{Day: d.Shown().Told, Text: d.Shown().Account})
	}
	j := c.Judgement
	lost := layout.Losses(wordsOf(l).loss)
	for _, loss := range j.Losses {
		lost.Dates = append(lost.Dates, layout.Date{Day: loss.Day, Text: loss.Account})
	}
	picture := layout.Timeline(l, w.overTime.label, j.From, j.To+1, kinds, events,
		[]layout.Lane{*lanes[backtest.Added], *lanes[backtest.Removed], *lanes[backtest.Earlier], *lanes[backtest.Later], lost})
	picture.Caption = fmt.Sprintf(w.overTime.caption, j.From, j.To)
	return layout.Section{Title: w.overTime.title, Pictures: []layout.Picture{picture}}
}

// table lists all differences: by kind, of a kind the right ones first, and by day.
func (w *comparePhrases) table(l message.Language, c *backtest.Comparison, names *accounts.Directory) layout.Section {
	s := layout.Section{Title: w.tableTitle, Text: []string{w.tableText}}
	columns := slices.Clone(w.columns)
	judged := c.Judgement.LossesSeen > 0
	if judged {
		columns = slices.Insert(columns, 4, w.result)
	}
	var rows []layout.Row
	list := slices.Clone(c.Differences)
	slices.SortStableFunc(list, func(a, b backtest.Difference) int {
		byChange := cmp.Compare(slices.Index(shownFirst, a.Change), slices.Index(shownFirst, b.Change))
		if !judged {
			return byChange
		}
		return cmp.Or(byChange, cmp.Compare(slices.Index(backtest.Results, a.Result), slices.Index(backtest.Results, b.Result)))
	})
	if left := len(list) - differencesListed; left > 0 {
		list, s.Points = list[:differencesListed], []string{fmt.Sprintf(w.left, left)}
	}
	for i := range list {
		rows = append(rows, w.row(l, &list[i], names, judged))
	}
	shown := min(len(rows), differencesShown)
	s.Table = layout.Table{Columns: columns, Rows: rows[:shown]}
	if rest := rows[shown:]; len(rest) > 0 {
		s.Others = layout.Table{Columns: layout.Plain(columns), Rows: rest}
		s.OthersTitle = fmt.Sprintf(w.others, len(rest))
	}
	return s
}

func (w *comparePhrases) row(l message.Language, d *backtest.Difference, names *accounts.Directory, judged bool) layout.Row {
	e := d.Shown()
	about := fmt.Sprintf(w.feed, e.Source)
	if e.Account != "" {
		about = layout.NameOf(names, e.Account)
		if grade := message.GradeText(l, e.Grade); grade != "" {
			about = fmt.Sprintf(w.graded, about, grade)
		}
	}
	was, what := "–", ""
	if d.Before != nil && d.After != nil {
		was = fmt.Sprintf(w.was, d.Before.Told, w.moved(d))
	}
	if signs := e.Signs(); len(signs) > 0 {
		what = message.ReasonText(l, signs[0], names.Get(e.Account).PersonName(signs[0].Contact))
	}
	cells := []string{about, w.changes[d.Change], e.Told.String(), was, what}
	if judged {
		cells = slices.Insert(cells, 4, wordsOf(l).results[d.Result])
	}
	return layout.Row{Cells: cells}
}
