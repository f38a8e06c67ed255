package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

var calendar = &Calendar{
	Month: func(m time.Month) string { return m.String()[:3] },
	Year:  func(y int) string { return fmt.Sprint(y) },
	Both:  func(y int, m time.Month) string { return fmt.Sprintf("%s %d", m.String()[:3], y) },
}

type day int32

func dayOf(t *testing.T, text string) day {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return day(at.Unix() / secondsOfADay)
}

// Ticks are months, or more where months would be many. A year is written at January, and at
// the first tick where none comes before.
func TestCalendarAxis(t *testing.T) {
	for _, test := range []struct{ first, last, want string }{
		{"2026-02-10", "2026-06-01", "Mar 2026 Apr May Jun"},
		{"2025-12-01", "2026-02-01", "Dec 2025 2026 Feb"},
		{"2025-01-01", "2025-12-31", "2025 Mar May Jul Sep Nov"},
		{"2024-01-01", "2025-12-31", "2024 Apr Jul Oct 2025 Apr Jul Oct"},
		{"2010-01-03", "2026-07-22", "2012 2014 2016 2018 2020 2022 2024 2026"},
		{"1900-01-01", "2026-01-01", "1900 1910 1920 1930 1940 1950 1960 1970 1980 1990 2000 2010 2020"},
		{"2026-03-05", "2026-03-20", ""},
	} {
		var got []string
		for _, tick := range NewCalendarAxis(dayOf(t, test.first), dayOf(t, test.last), calendar).Ticks {
			got = append(got, tick.Text)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s to %s: %v, want %s", test.first, test.last, got, test.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, test := range []struct {
		first, last string
		want        int
		second      string
	}{
		{"2026-02-10", "2026-06-01", 5, "2026-03-01"},
		{"2015-02-10", "2026-06-01", 46, "2015-04-01"}, // quarters
		{"1990-02-10", "2026-06-01", 37, "1991-01-01"}, // years
		{"2026-03-05", "2026-03-05", 1, "2026-03-06"},
	} {
		days := NewCalendarAxis(dayOf(t, test.first), dayOf(t, test.last), calendar).Periods()
		if len(days)-1 != test.want || days[1] != dayOf(t, test.second) || days[0] != dayOf(t, test.first) || days[len(days)-1] != dayOf(t, test.last)+1 || !slices.IsSorted(days) {
			t.Errorf("%s to %s: %d periods, the second from %d", test.first, test.last, len(days)-1, days[1])
		}
	}
}

func TestTimeline(t *testing.T) {
	c := &Timeline{Label: "<alerts>", Span: 10, Number: number, Ticks: []Tick{{At: 2, Text: "Mar"}}}
	c.Stacks = []Stack{{0, 5, []Part{{"right", 2, "2 right"}, {"wrong", 0, ""}}}, {5, 10, []Part{{"right", 1, ""}, {"wrong", 4, "4 <b>"}}}}
	c.Lanes = []Lane{{[]Mark{{At: 3, Kind: LostMark, Text: "acme"}, {At: 12, Kind: SignMark}}}, {[]Mark{{At: 1, Kind: "added"}}}}
	got := elements(t, string(c.SVG()))
	for name, want := range map[string]int{"rect.part right": 2, "rect.part wrong": 1, "path.mark lost": 1, "path.mark sign": 1, "circle.mark added": 1, "path.level": 3, "path.axis": 3, "text": 4} {
		if got[name] != want {
			t.Errorf("%d %s, want %d in %v", got[name], name, want, got)
		}
	}
	elements(t, string((&Timeline{}).SVG()))
	for kind, want := range map[KeyKind]string{BarKey: "rect.part x", CurveKey: "path.curve x", DotKey: "circle.dot x", MarkKey: "circle.mark x"} {
		if got := elements(t, string(Key(kind, "x"))); got[want] != 1 {
			t.Errorf("key %d: %v", kind, got)
		}
	}
}

// The heights of a stack add up, and levels of counts are whole.
func TestLevels(t *testing.T) {
	for _, test := range []struct {
		least, most, step float64
		want              string
	}{{0, 4, 1, "[0 1 2 3 4]"}, {0, 6, 1, "[0 2 4 6]"}, {0, 10, 1, "[0 5 10]"}, {0, 1, 0, "[0 0.25 0.5 0.75 1]"}, {-60, 30, 0, "[-50 -25 0 25]"}, {1, 1, 0, "[]"}, {0, math.Inf(1), 1, "[]"}} {
		if got := fmt.Sprint(levels(test.least, test.most, test.step)); got != test.want {
			t.Errorf("%g to %g: %s, want %s", test.least, test.most, got, test.want)
		}
	}
}

func TestLines(t *testing.T) {
	l := &Lines{
		Label: "x", Across: "days", Up: "share", Left: -60, Right: 30, Top: 1, NumberX: number, NumberY: number, UprightText: "the loss",
		Curves: []Curve{{Kind: "one", Points: []XY{{-60, 0.1}, {math.NaN(), 1}, {90, 2}}}, {Kind: "two", Dots: true, Points: []XY{{0, 0.5}}, Text: "<b>"}},
	}
	svg := string(l.SVG())
	got := elements(t, svg)
	for name, want := range map[string]int{"path.curve one": 1, "circle.dot two": 1, "path.bound": 1} {
		if got[name] != want {
			t.Errorf("%d %s, want %d in %v", got[name], name, want, got)
		}
	}
	if !strings.Contains(svg, "L"+place(wideRight)+" "+place(linesTop)) { // what is beyond the axes stays at their end
		t.Error(svg)
	}
	elements(t, string((&Lines{NumberX: number}).SVG()))
}

// A name of a tick that would lie on the one before is left out.
func TestTicksApart(t *testing.T) {
	c := calls(1, 2, 3)
	c.Ticks = []Tick{{At: 0, Text: "2026年3月"}, {At: 0.3, Text: "4月"}, {At: 2, Text: "5月"}}
	svg := string(c.SVG())
	if !strings.Contains(svg, "2026年3月") || strings.Contains(svg, "4月") || !strings.Contains(svg, "5月") {
		t.Error(svg)
	}
	c.Moments = []Mark{{At: 1, Kind: RaisedMark, Text: "alert"}}
	if got := elements(t, string(c.SVG())); got["path.moment raised"] != 1 || got["path.mark raised"] != 1 {
		t.Errorf("%v", got)
	}
}
