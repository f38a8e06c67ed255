package profile

import (
	"cmp"
	"slices"

	"firstsign/alerting/message"
	"firstsign/alerting/picture"
	"firstsign/detector"
	"firstsign/internal/chart"
	"firstsign/web/words"
)

// Series are those that have something to show: the headline's, then those of the
// other reasons of now, then by evidence. Bad news that is no headline comes last of each:
// one bar is no picture. The first of them, moved in number, are about a reason.
func (p *Profile) Series() (all []*detector.InspectedSeries, moved int) {
	x := p.state
	rank := make(map[*detector.InspectedSeries]int, len(x.Series))
	for i := range x.Series {
		if one := &x.Series[i]; !idle(one) {
			all, rank[one] = append(all, one), len(x.Reasons)
		}
	}
	for i := range slices.Backward(x.Reasons) {
		if one := p.About(&x.Reasons[i]); one != nil && !idle(one) {
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

// Figure is the chart of one series. moved: an open alert is about it, so that the change is
// marked, in the alert's words.
func (p *Profile) Figure(one *detector.InspectedSeries, moved bool) Figure {
	f := Figure{Title: p.seriesName(one), Text: caption(p.words, one), Moved: moved}
	c := p.chartOf(one, p.halfYear())
	if moved {
		f.Reason = p.reasonOf(one)
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
func (p *Profile) reasonOf(s *detector.InspectedSeries) string {
	for i := range p.state.Reasons {
		if r := &p.state.Reasons[i]; r.Signal == s.Signal && r.Contact == s.Contact && r.Side == s.Side && r.Term != detector.Rule {
			return message.ReasonText(p.language(), r, p.listed.PersonName(r.Contact))
		}
	}
	return ""
}

// seriesName names a series: "Li Wei's calls".
func (p *Profile) seriesName(s *detector.InspectedSeries) string {
	return words.Capital(message.SeriesText(p.language(), &detector.Reason{Signal: s.Signal, Contact: s.Contact, Side: s.Side}, p.listed.PersonName(s.Contact)))
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

// chartOf is the chart of a series over the weeks of an axis, with words.
func (p *Profile) chartOf(s *detector.InspectedSeries, axis *timeAxis) *chart.Chart {
	w, language := p.words, p.language()
	c := picture.Of(s.Kind, &s.HalfYear, p.state.Holidays, axis)
	c.Number, c.Label = w.Short, p.seriesName(s)+": "+caption(w, s)
	past := picture.OnAxis(s.Past, axis)
	for i, week := range past {
		value := message.NumberText(week.Actual)
		if !week.Whole {
			value += ", " + w.DaysMissing
		}
		c.Weeks[i].Text = w.Week(message.DateText(language, week.First), message.DateText(language, week.Last), value)
	}
	for i, week := range s.Weeks {
		value := message.NumberText(week.Actual)
		if c.Habit {
			value += ", " + w.Usually(message.NumberText(week.Low), message.NumberText(week.High))
		}
		c.Weeks[len(past)+i].Text = w.Week(message.DateText(language, week.First), message.DateText(language, week.First+6), value)
	}
	for i := range c.Shades {
		c.Shades[i].Text = map[chart.ShadeKind]string{chart.Holiday: w.Holiday, chart.Blind: w.NoData}[c.Shades[i].Kind]
	}
	if s.ChangedOn != nil {
		c.ChangeText = w.ChangedOn + " " + message.DateText(language, *s.ChangedOn)
	}
	c.First, c.Last = message.DateText(language, axis.First), message.DateText(language, p.state.AsOf)
	return c
}
