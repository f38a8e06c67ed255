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
	"firstsign/detector"
	"firstsign/signals"
)

// pageContent is a Report in the words of one language, for the text and the page.
type pageContent struct {
	Read                          template.HTML
	Lang, Title, Subtitle, Answer string
	Why                           []string
	Sections                      []section
}

// section is one part of the page: cards, or a table.
type section struct {
	Title, Introduction string
	Legend              []mark
	Cards               []card
	Heads               []string
	Rows                [][]string
	Labels              []string // check boxes at the end of each row
	More                string
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

// inWords puts a Report into words. names are the names of the accounts.
func (b *Report) inWords(l message.Language, names *accounts.Directory) *pageContent {
	w := &english
	if l == message.Chinese {
		w = &chinese
	}
	t := translator{w, l, names}
	p := &pageContent{Read: b.Read, Lang: string(l), Title: w.title, Subtitle: w.subtitle(b), Answer: w.answer(b), Why: b.why(w)}
	legend := []mark{{Colour: signColour, Name: w.sign}, {Colour: alertColour, Name: w.alert}, {Colour: lossColour, Name: w.loss}}
	if len(b.Lost) > 0 {
		s := section{Title: w.lostTitle, Introduction: w.lostIntroduction, Legend: legend}
		for i := range min(lostShown, len(b.Lost)) {
			s.Cards = append(s.Cards, t.card(&b.Lost[i], true))
		}
		if left := len(b.Lost) - len(s.Cards); left > 0 {
			s.More = fmt.Sprintf(w.more, left)
		}
		p.Sections = append(p.Sections, s)
	}
	if len(b.Silent) > 0 {
		legend = slices.Clone(legend)
		legend[2].Name = w.silent
		s := section{Title: w.silentTitle, Introduction: w.silentIntroduction, Legend: legend}
		for i := range b.Silent {
			s.Cards = append(s.Cards, t.card(&b.Silent[i], false))
		}
		if b.MoreSilent > 0 {
			s.More = fmt.Sprintf(w.more, b.MoreSilent)
		}
		p.Sections = append(p.Sections, s)
	}
	return p.rest(b, &t)
}

// rest adds the tables.
func (p *pageContent) rest(b *Report, t *translator) *pageContent {
	w := t.phrases
	s := section{Title: w.alertsTitle, Introduction: w.alertsIntroduction, Heads: w.alertHeads, Labels: w.labels}
	for i := range b.Alerts {
		a := &b.Alerts[i]
		s.Rows = append(s.Rows, []string{t.name(a.Account), a.Told.String(), w.rare(a.Risk, a.History), strings.Join(t.reasons(&a.Episode, 1), ""), w.after(a)})
	}
	switch {
	case len(b.Alerts) == 0:
		s.Introduction, s.Heads = w.noAlerts, nil
	case b.OtherAlerts > 0:
		s.More = fmt.Sprintf(w.moreAlerts, b.OtherAlerts)
	}
	p.Sections = append(p.Sections, s)
	s = section{Title: w.blindTitle, Introduction: w.blindIntroduction, Heads: w.blindHeads}
	for i := range b.BlindSpots {
		if i == blindShown {
			s.More = fmt.Sprintf(w.more, len(b.BlindSpots)-i)
			break
		}
		spot := &b.BlindSpots[i]
		s.Rows = append(s.Rows, []string{
			t.name(spot.Account), fmt.Sprintf("%.1f", spot.PerWeek), w.delay(spot.SilenceDays), w.delay(spot.HalvingDays), spot.Cure.Words(t.language),
		})
	}
	if len(b.BlindSpots) == 0 {
		s.Introduction, s.Heads = w.noBlind, nil
	}
	p.Sections = append(p.Sections, s)
	return p
}

const (
	lostShown  = 40 // the first by date
	blindShown = 15 // the most valuable accounts
)

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
	who := r.Contact
	if a := t.names.Get(e.Account); a != nil {
		for _, c := range a.Contacts {
			if c.ID == who {
				who = c.Name
			}
		}
	}
	return message.ReasonText(t.language, r, who)
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
	if lost {
		c.Lines = append(c.Lines, w.lastContact(d))
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
		c.Lines = append(c.Lines, w.late(d))
	}
	c.draw(d)
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
	fmt.Fprintf(out, "%s\n%s\n\n%s\n", p.Title, p.Subtitle, strings.Join(append([]string{p.Answer}, p.Why...), "\n"))
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
