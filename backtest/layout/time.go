package layout

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"firstsign/alerting/message"
	"firstsign/internal/chart"
	"firstsign/signals"
)

// CalendarOf is how a language names months and years on an axis.
func CalendarOf(l message.Language) *chart.Calendar {
	if l == message.Chinese {
		return &chineseCalendar
	}
	return &englishCalendar
}

var englishCalendar = chart.Calendar{
	Month: func(m time.Month) string { return m.String()[:3] },
	Year:  strconv.Itoa,
	Both:  func(y int, m time.Month) string { return fmt.Sprintf("%s %d", m.String()[:3], y) },
}

var chineseCalendar = chart.Calendar{
	Month: func(m time.Month) string { return fmt.Sprintf("%d月", m) },
	Year:  strconv.Itoa,
	Both:  func(y int, m time.Month) string { return fmt.Sprintf("%d年%d月", y, m) },
}

// Kind is a kind of event: a class of the style sheet and its name in the legend.
type Kind struct{ Class, Name string }

// Event is what happened on a day, by the number of its kind.
type Event struct {
	Day  signals.Day
	Kind int
}

// Lane is a row of single days below a timeline.
type Lane struct {
	Kind  Kind
	Dates []Date
}

// Losses is the lane of the days of known losses.
func Losses(name string) Lane { return Lane{Kind: Kind{Class: string(chart.LostMark), Name: name}} }

// Date is a day with what happened on it.
type Date struct {
	Day  signals.Day
	Text string
}

// mostMarks is how many days of a lane can be told apart.
const mostMarks = 80

// Timeline counts events by month, or by longer periods of a long history, and marks single
// days. Kinds and lanes of which there is nothing are left out of the legend. A lane of a kind
// that is counted as well has no line of its own in it, and is left out where its days would be
// too many.
func Timeline(l message.Language, label string, first, last signals.Day, kinds []Kind, events []Event, lanes []Lane) Picture {
	axis := chart.NewCalendarAxis(first, last, CalendarOf(l))
	t := &chart.Timeline{Label: label, Span: axis.Weeks, Ticks: axis.Ticks, Number: func(x float64) string { return strconv.Itoa(int(x)) }}
	var p Picture
	days, total := axis.Periods(), make([]int, len(kinds))
	for i, from := range days[:len(days)-1] {
		counts := make([]int, len(kinds))
		for _, e := range events {
			if from <= e.Day && e.Day < days[i+1] {
				counts[e.Kind]++
				total[e.Kind]++
			}
		}
		stack := chart.Stack{From: axis.At(from), To: axis.At(days[i+1])}
		for k, n := range counts {
			stack.Parts = append(stack.Parts, chart.Part{Kind: kinds[k].Class, Height: float64(n), Text: fmt.Sprintf("%s – %s: %d × %s", from, days[i+1]-1, n, kinds[k].Name)})
		}
		t.Stacks = append(t.Stacks, stack)
	}
	for k, n := range total {
		if n > 0 {
			p.Keys = append(p.Keys, Key{chart.Key(chart.BarKey, kinds[k].Class), fmt.Sprintf("%s (%d)", kinds[k].Name, n)})
		}
	}
	for _, lane := range lanes {
		var marks []chart.Mark
		for _, d := range lane.Dates {
			if first <= d.Day && d.Day <= last {
				marks = append(marks, chart.Mark{At: axis.At(d.Day) + 0.5/7, Kind: chart.MarkKind(lane.Kind.Class), Text: d.Day.String() + ": " + d.Text})
			}
		}
		counted := slices.ContainsFunc(kinds, func(k Kind) bool { return k.Class == lane.Kind.Class })
		if counted && len(marks) <= mostMarks && len(marks) > 0 {
			t.Lanes = append(t.Lanes, chart.Lane{Marks: marks})
		}
		if !counted && len(marks) > 0 {
			t.Lanes = append(t.Lanes, chart.Lane{Marks: marks})
			p.Keys = append(p.Keys, Key{chart.Key(chart.MarkKey, lane.Kind.Class), fmt.Sprintf("%s (%d)", lane.Kind.Name, len(marks))})
		}
	}
	p.Chart = t.SVG()
	return p
}

// Percent is a share as a whole percentage.
func Percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
