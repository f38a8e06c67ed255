package chart

import (
	"math"
	"strings"
	"testing"
)

// risen is a risk that is calm for four weeks and passes the alert's in two.
func risen() *Risk {
	c := &Risk{Label: "risk", Alert: 1, AlertText: "alert", Rare: "unusual", Usual: "usual", Span: 6, Ticks: []Tick{{2, "Apr"}, {5.9, "May"}}}
	for i, end := range []float64{0.2, 0.25, 0.3, 0.2, 3, 40} {
		c.Weeks = append(c.Weeks, RiskWeek{From: float64(i), To: float64(i + 1), End: end, Highest: end, Text: "a week"})
	}
	c.Weeks[1].Highest = 0.9
	return c
}

func TestRiskOverTime(t *testing.T) {
	c := risen()
	c.Episodes = []Shade{{From: 4, To: 6, Kind: Episode}}
	c.Marks = []Mark{{4.5, RaisedMark, "raised"}, {5, AnswerMark, "acknowledged"}, {9, OverMark, "closed after the last day"}}
	got := elements(t, string(c.SVG()))
	for name, want := range map[string]int{
		"circle.value": 4, "circle.value bad": 2, "path.line": 1, "path.area": 1, "path.alert": 1, "path.highest": 1, "rect.episode": 1, "rect.pointed": 6,
		"path.mark raised": 1, "rect.mark answer": 1, "circle.mark over": 1, "text": 4, // May has no room
	} {
		if got[name] != want {
			t.Errorf("%d %s, want %d in %v", got[name], name, want, got)
		}
	}
	if got := elements(t, string(c.Spark())); got["circle.value bad"] != 1 || got["path.alert"] != 1 || got["text"] != 0 {
		t.Errorf("spark: %v", got)
	}
}

// What is kept is rounded: a week that only reaches the alert's risk has not passed it.
func TestRoundedRiskIsNoAlert(t *testing.T) {
	c := risen()
	for i := range c.Weeks {
		c.Weeks[i].End = 1.05
	}
	if got := elements(t, string(c.SVG())); got["circle.value bad"] != 0 {
		t.Errorf("%v", got)
	}
}

func TestRiskOfStrangeNumbers(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	for _, c := range []*Risk{
		{}, {Alert: 1}, {Label: hostile, AlertText: hostile, Rare: hostile, Usual: hostile},
		{Alert: math.Inf(1), Span: 1, Weeks: []RiskWeek{{End: math.NaN(), Highest: 0, Text: hostile}}, Marks: []Mark{{At: math.NaN(), Text: hostile}}, Ticks: []Tick{{0, hostile}}},
	} {
		svg := string(c.SVG() + c.Spark())
		if got := elements(t, "<p>"+svg+"</p>"); got["script"] != 0 || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s", svg)
		}
	}
}

// Weeks before those that are judged stand at their place, without a band.
func TestWeeksOfThePast(t *testing.T) {
	c := calls(4, 3)
	c.Weeks[0].From, c.Weeks[0].To, c.Weeks[1].From, c.Weeks[1].To = 3.4, 4.4, 4.4, 5.4
	past := []Week{{From: 0, To: 1, Value: 90, Seen: true, Past: true}, {From: 1, To: 2, Past: true}, {From: 2, To: 3, Value: 2, Seen: true, Past: true, Partly: true}, {From: 3, To: 3.4, Seen: true, Past: true}}
	c.Weeks, c.Span, c.Ticks = append(past, c.Weeks...), 5.4, []Tick{{1.2, "Apr"}}
	svg := string(c.SVG())
	got := elements(t, svg)
	for name, want := range map[string]int{"rect.value": 2, "rect.value past": 2, "rect.value partly": 1, "rect.value above": 0, "path.band": 1, "text": 3} {
		if got[name] != want {
			t.Errorf("%d %s, want %d in %v", got[name], name, want, got)
		}
	}
	_, band, _ := strings.Cut(svg, `class="band" d="M`)
	if x, _, _ := strings.Cut(band, " "); x != "211.6" { // 34 + 3.4 / 5.4 of 282
		t.Errorf("the band begins at %s", x)
	}
	if strings.Contains(svg, "4 May") {
		t.Error("the axis has both months and days")
	}
}
