package portfolio

import (
	"html/template"
	"slices"
	"time"

	"firstsign/alerting/message"
	"firstsign/internal/chart"
)

// trend tells how what is at risk went over the weeks.
func (w *writer) trend() {
	weeks := w.report.Trend.Weeks
	if len(weeks) < 2 {
		return
	}
	first, last := &weeks[0], &weeks[len(weeks)-1]
	money := slices.ContainsFunc(weeks, func(x TrendWeek) bool { return x.AtRisk >= 1 })
	ago := int(last.Day-first.Day) / 7
	if !slices.ContainsFunc(weeks, func(x TrendWeek) bool { return x.Endangered > 0 }) {
		w.Page.Trend = []string{w.TrendCalm(ago)}
		return
	}
	if money {
		w.Page.Trend = []string{w.TrendMoney(w.amount(last.AtRisk), w.amount(first.AtRisk), ago)}
	}
	w.Page.Trend = append(w.Page.Trend, w.TrendAccounts(last.Endangered, first.Endangered, ago))
	if first.Known < last.Known {
		w.Page.Trend = append(w.Page.Trend, w.TrendKnown(last.Known, first.Known, ago))
	}
	if ago < trendWeeks {
		w.Page.Trend = append(w.Page.Trend, w.TrendShort(ago))
	}
	axis := chart.NewAxis(last.Day-7*trendWeeks-6, last.Day, func(day time.Time) string { return w.Month(day.Month()) })
	c := &chart.Chart{Label: w.TrendHead + w.Colon + w.Page.Trend[0], Span: axis.Weeks, Ticks: axis.Ticks, Change: -1, Number: w.Short}
	for _, x := range weeks {
		value := x.AtRisk
		if !money {
			value = float64(x.Endangered)
		}
		c.Weeks = append(c.Weeks, chart.Week{
			From: axis.At(x.Day - 6), To: axis.At(x.Day + 1), Value: value, Seen: true,
			Text: w.TrendWeek(message.DateText(w.language, x.Day), w.amount(x.AtRisk), x.Endangered, x.Known),
		})
	}
	w.TrendChart = c.SVG()
}

// spark draws the same of a manager or a team, small.
func (w *writer) spark(g *Group) template.HTML {
	if len(g.Weeks) < 2 || slices.Max(g.Weeks) < 1 {
		return ""
	}
	label := w.TrendMoney(w.amount(g.AtRisk), w.amount(g.Weeks[0]), len(g.Weeks)-1)
	return chart.Line(g.Name+w.Colon+label, g.Weeks, trendWeeks+1)
}
