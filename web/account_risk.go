package web

import (
	"html/template"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/chart"
	"firstsign/web/words"
)

// sparkWeeks are those of the risk beside an alert in the list.
const sparkWeeks = 12

// changeFactor is by how many times the risk differs from last week's before that is said.
const changeFactor = 2

// timeAxis is that of charts.
type timeAxis = chart.Axis[signals.Day]

// axisOf is the half year that all charts of an account share. It begins with the oldest week
// that is known of anything.
func axisOf(x *detector.Inspection, w *words.Chart) *timeAxis {
	first := recentAxis(x).First
	if len(x.Risks) > 0 {
		first = min(first, x.Risks[0].First)
	}
	for i := range x.Series {
		if past := x.Series[i].Past; len(past) > 0 {
			first = min(first, past[0].First)
		}
	}
	return chart.NewAxis(first, x.AsOf, w.Month)
}

// recentAxis is that of the weeks that a series is judged by.
func recentAxis(x *detector.Inspection) *timeAxis {
	return chart.NewAxis(x.AsOf-7*detector.InspectedWeeks+1, x.AsOf, nil)
}

// risk is the chart of an account's risk with what became of its alerts; nil while no week
// is known.
func (s *accountSheet) risk(now *reading, x *detector.Inspection, alerts []*alerting.Alert) *figure {
	if len(x.Risks) < 2 {
		return nil
	}
	c := now.riskChart(x, s.axis, &s.Chart)
	for _, a := range alerts {
		if !a.Kind.AboutCare() {
			s.episode(now, c, a)
		}
	}
	f := &figure{Title: s.RiskHead, Text: riskText(now, x, &s.Chart)}
	c.Label = f.Title + ": " + f.Text
	f.Chart = c.SVG()
	return f
}

// riskText says how unusual the account is, and whether that has changed.
func riskText(now *reading, x *detector.Inspection, w *words.Chart) string {
	text := riskChange(x, w)
	if !message.ByRule(x.Reasons) {
		if rarity := message.RarityText(now.language, x.Risk, x.Known); rarity != "" {
			return capital(rarity + w.And + text)
		}
	}
	return capital(text)
}

// riskChange compares the risk with that at the end of last week; empty where that is not
// known.
func riskChange(x *detector.Inspection, w *words.Chart) string {
	if len(x.Risks) < 2 {
		return ""
	}
	switch before := x.Risks[len(x.Risks)-2].Risk; {
	case x.Risk >= changeFactor*before:
		return w.Rising
	case changeFactor*x.Risk <= before:
		return w.Falling
	}
	return w.Steady
}

// riskChart draws the weeks from the beginning of an axis on.
func (p *reading) riskChart(x *detector.Inspection, axis *timeAxis, w *words.Chart) *chart.Risk {
	c := &chart.Risk{Alert: x.Raise, AlertText: w.Alert, Rare: w.Rare, Usual: w.Usual, Span: axis.Weeks, Ticks: axis.Ticks}
	for _, week := range x.Risks {
		if week.First < axis.First {
			continue
		}
		known := x.Known - int(x.AsOf-week.Last)
		text := message.RarityText(p.language, week.Risk, known)
		if week.Highest >= changeFactor*week.Risk {
			text += w.AtMost(message.RarityText(p.language, week.Highest, known))
		}
		c.Weeks = append(c.Weeks, chart.RiskWeek{
			From: axis.At(week.First), To: axis.At(week.Last + 1), End: week.Risk, Highest: week.Highest,
			Text: w.Week(message.DateText(p.language, week.First), message.DateText(p.language, week.Last), text),
		})
	}
	return c
}

// riskSpark is the risk of the last weeks, small; empty where they are not known.
func (p *reading) riskSpark(x *detector.Inspection, w *words.Chart) template.HTML {
	if x == nil || len(x.Risks) < 2 {
		return ""
	}
	first := x.Risks[max(0, len(x.Risks)-sparkWeeks)].First
	c := p.riskChart(x, chart.NewAxis(first, x.AsOf, nil), w)
	c.Label = riskText(p, x, w)
	return c.Spark()
}

// episode draws in which days an alert was open, and what happened to it.
func (s *accountSheet) episode(now *reading, c *chart.Risk, a *alerting.Alert) {
	axis := s.axis
	place := func(t time.Time) float64 { return min(axis.Weeks, axis.At(now.snapshot.Day(t))+0.5/7) }
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
		mark := chart.Mark{At: place(e.Time), Text: s.eventText(now, e)}
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
