package web

import (
	"cmp"
	"html/template"
	"slices"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/chart"
	"firstsign/web/words"
)

// seriesPage is how many charts one page of an account shows.
const seriesPage = 12

// foremost is how many charts stand beside the words of an alert.
const foremost = 2

// figure is a chart with its words.
type figure struct {
	Title, Text string
	Reason      string // the alert's reason in its place: one number for one fact
	Moved       bool   // an alert's reason is about it
	Chart       template.HTML
}

// figures are the charts of an account: those of its open alerts beside their words, and the
// others from one on. next is the first of the page behind, 0 when there is none.
func (s *accountSheet) figures(now *reading, x *detector.Inspection, from int) (next int) {
	all, moved := bySign(x)
	if !slices.ContainsFunc(s.Now, func(one nowRow) bool { return !one.Neglect }) {
		moved = 0 // what moved is not unusual enough for an alert: nothing is marked
	}
	shown := 0 // beside the words of a drift
	for i := range s.Now {
		one := &s.Now[i]
		if ours := seriesOf(x, one.sign); one.Neglect && ours != nil {
			one.Figures = append(one.Figures, s.figure(now, x, ours, false))
		}
		for !one.Neglect && shown < min(foremost, moved) {
			one.Figures = append(one.Figures, s.figure(now, x, all[shown], true))
			shown++
		}
	}
	if from == 0 {
		from = shown
	}
	from = min(from, len(all))
	until := min(len(all), from+seriesPage)
	for i, one := range all[from:until] {
		s.Figures = append(s.Figures, s.figure(now, x, one, from+i < moved))
	}
	if until < len(all) {
		return until
	}
	return 0
}

// bySign are the series that have something to show: the headline's, then those of the
// other reasons of now, then by evidence. Bad news that is no headline comes last of each:
// one bar is no picture. The first of them, moved in number, are about a reason.
func bySign(x *detector.Inspection) (all []*detector.InspectedSeries, moved int) {
	rank := make(map[*detector.InspectedSeries]int, len(x.Series))
	for i := range x.Series {
		if one := &x.Series[i]; !idle(one) {
			all, rank[one] = append(all, one), len(x.Reasons)
		}
	}
	for i := range slices.Backward(x.Reasons) {
		if one := seriesOf(x, &x.Reasons[i]); one != nil && !idle(one) {
			rank[one] = i
		}
	}
	has := func(one *detector.InspectedSeries) bool { return rank[one] < len(x.Reasons) }
	slices.SortStableFunc(all, func(a, b *detector.InspectedSeries) int {
		return cmp.Or(first(rank[a] == 0, rank[b] == 0), first(has(a), has(b)), first(a.Kind != detector.Event, b.Kind != detector.Event),
			cmp.Compare(rank[a], rank[b]), first(!rare(a), !rare(b)), cmp.Compare(b.Nats, a.Nats))
	})
	for moved < len(all) && has(all[moved]) {
		moved++
	}
	return all, moved
}

// figure is the chart of one series. moved: an open alert is about it, so that the change is
// marked, in the alert's words.
func (s *accountSheet) figure(now *reading, x *detector.Inspection, one *detector.InspectedSeries, moved bool) figure {
	f := figure{Title: now.seriesName(x.Account, one), Text: caption(&s.Chart, one), Moved: moved}
	c := now.chartOf(x, one, s.axis, &s.Chart)
	if moved {
		f.Reason = now.reasonOf(x, one)
	} else {
		c.Change = -1
	}
	f.Chart = c.SVG()
	return f
}

// idle reports whether a series is of bad news of which there was none in half a year.
func idle(s *detector.InspectedSeries) bool {
	return s.Kind == detector.Event && incidents(s) == 0
}

// incidents is how often bad news came in half a year.
func incidents(s *detector.InspectedSeries) (n float64) {
	for _, w := range s.Past {
		n += w.Actual
	}
	for _, w := range s.Weeks {
		n += w.Actual
	}
	return n
}

// rare reports whether most weeks of a count are usually empty: its chart says little.
func rare(s *detector.InspectedSeries) bool {
	return s.Kind == detector.Event || s.Kind == detector.Count && s.Usual < 0.5
}

// reasonOf is the reason that is about a series, in words; empty when there is none.
func (p *reading) reasonOf(x *detector.Inspection, s *detector.InspectedSeries) string {
	for i := range x.Reasons {
		if r := &x.Reasons[i]; r.Signal == s.Signal && r.Contact == s.Contact && r.Side == s.Side && r.Term != detector.Rule {
			return message.ReasonText(p.language, r, p.person(x.Account, r.Contact))
		}
	}
	return ""
}

