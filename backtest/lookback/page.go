package lookback

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/backtest/layout"
	"firstsign/detector"
	"firstsign/internal/chart"
	"firstsign/signals"
)

// pageContent is a Report in the words of one language, for the text and the page.
type pageContent struct {
	Read            template.HTML
	Title, Subtitle string
	Answers         []string // the first sentences
	Why             []string
	MeaningTitle    string
	Meanings        []layout.Meaning
	Time            layout.Section // the alerts over time; on the page only
	Sections        []section
}

// section is one part of the page: cards, or a table.
type section struct {
	Title, Introduction string
	Keys                []layout.Key
	Cards               []layout.Card
	table
	Labels    []string // check boxes at the end of each row, under LabelHead
	LabelHead string
	// Others are the rows that the text leaves out, under OthersTitle on the page. More
	// says in the text how many they are.
	Others            table
	OthersTitle, More string
}

// table is rows under heads.
type table struct {
	Heads []string
	Means []string // of each of Heads, empty where it says all; on the page only
	Rows  [][]string
}

// How many are shown before the others are folded away.
const (
	cardsShown = 20
	blindShown = 15 // the most valuable accounts
)

// inWords puts a Report into words. names are the names of the accounts.
func (b *Report) inWords(l message.Language, names *accounts.Directory) *pageContent {
	w := &english
	if l == message.Chinese {
		w = &chinese
	}
	t := translator{w, l, names}
	p := &pageContent{
		Read: b.Read, Title: w.title, Subtitle: w.subtitle(b), Why: b.why(w),
		Answers: []string{w.alertsAnswer(b), w.lossAnswer(b)}, MeaningTitle: w.meaningTitle, Meanings: w.meanings,
	}
	if len(b.Alerts) > 0 {
		p.Time = t.time(b)
	}
	if len(b.Lost) > 0 {
		p.Sections = append(p.Sections, t.departures(b.Lost, true))
	}
	if len(b.Silent) > 0 {
		p.Sections = append(p.Sections, t.departures(b.Silent, false))
	}
	p.Sections = append(p.Sections, t.alerts(b.Alerts), t.blindSpots(b.BlindSpots))
	return p
}

// classes of the verdicts in the style sheet.
var verdictClasses = [...]string{Right: "right", Wrong: "wrong", TooLate: "late", Undecided: "open"}

// time shows when the alerts came, and which accounts were lost or fell silent then.
func (t *translator) time(b *Report) layout.Section {
	w := t.phrases
	kinds := make([]layout.Kind, len(w.verdicts))
	for v, name := range w.verdicts {
		kinds[v] = layout.Kind{Class: verdictClasses[v], Name: name}
	}
	var events []layout.Event
	for i := range b.Alerts {
		events = append(events, layout.Event{Day: b.Alerts[i].Told, Kind: int(b.Alerts[i].Outcome.Verdict())})
	}
	lost := layout.Losses(w.loss)
	for i := range b.Lost {
		lost.Dates = append(lost.Dates, layout.Date{Day: b.Lost[i].Day, Text: t.name(b.Lost[i].Account)})
	}
	silent := layout.Lane{Kind: layout.Kind{Class: string(chart.OverMark), Name: w.silent}}
	for i := range b.Silent {
		silent.Dates = append(silent.Dates, layout.Date{Day: b.Silent[i].Day, Text: t.name(b.Silent[i].Account)})
	}
	from, to := max(b.From, b.To-364), b.To+1 // an alert may be told on the day after the last one
	p := layout.Timeline(t.language, w.timeTitle, from, to, kinds, events, []layout.Lane{lost, silent})
	p.Caption = fmt.Sprintf(w.timeCaption, from, b.To)
	return layout.Section{Title: w.timeTitle, Pictures: []layout.Picture{p}}
}

// departures is the section of the lost or of the silent accounts.
func (t *translator) departures(list []Departure, lost bool) section {
	w := t.phrases
	s := section{Title: w.silentTitle, Introduction: w.silentIntroduction}
	end, heads := w.silent, w.silentHeads
	if lost {
		s.Title, s.Introduction, heads = w.lostTitle, w.lostIntroduction, w.lostHeads
		end = w.loss
	}
	for _, key := range []struct {
		kind chart.MarkKind
		name string
	}{{chart.SignMark, w.sign}, {chart.RaisedMark, w.alert}, {chart.LostMark, end}} {
		s.Keys = append(s.Keys, layout.Key{Sample: chart.Key(chart.MarkKey, string(key.kind)), Text: key.name})
	}
	s.Title = fmt.Sprintf("%s (%d)", s.Title, len(list))
	var rows [][]string
	for i := range list {
		if i < cardsShown {
			s.Cards = append(s.Cards, t.card(&list[i], lost))
		} else {
			rows = append(rows, t.row(&list[i], lost))
		}
	}
	s.fold(w, heads, rows)
	return s
}

