package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// halfYearOfAcme is the state of acme with all its weeks: its risk passed the alert's two
// weeks ago, one week of its orders is not known, and one has days without data.
func halfYearOfAcme(today signals.Day) *detector.Inspection {
	x := stateOfAcme(today)
	x.Raise, x.Risk = 1, 40
	first := judged - 55 - 3 - 18*7 // Monday, 3 days before the judged weeks
	for i := range 18 {
		week := detector.PastWeek{First: first + signals.Day(7*i), Last: first + signals.Day(7*i+6), Known: i != 4, Whole: i != 4 && i != 7, Actual: float64(2 + i%3)}
		x.Series[0].Past = append(x.Series[0].Past, week)
		x.Series[2].Past = append(x.Series[2].Past, detector.PastWeek{First: week.First, Last: week.Last, Known: true, Whole: true, Actual: float64(i % 2)})
	}
	for day := first; day <= judged; day += 7 {
		week := detector.RiskWeek{First: day, Last: min(judged, day+6), Risk: 0.2, Highest: 0.2}
		switch left := judged - day; {
		case left < 7:
			week.Risk, week.Highest = 40, 40
		case left < 14:
			week.Risk, week.Highest = 3, 9
		}
		x.Risks = append(x.Risks, week)
	}
	return x
}

func (c *counter) withHalfYear() *counter {
	parts := c.withState()
	parts.Pages.Accounts = inspectFunc(func(context.Context, string) (*detector.Inspection, error) {
		return halfYearOfAcme(c.snapshot.Day(c.now)), nil
	})
	c.handler = Handler(parts, quiet())
	return c
}

func TestHalfAYear(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {
			"<h2>Risk over half a year</h2>", "<b>Rarer than 7 months of history can show; rising since last week</b>", "On its worst day: ", `class="mark raised"`, `class="episode"`,
			">Sep<", ">Jan<", "days are missing", "no data", "9 in half a year", "What was usual before is not kept",
		},
		message.Chinese: {"<h2>半年风险走势</h2>", "；较上周上升</b>", "当周最高：", ">9月<", "部分日期无数据", "半年内 9"},
	} {
		c := newCounter(t, language).acme().withHalfYear()
		code, page := c.ask(http.MethodGet, "/accounts/acme", nil)
		c.expect(string(language), code, page, 200, want...)
		if n := strings.Count(page, `class="value partly"`); n != 1 {
			t.Errorf("%d bars of weeks with missing days", n)
		}
	}
}

// The list shows twelve weeks of the risk, and how it changed since last week.
func TestRiskInTheList(t *testing.T) {
	for language, want := range map[message.Language]string{message.English: "rising since last week", message.Chinese: "较上周上升"} {
		c := newCounter(t, language).acme().withHalfYear()
		code, page := c.ask(http.MethodGet, "/", nil)
		c.expect(string(language), code, page, 200, `<span class="facts">`+want+"</span></div></div>", `class="spark"`, `<circle class="value bad"`)
	}
}

// An answer and an end are marked on the day on which they came, an alert of long ago not.
func TestMarksOfAlerts(t *testing.T) {
	c := newCounter(t, message.English).acme().withHalfYear()
	c.happens(detector.Closed, 1)
	c.now = c.now.Add(time.Hour)
	_, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	if strings.Count(page, `class="mark raised"`) != 1 || strings.Count(page, `class="mark over"`) != 1 || strings.Count(page, `class="episode"`) != 1 {
		t.Errorf("marks of a closed alert in %s", page)
	}
}