// seriesName names a series: "Li Wei's calls".
func (p *reading) seriesName(account string, s *detector.InspectedSeries) string {
	return capital(message.SeriesText(p.language, &detector.Reason{Signal: s.Signal, Contact: s.Contact, Side: s.Side}, p.person(account, s.Contact)))
}

// person is the name of a contact, or the id where the files give none.
func (p *reading) person(account, contact string) string {
	if a := p.snapshot.Accounts.Get(account); a != nil {
		for i := range a.Contacts {
			if a.Contacts[i].ID == contact {
				return cmp.Or(a.Contacts[i].Name, contact)
			}
		}
	}
	return contact
}

// recentWeeks are what a caption sums up.
const recentWeeks = 4

// caption compares the last weeks with the habit.
func caption(w *words.Chart, s *detector.InspectedSeries) string {
	var actual, expected, weeks float64
	for _, week := range s.Weeks[max(0, len(s.Weeks)-recentWeeks):] {
		part := float64(week.Known) / 7
		if s.Kind == detector.Score {
			part = min(1, float64(week.Seen))
		}
		if part > 0 {
			actual, weeks = actual+week.Actual*map[bool]float64{true: part, false: 1}[s.Kind == detector.Score], weeks+part
		}
		expected += week.Expected / recentWeeks
	}
	switch {
	case s.Kind == detector.Event:
		return w.Incidents(message.NumberText(incidents(s)))
	case weeks == 0 && s.Kind == detector.Score:
		return w.NoReading
	case weeks == 0:
		return w.NoData
	case s.Habit == 0:
		return w.NoHabit
	}
	return w.Recent(message.NumberText(actual/weeks), message.NumberText(expected))
}

// chartOf is the chart of a series over the weeks of an axis. The habit stands beside those
// that it is judged by; what was usual before is not kept.
func (p *reading) chartOf(x *detector.Inspection, s *detector.InspectedSeries, axis *timeAxis, w *words.Chart) *chart.Chart {
	c := &chart.Chart{Mean: s.Kind == detector.Score, Habit: s.Habit > 0, Bad: s.Kind == detector.Event, Change: -1, Number: w.Short}
	c.Label = p.seriesName(x.Account, s) + ": " + caption(w, s)
	c.Span, c.Ticks = axis.Weeks, axis.Ticks
	for _, week := range s.Past {
		if week.First >= axis.First {
			c.Weeks = append(c.Weeks, p.pastWeek(&week, axis, w))
		}
	}
	for _, week := range s.Weeks {
		one := chart.Week{
			From: axis.At(week.First), To: axis.At(week.First + 7), Value: week.Actual, Seen: week.Known > 0 && (!c.Mean || week.Seen > 0),
			Expected: week.Expected, Low: week.Low, High: week.High,
		}
		value := message.NumberText(week.Actual)
		if c.Habit {
			value += ", " + w.Usually(message.NumberText(week.Low), message.NumberText(week.High))
		}
		one.Text = w.Week(message.DateText(p.language, week.First), message.DateText(p.language, week.First+6), value)
		c.Weeks = append(c.Weeks, one)
	}
	c.Shades = shades(x, s, axis, w)
	if s.ChangedOn != nil {
		c.Change, c.ChangeText = axis.At(*s.ChangedOn), w.ChangedOn+" "+message.DateText(p.language, *s.ChangedOn)
	}
	c.First, c.Last = message.DateText(p.language, axis.First), message.DateText(p.language, x.AsOf)
	return c
}

// pastWeek is a week before those that a series is judged by.
func (p *reading) pastWeek(week *detector.PastWeek, axis *timeAxis, w *words.Chart) chart.Week {
	value := message.NumberText(week.Actual)
	if !week.Whole {
		value += ", " + w.DaysMissing
	}
	return chart.Week{
		From: axis.At(week.First), To: axis.At(week.Last + 1), Value: week.Actual, Seen: week.Known, Partly: !week.Whole, Past: true,
		Text: w.Week(message.DateText(p.language, week.First), message.DateText(p.language, week.Last), value),
	}
}

// shades are the holidays, and the days of which nothing is known.
func shades(x *detector.Inspection, s *detector.InspectedSeries, axis *timeAxis, w *words.Chart) []chart.Shade {
	var blind []signals.Day
	for _, week := range s.Past {
		for day := week.First; !week.Known && s.Kind != detector.Score && day <= week.Last; day++ { // most weeks without a score were without a question
			blind = append(blind, day)
		}
	}
	return append(axis.Shades(x.Holidays, chart.Holiday, w.Holiday), axis.Shades(append(blind, s.Blind...), chart.Blind, w.NoData)...)
}
