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
	c := now.chartOf(x, one, &s.Chart)
	if moved {
		f.Reason = now.reasonOf(x, one)
	} else {
		c.Change = -1
	}
	f.Chart = c.SVG()
	return f
}

// idle reports whether a series is of bad news of which there was none.
func idle(s *detector.InspectedSeries) bool {
	return s.Kind == detector.Event && !slices.ContainsFunc(s.Weeks, func(w detector.InspectedWeek) bool { return w.Actual > 0 })
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
		n := 0.0
		for _, week := range s.Weeks {
			n += week.Actual
		}
		return w.Incidents(message.NumberText(n), len(s.Weeks))
	case weeks == 0 && s.Kind == detector.Score:
		return w.NoReading
	case weeks == 0:
		return w.NoData
	case s.Habit == 0:
		return w.NoHabit
	}
	return w.Recent(message.NumberText(actual/weeks), message.NumberText(expected))
}

// chartOf is the chart of a series.
func (p *reading) chartOf(x *detector.Inspection, s *detector.InspectedSeries, w *words.Chart) *chart.Chart {
	c := &chart.Chart{Mean: s.Kind == detector.Score, Habit: s.Habit > 0, Bad: s.Kind == detector.Event, Change: -1, Number: w.Short}
	c.Label = p.seriesName(x.Account, s) + ": " + caption(w, s)
	if len(s.Weeks) == 0 {
		return c
	}
	first := s.Weeks[0].First
	last := first + signals.Day(7*len(s.Weeks)) - 1
	at := func(day signals.Day) float64 { return float64(day-first) / 7 }
	for _, week := range s.Weeks {
		one := chart.Week{Value: week.Actual, Seen: week.Known > 0 && (!c.Mean || week.Seen > 0), Expected: week.Expected, Low: week.Low, High: week.High}
		value := message.NumberText(week.Actual)
		if c.Habit {
			value += ", " + w.Usually(message.NumberText(week.Low), message.NumberText(week.High))
		}
		one.Text = w.Week(message.DateText(p.language, week.First), message.DateText(p.language, week.First+6), value)
		c.Weeks = append(c.Weeks, one)
	}
	for _, span := range spans(x.Holidays) {
		c.Shades = append(c.Shades, chart.Shade{From: max(0, at(span[0])), To: min(float64(len(s.Weeks)), at(span[1]+1)), Kind: chart.Holiday, Text: w.Holiday})
	}
	for _, span := range spans(s.Blind) {
		c.Shades = append(c.Shades, chart.Shade{From: at(span[0]), To: at(span[1] + 1), Kind: chart.Blind, Text: w.NoData})
	}
	if s.ChangedOn != nil {
		c.Change, c.ChangeText = at(*s.ChangedOn), w.ChangedOn+" "+message.DateText(p.language, *s.ChangedOn)
	}
	c.First, c.Last = message.DateText(p.language, first), message.DateText(p.language, last)
	return c
}

// spans joins days that follow each other.
func spans(days []signals.Day) (all [][2]signals.Day) {
	for _, d := range days {
		if n := len(all); n > 0 && all[n-1][1]+1 == d {
			all[n-1][1] = d
			continue
		}
		all = append(all, [2]signals.Day{d, d})
	}
	return all
}
