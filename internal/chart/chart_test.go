package chart

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func calls(values ...float64) *Chart {
	c := &Chart{Label: "calls", Habit: true, Change: -1, Number: number, First: "4 May", Last: "28 Jun"}
	for _, v := range values {
		c.Weeks = append(c.Weeks, Week{Value: v, Seen: true, Expected: 3.5, Low: 1, High: 6})
	}
	return c
}

// elements counts the elements of a drawing by name and class, and fails when it is no XML.
func elements(t *testing.T, svg string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return count
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			name := e.Name.Local
			for _, a := range e.Attr {
				if a.Name.Local == "class" {
					name += "." + a.Value
				}
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s has %s", name, a.Name.Local)
				}
			}
			count[name]++
		}
	}
}

func TestBarsBesideTheHabit(t *testing.T) {
	c := calls(4, 3, 9, 0)
	c.Change, c.ChangeText = 3, "no calls since 22 Jun"
	c.Shades = []Shade{{0, 1, Holiday, "holiday"}, {1, 1.5, Blind, "no data"}}
	got := elements(t, string(c.SVG()))
	for name, want := range map[string]int{
		"rect.value": 2, "rect.value above": 1, "rect.value below": 1, "path.band": 1, "path.expected": 1, "path.change": 1,
		"rect.holiday": 1, "rect.blind": 1, "text": 4,
	} {
		if got[name] != want {
			t.Errorf("%d %s, want %d in %v", got[name], name, want, got)
		}
	}
	if none := elements(t, string(c.Spark())); none["text"] != 0 || none["rect.value below"] != 1 {
		t.Errorf("spark: %v", none)
	}
}

func TestMeansArePoints(t *testing.T) {
	c := calls(4, 3)
	c.Mean = true
	c.Weeks[1].Seen = false // nobody was asked in that week
	got := elements(t, string(c.SVG()))
	if got["circle.value"] != 1 || got["path.line"] != 1 || got["rect.value"] != 0 {
		t.Errorf("got %v", got)
	}
}

func TestWithoutAHabitOrValues(t *testing.T) {
	c := calls(1)
	c.Habit, c.Bad = false, true
	if got := elements(t, string(c.SVG())); got["path.band"] != 0 || got["path.expected"] != 0 || got["rect.value bad"] != 1 {
		t.Errorf("without a habit: %v", got)
	}
	elements(t, string((&Chart{Change: -1}).SVG()))
	elements(t, string((&Chart{Change: -1}).Spark()))
}

// Names are text in it, and a number that is none draws nothing wild.
func TestNamesAndNumbersDoNothing(t *testing.T) {
	c := calls(math.NaN(), math.Inf(1))
	const hostile = `"><script>alert(1)</script><g a="`
	c.Label, c.First, c.ChangeText, c.Change = hostile, hostile, hostile, 1
	c.Weeks[0].Text = hostile
	svg := string(c.SVG())
	if got := elements(t, svg); got["script"] != 0 || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("got %v in %s", got, svg)
	}
}

func TestNice(t *testing.T) {
	for x, want := range map[float64]float64{1: 1, 1.1: 1.2, 7: 8, 9: 10, 23: 25, 0.013: 0.015, 640: 800} {
		if got := nice(x); math.Abs(got-want) > 1e-12 {
			t.Errorf("nice(%g) = %g, want %g", x, got, want)
		}
	}
}

// Points lie where both axes say, those off the diagonal by more than chance are marked, and
// nothing seen is a line to the edge.
func TestAgreement(t *testing.T) {
	a := &Agreement{
		Label: "a <plot>", Promised: "promised", Found: "seen", Number: func(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) },
		Points: []Agreed{
			{Promised: 2, Found: 2, Low: 1, High: 4, Text: "agrees"}, {Promised: 4, Found: 20, Low: 10, High: 40, Text: "too rare"},
			{Promised: 8, Found: math.Inf(1), Low: 5, High: math.Inf(1)},
		},
	}
	svg := string(a.SVG())
	for _, want := range []string{`aria-label="a &lt;plot&gt;"`, `<circle class="value" `, `<circle class="value bad" `, "<title>too rare</title>", ">5</text>", ">20</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s: %s", want, svg)
		}
	}
	if strings.Count(svg, "<circle") != 2 || strings.Count(svg, `class="line"`) != 3 || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
	if empty := string((&Agreement{Number: a.Number}).SVG()); strings.Contains(empty, "NaN") || strings.Contains(empty, "<circle") {
		t.Error(empty)
	}
	wide := &square{0.001, 5000}
	if ticks := wide.ticks(); len(ticks) > 8 || ticks[0] != 0.001 {
		t.Errorf("%v", ticks)
	}
}