// row is a lost or silent account in a line.
func (t *translator) row(d *Departure, lost bool) []string {
	w := t.phrases
	alert := w.noAlert
	if d.Alert != nil {
		alert = w.when(d, lost)
	}
	if !lost {
		return []string{t.name(d.Account), d.Day.String(), w.days(d.Pause), alert}
	}
	last := w.noAlert
	if d.Unseen != NotThere {
		last = d.Last.String()
	}
	return []string{t.name(d.Account), d.Day.String(), last, alert}
}

// fold puts rows behind those that are shown.
func (s *section) fold(w *phrases, heads []string, rows [][]string) {
	if len(rows) > 0 {
		s.Others = table{Heads: heads, Rows: rows}
		s.OthersTitle, s.More = fmt.Sprintf(w.others, len(rows)), fmt.Sprintf(w.more, len(rows))
	}
}

// alerts is the section of the alerts.
func (t *translator) alerts(list []PastAlert) section {
	w := t.phrases
	s := section{Title: w.alertsTitle, Introduction: w.noAlerts}
	var rows [][]string
	for i := range list {
		a := &list[i]
		what := ""
		if a.Part != nil {
			what = message.SeriesText(t.language, a.Part, t.contact(&a.Episode, a.Part))
		}
		rows = append(rows, []string{
			t.name(a.Account), a.Told.String(), w.verdicts[a.Outcome.Verdict()], strings.Join(t.reasons(&a.Episode, 1), ""), w.after(a, what),
		})
	}
	if len(rows) > 0 {
		shown := min(alertsShown, len(rows))
		s.Introduction, s.Labels, s.LabelHead = w.alertsIntroduction, w.labels, w.labelHead
		s.table = table{w.alertHeads, w.alertMeans, rows[:shown]}
		s.fold(w, w.alertHeads, rows[shown:])
	}
	return s
}

// blindSpots is the section of the blind spots.
func (t *translator) blindSpots(list []calibrate.BlindSpot) section {
	w := t.phrases
	s := section{Title: w.blindTitle, Introduction: w.noBlind}
	var rows [][]string
	for i := range list {
		spot := &list[i]
		rows = append(rows, []string{
			t.name(spot.Account), fmt.Sprintf("%.1f", spot.PerWeek), w.delay(spot.SilenceDays), w.delay(spot.HalvingDays), spot.Cure.Words(t.language),
		})
	}
	if len(rows) > 0 {
		shown := min(blindShown, len(rows))
		s.Title, s.Introduction = fmt.Sprintf("%s (%d)", w.blindTitle, len(rows)), w.blindIntroduction
		s.table = table{w.blindHeads, w.blindMeans, rows[:shown]}
		s.fold(w, w.blindHeads, rows[shown:])
	}
	return s
}

// translator puts parts of a Report into the words of a language.
type translator struct {
	phrases  *phrases
	language message.Language
	names    *accounts.Directory
}

// name of an account with its grade, or its id when the directory does not know it.
func (t *translator) name(id string) string {
	if a := t.names.Get(id); a != nil {
		return t.phrases.graded(layout.NameOf(t.names, id), a.Grade)
	}
	return id
}

// reasons are the first few things the account did to raise an alert.
func (t *translator) reasons(e *backtest.Episode, most int) (texts []string) {
	for _, r := range e.Signs() {
		if len(texts) < most {
			texts = append(texts, t.reason(e, r))
		}
	}
	return texts
}

func (t *translator) reason(e *backtest.Episode, r *detector.Reason) string {
	return message.ReasonText(t.language, r, t.contact(e, r))
}

// contact is the name of the person of a reason.
func (t *translator) contact(e *backtest.Episode, r *detector.Reason) string {
	return t.names.Get(e.Account).PersonName(r.Contact)
}

// reasonsTold is how many reasons of an alert a card shows.
const reasonsTold = 3

// card of one account. lost tells that its loss is known; then days are counted to
// the loss.
func (t *translator) card(d *Departure, lost bool) layout.Card {
	w := t.phrases
	c := layout.Card{Title: t.name(d.Account), Kind: "unseen"}
	if d.Alert != nil {
		c.Kind = "seen"
	}
	if lost {
		c.Title += w.lostOn(d.Day)
	} else {
		c.Title += w.silentSince(d)
	}
	if d.Unseen == NotThere {
		c.Lines = []string{w.notThere}
		return c
	}
	switch {
	case d.DateIsLast:
		c.Lines = append(c.Lines, w.dateIsLast(d))
	case lost:
		c.Lines = append(c.Lines, w.lastContact(d))
	}
	if d.After > 0 {
		c.Lines = append(c.Lines, w.contactWent(d.After))
	}
	if d.FirstSign > 0 {
		c.Lines = append(c.Lines, w.firstSign(d, lost))
	}
	if d.Alert != nil {
		c.Lines = append(c.Lines, w.told(d, lost))
		c.Reasons = t.reasons(d.Alert, reasonsTold)
	} else {
		c.Lines = append(c.Lines, w.why(d))
	}
	if d.Closed != nil && d.Alert == nil {
		c.Lines = append(c.Lines, w.closed(d.Closed))
	}
	if d.Late != nil && d.Alert == nil {
		c.Lines = append(c.Lines, w.late(d, lost))
	}
	c.Picture = t.weeks(d, lost)
	return c
}

