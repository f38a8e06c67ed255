package picture

import (
	"errors"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/internal/chart"
	"firstsign/signals"
)

// Axis is a stretch of days that charts share.
type Axis = chart.Axis[signals.Day]

// Of is the chart of a series over the weeks of an axis, without words. The habit stands
// beside those weeks that it is judged by; what was usual before is not kept. The weeks of
// the chart are the past ones that are on the axis, and the judged ones.
func Of(kind series.Kind, h *detector.HalfYear, holidays []signals.Day, axis *Axis) *chart.Chart {
	c := &chart.Chart{
		Mean: kind == series.Score, Habit: h.Habit > 0, Bad: kind == series.Event, Change: -1,
		Span: axis.Weeks, Ticks: axis.Ticks,
	}
	for _, week := range OnAxis(h.Past, axis) {
		c.Weeks = append(c.Weeks, chart.Week{
			From: axis.At(week.First), To: axis.At(week.Last + 1), Value: week.Actual, Seen: week.Known, Partly: !week.Whole, Past: true,
		})
	}
	for _, week := range h.Weeks {
		c.Weeks = append(c.Weeks, chart.Week{
			From: axis.At(week.First), To: axis.At(week.First + 7), Value: week.Actual, Seen: week.Known > 0 && (!c.Mean || week.Seen > 0),
			Expected: week.Expected, Low: week.Low, High: week.High,
		})
	}
	c.Shades = append(axis.Shades(holidays, chart.Holiday, ""), axis.Shades(blind(h, c.Mean), chart.Blind, "")...)
	if h.ChangedOn != nil {
		c.Change = axis.At(*h.ChangedOn)
	}
	return c
}

// OnAxis are the past weeks that begin on an axis.
func OnAxis(past []detector.PastWeek, axis *Axis) []detector.PastWeek {
	for len(past) > 0 && past[0].First < axis.First {
		past = past[1:]
	}
	return past
}

// blind are the days of which nothing is known.
func blind(h *detector.HalfYear, mean bool) (days []signals.Day) {
	for _, week := range h.Past {
		for day := week.First; !week.Known && !mean && day <= week.Last; day++ { // most weeks without a score were without a question
			days = append(days, day)
		}
	}
	return append(days, h.Blind...)
}

// errNoWeeks: columns that do not fit each other.
var errNoWeeks = errors.New("there are no weeks to draw")

// PNG draws the series of an alert. The picture holds numbers and months (2026-03), for no
// font in the program has the characters of all names; the words stand beside it.
func PNG(p *detector.Pictured) ([]byte, error) {
	h := p.HalfYear()
	if len(h.Weeks) == 0 {
		return nil, errNoWeeks
	}
	axis := chart.NewAxis(p.First(), p.Last, func(day time.Time) string { return day.Format("2006-01") })
	c := Of(p.Kind, h, p.Holidays, axis)
	c.Number = func(x float64) string { return message.ShortText(message.English, x) }
	return c.PNG()
}
