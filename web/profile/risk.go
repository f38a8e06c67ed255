package profile

import (
	"html/template"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/chart"
	"firstsign/web/words"
)

// sparkWeeks are those of the risk beside an alert in the list.
const sparkWeeks = 12

// changeFactor is by how many times the risk differs from last week's before that is said.
const changeFactor = 2

// Risk is the chart of an account's risk with what became of its alerts; nil while no week
// is known. told says what happened to an alert.
func (p *Profile) Risk(title string, alerts []*alerting.Alert, told func(*alerting.Event) string) *Figure {
	if len(p.state.Risks) < 2 {
		return nil
	}
	c := p.riskChart(p.halfYear())
	for _, a := range alerts {
		if !a.Kind.AboutCare() {
			p.episode(c, a, told)
		}
	}
	f := &Figure{Title: title, Text: p.riskText()}
	c.Label = f.Title + ": " + f.Text
	f.Chart = c.SVG()
	return f
}

// riskText says how unusual the account is, and whether that has changed.
func (p *Profile) riskText() string {
	x, text := p.state, p.riskChange()
	if !message.ByRule(x.Reasons) {
		if rarity := message.RarityText(p.language(), x.Risk, x.Known); rarity != "" {
			return words.Capital(rarity + p.words.And + text)
		}
	}
	return words.Capital(text)
}

// riskChange compares the risk with that at the end of last week; empty where that is not
// known.
func (p *Profile) riskChange() string {
	x := p.state
	if len(x.Risks) < 2 {
		return ""
	}
	switch before := x.Risks[len(x.Risks)-2].Risk; {
	case x.Risk >= changeFactor*before:
		return p.words.Rising
	case changeFactor*x.Risk <= before:
		return p.words.Falling
	}
	return p.words.Steady
}

// riskChart draws the weeks from the beginning of an axis on.
func (p *Profile) riskChart(axis *timeAxis) *chart.Risk {
	x, w, language := p.state, p.words, p.language()
	c := &chart.Risk{Alert: x.Raise, AlertText: w.Alert, Rare: w.Rare, Usual: w.Usual, Span: axis.Weeks, Ticks: axis.Ticks}
	for _, week := range x.Risks {
		if week.First < axis.First {
			continue
		}
		known := x.Known - int(x.AsOf-week.Last)
		text := message.RarityText(language, week.Risk, known)
		if week.Highest >= changeFactor*week.Risk {
			text += w.AtMost(message.RarityText(language, week.Highest, known))
		}
		c.Weeks = append(c.Weeks, chart.RiskWeek{
			From: axis.At(week.First), To: axis.At(week.Last + 1), End: week.Risk, Highest: week.Highest,
			Text: w.Week(message.DateText(language, week.First), message.DateText(language, week.Last), text),
		})
	}
	return c
}

// riskSpark is the risk of the last weeks, small; empty where they are not known.
func (p *Profile) riskSpark() template.HTML {
	x := p.state
	if len(x.Risks) < 2 {
		return ""
	}
	first := x.Risks[max(0, len(x.Risks)-sparkWeeks)].First
	c := p.riskChart(chart.NewAxis(first, x.AsOf, nil))
	c.Label = p.riskText()
	return c.Spark()
}

// episode draws in which days an alert was open, and what happened to it.
func (p *Profile) episode(c *chart.Risk, a *alerting.Alert, told func(*alerting.Event) string) {
	axis := p.halfYear()
	place := func(t time.Time) float64 { return min(axis.Weeks, axis.At(p.snapshot.Day(t))+0.5/7) }
	from, to := max(0, axis.At(a.Since)), axis.Weeks
	if a.Closed != nil {
		to = place(*a.Closed)
	}
	if to <= 0 {
		return
	}
	c.Episodes = append(c.Episodes, chart.Shade{From: min(from, axis.Weeks), To: to, Kind: chart.Episode})
	for i := range a.History {
		e := &a.History[i]
		mark := chart.Mark{At: place(e.Time), Text: told(e)}
		switch {
		case e.By != "":
			mark.Kind = chart.AnswerMark
		case e.Kind.Raises():
			mark.Kind = chart.RaisedMark
		case e.Kind == detector.Closed:
			mark.Kind = chart.OverMark
		default:
			continue
		}
		if mark.At >= 0 {
			c.Marks = append(c.Marks, mark)
		}
	}
}