// weeks draws the weeks of contact and the days that matter.
func (t *translator) weeks(d *Departure, lost bool) layout.Picture {
	w, last := t.phrases, d.WeeksFrom+7*weeksShown-1
	axis := chart.NewCalendarAxis(d.WeeksFrom, last, layout.CalendarOf(t.language))
	caption := fmt.Sprintf(w.weeks, d.WeeksFrom, last)
	c := &chart.Chart{Label: caption, Change: -1, Span: axis.Weeks, Ticks: axis.Ticks, Number: message.NumberText}
	for i, n := range d.Weeks {
		from := d.WeeksFrom + signals.Day(7*i)
		c.Weeks = append(c.Weeks, chart.Week{Value: n, Seen: true, Text: fmt.Sprintf("%s – %s: %g", from, from+6, n)})
	}
	end := w.silent
	if lost {
		end = w.loss
	}
	for _, m := range []struct {
		day  signals.Day
		kind chart.MarkKind
		name string
	}{{d.FirstSign, chart.SignMark, w.sign}, {d.Day, chart.LostMark, end}, {d.alertDay(), chart.RaisedMark, w.alert}} {
		if d.WeeksFrom <= m.day && m.day <= last {
			c.Moments = append(c.Moments, chart.Mark{At: axis.At(m.day) + 0.5/7, Kind: m.kind, Text: m.day.String() + ": " + m.name})
		}
	}
	return layout.Picture{Chart: c.SVG(), Caption: caption}
}

// WriteText writes a Report for a terminal.
func (b *Report) WriteText(w io.Writer, l message.Language, names *accounts.Directory) error {
	p := b.inWords(l, names)
	out := bufio.NewWriter(w) // keeps the first error
	fmt.Fprintf(out, "%s\n%s\n\n%s\n", p.Title, p.Subtitle, strings.Join(append(p.Answers, p.Why...), "\n"))
	fmt.Fprintf(out, "\n%s\n", p.MeaningTitle)
	for _, m := range p.Meanings {
		fmt.Fprintf(out, "  %s: %s\n", m.Word, m.Text)
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		fmt.Fprintf(out, "\n== %s ==\n", s.Title)
		if s.Introduction != "" {
			fmt.Fprintf(out, "%s\n", s.Introduction)
		}
		for _, c := range s.Cards {
			fmt.Fprintf(out, "\n%s\n  - %s\n", c.Title, strings.Join(c.Lines, "\n  - "))
			for _, reason := range c.Reasons {
				fmt.Fprintf(out, "      %s\n", reason)
			}
		}
		for _, row := range s.Rows {
			fmt.Fprintf(out, "\n%s\n", row[0])
			for k, cell := range row[1:] {
				fmt.Fprintf(out, "  %s: %s\n", s.Heads[k+1], cell)
			}
		}
		if s.More != "" {
			fmt.Fprintf(out, "\n%s\n", s.More)
		}
	}
	return out.Flush()
}

// WriteHTML writes a Report as one self-contained page.
func (b *Report) WriteHTML(w io.Writer, l message.Language, names *accounts.Directory) error {
	c := b.inWords(l, names)
	p := &layout.Page{
		Language: l, Title: c.Title, Subtitle: c.Subtitle, Answers: c.Answers, Notes: c.Why, Read: c.Read,
		Meanings: layout.Meanings{Title: c.MeaningTitle, Words: c.Meanings},
	}
	if c.Time.Title != "" {
		p.Sections = append(p.Sections, c.Time)
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		one := layout.Section{
			Title: s.Title, Keys: s.Keys, Cards: s.Cards, Table: s.table.laidOut(), Others: s.Others.laidOut(), OthersTitle: s.OthersTitle,
		}
		if s.Introduction != "" {
			one.Text = []string{s.Introduction}
		}
		one.Table.Boxes, one.Table.BoxTitle = s.Labels, s.LabelHead
		p.Sections = append(p.Sections, one)
	}
	return p.Write(w)
}

func (t *table) laidOut() layout.Table {
	laid := layout.Table{Columns: layout.Heads(t.Heads...)}
	for i, means := range t.Means {
		laid.Columns[i].Means = means
	}
	for _, cells := range t.Rows {
		laid.Rows = append(laid.Rows, layout.Row{Cells: cells})
	}
	return laid
}
