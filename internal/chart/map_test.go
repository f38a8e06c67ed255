package chart

import (
	"math"
	"strings"
	"testing"
)

func TestMap(t *testing.T) {
	m := &Map{
		Label: "Map <1>", Right: 0.3, Above: 1e6, Fields: [4]string{"potential", "key", "marginal", "ordinary"}, Across: "share", Up: "buys", Number: number,
		Points: []Point{
			{Across: 0.1, Up: 2e5, Size: 100, Kind: "calm", Link: "/accounts/a", Text: "A", Name: "A Ltd"},
			{Across: 0.5, Up: 5e6, Size: 400, Kind: "critical", Shape: Cross, Link: "/accounts/b", Text: "B <b>", Name: "B & Sons", Named: true},
			{Across: 0.5, Up: 5e6, Kind: "warning", Shape: Bar, Link: "/accounts/c", Text: "C", Name: "no room for this one", Named: true},
			{Across: 0.52, Up: 5e6, Kind: "care_overdue", Shape: Ring, Text: "D", Name: strings.Repeat("长", 30), Named: true},
			{Across: 7, Up: 1e5, Kind: "not_judged", Shape: Dashed, Link: "/x?\"y", Text: "E"},
		},
	}
	svg := string(m.SVG())
	count := elements(t, svg)
	for element, want := range map[string]int{
		"circle.spot calm": 1, "circle.spot critical": 1, "circle.spot not_judged dashed": 1, "circle.ring care_overdue": 1, "path.mark": 2, "path.bound": 1, "a": 4, "text.name": 2, "text.name tip": 2,
	} {
		if count[element] != want {
			t.Errorf("%d %s, want %d in %s", count[element], element, want, svg)
		}
	}
	for _, want := range []string{`aria-label="Map &lt;1&gt;"`, "<title>B &lt;b&gt;</title>", "B &amp; Sons", ">1000000<", ">key<", `href="/x?&#34;y"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in %s", want, svg)
		}
	}
	// An area of four times is a radius of twice.
	s := m.scale()
	if small, large := s.radius(100), s.radius(400); math.Abs(large-2*small) > 1e-9 || s.radius(0) != leastRadius || s.x(7) != mapRight {
		t.Errorf("radius %g and %g", small, large)
	}
	// A factor is the same way up everywhere, and all is inside.
	if a, b := s.y(1e5)-s.y(1e6), s.y(1e6)-s.y(1e7); math.Abs(a-b) > 1e-9 || s.y(5e6) < mapTop || s.y(1e5) > mapFoot {
		t.Errorf("ten times is %g and %g high", a, b)
	}
}

// Maps of nothing, of one point and of what are no numbers are drawn all the same.
func TestMapsOfAlmostNothing(t *testing.T) {
	for _, points := range [][]Point{nil, {{Across: 0.5, Up: 1}}, {{Across: math.NaN(), Up: math.Inf(1), Size: math.Inf(1)}}, {{Up: 0}, {Up: -1, Size: -1}}} {
		svg := string((&Map{Points: points, Number: number}).SVG())
		elements(t, svg)
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Error(svg)
		}
	}
	elements(t, string(Sample("critical", Cross)))
	if svg := string(Share("a part", 0.5, 0.1)); elements(t, svg)["rect.risk"] != 1 || !strings.Contains(svg, `width="10"`) {
		t.Error(svg)
	}
}

func TestStepsOfTheMap(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{{5, 6.4, []float64{1e5, 2e5, 5e5, 1e6, 2e6}}, {3, 7, []float64{1e3, 1e4, 1e5, 1e6, 1e7}}, {0.4, 0.5, nil}} {
		got := steps(c.low, c.high)
		if len(got) != len(c.want) {
			t.Fatalf("%v, want %v", got, c.want)
		}
		for i := range got {
			if math.Abs(got[i]/c.want[i]-1) > 1e-9 {
				t.Errorf("%v, want %v", got, c.want)
			}
		}
	}
}
