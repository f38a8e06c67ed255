package lookback

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/detector"
	"firstsign/signals"
)

// pageContent is a Report in the words of one language, for the text and the page.
type pageContent struct {
	Read                  template.HTML
	Lang, Title, Subtitle string
	Answers               []string // the first sentences
	Why                   []string
	MeaningTitle          string
	Meanings              []meaning
	Sections              []section
}

// section is one part of the page: cards, or a table.
type section struct {
	Title, Introduction string
	Legend              []mark
	Cards               []card
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
	Rows  [][]string
}

// card is one account.
type card struct {
	Title string
	Seen  bool
	Lines []string
	// Reasons of the alert, shown below the last line.
	Reasons []string
	Bars    []bar
	Marks   []mark
	Caption string
}

// bar is one week of contact, mark one day, in units of the picture.
type (
	bar  struct{ X, Height float64 }
	mark struct {
		X      float64
		Colour string
		Name   string
	}
)

// Size and colours of the picture of a card.
const (
	pictureWidth  = 600
	pictureHeight = 48
	signColour    = "#e69f00"
	alertColour   = "#d55e00"
	lossColour    = "#1d2126"
)

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
		Read: b.Read, Lang: string(l), Title: w.title, Subtitle: w.subtitle(b), Why: b.why(w),
		Answers: []string{w.alertsAnswer(b), w.lossAnswer(b)}, MeaningTitle: w.meaningTitle, Meanings: w.meanings,
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

// departures is the section of the lost or of the silent accounts.
func (t *translator) departures(list []Departure, lost bool) section {
	w := t.phrases
	s := section{Title: w.silentTitle, Introduction: w.silentIntroduction}
	s.Legend = []mark{{Colour: signColour, Name: w.sign}, {Colour: alertColour, Name: w.alert}, {Colour: lossColour, Name: w.silent}}
	heads := w.silentHeads
	if lost {
		s.Title, s.Introduction, heads = w.lostTitle, w.lostIntroduction, w.lostHeads
		s.Legend[2].Name = w.loss
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
		s.Others = table{heads, rows}
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
		s.table = table{w.alertHeads, rows[:shown]}
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
		s.table = table{w.blindHeads, rows[:shown]}
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
	a := t.names.Get(id)
	if a == nil {
		return id
	}
	name := id
	if a.Name != id {
		name = a.Name + " [" + id + "]"
	}
	return t.phrases.graded(name, a.Grade)
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
	if c := t.names.Get(e.Account).Contact(r.Contact); c != nil {
		return c.Name
	}
	return r.Contact
}

// reasonsTold is how many reasons of an alert a card shows.
const reasonsTold = 3

// card of one account. lost tells that its loss is known; then days are counted to
// the loss.
func (t *translator) card(d *Departure, lost bool) card {
	w := t.phrases
	c := card{Title: t.name(d.Account), Seen: d.Alert != nil}
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
	c.draw(d)
	c.Caption = fmt.Sprintf(w.weeks, d.WeeksFrom, d.WeeksFrom+7*weeksShown-1)
	return c
}

// draw adds the weeks of contact and the days that matter.
func (c *card) draw(d *Departure) {
	most := max(1, slices.Max(d.Weeks))
	for i, n := range d.Weeks {
		c.Bars = append(c.Bars, bar{float64(i) * pictureWidth / weeksShown, n / most * pictureHeight})
	}
	at := func(day signals.Day, colour string) {
		if x := float64(day-d.WeeksFrom) * pictureWidth / (7 * weeksShown); day > 0 && x >= 0 && x <= pictureWidth {
			c.Marks = append(c.Marks, mark{X: x, Colour: colour})
		}
	}
	at(d.FirstSign, signColour)
	at(d.alertDay(), alertColour)
	at(d.Day, lossColour)
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

//go:embed page.html.tmpl
var pageHTML string

var pageTemplate = template.Must(template.New("lookback").Funcs(template.FuncMap{
	"style":  func() template.CSS { return backtest.PageStyle },
	"colour": func(c string) template.CSS { return template.CSS("background:" + c) }, //nolint:gosec // ours
	"top":    func(height float64) float64 { return pictureHeight - height },
}).Parse(pageHTML))

// WriteHTML writes a Report as one self-contained page.
func (b *Report) WriteHTML(w io.Writer, l message.Language, names *accounts.Directory) error {
	if err := pageTemplate.Execute(w, b.inWords(l, names)); err != nil {
		return fmt.Errorf("write lookback: %w", err)
	}
	return nil
}
