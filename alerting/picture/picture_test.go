package picture

import (
	"bytes"
	"image/png"
	"testing"

	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/chart"
	"firstsign/signals"
)

func TestPNG(t *testing.T) {
	one, err := PNG(messagetest.Calls())
	if err != nil {
		t.Fatal(err)
	}
	if two, err := PNG(messagetest.Calls()); err != nil || !bytes.Equal(one, two) {
		t.Errorf("the same weeks give two pictures: %v", err)
	}
	if _, err := png.Decode(bytes.NewReader(one)); err != nil || len(one) > 40_000 {
		t.Errorf("%d bytes, %v", len(one), err)
	}
}

// What nobody writes is an error, and no panic.
func TestPNGOfWhatDoesNotFit(t *testing.T) {
	for _, p := range []*detector.Pictured{
		{}, {Actual: []float32{1, 2}}, {Actual: []float32{1}, Known: []int{7}, Seen: []int{7}, Habit: 3, High: []float32{1}},
	} {
		if drawn, err := PNG(p); err == nil {
			t.Errorf("%+v gives %d bytes", p, len(drawn))
		}
	}
}

// Weeks stand at their days, and the habit beside those that are judged.
func TestChart(t *testing.T) {
	changed, first := signals.Day(20000), signals.Day(19993)
	h := &detector.HalfYear{
		Habit: 100, ChangedOn: &changed, Blind: []signals.Day{20003},
		Weeks: []finding.Week{{First: first, Known: 7, Seen: 3, Actual: 3, Expected: 3.5, Low: 1, High: 6}, {First: first + 7, Known: 6, Expected: 3}},
		Past:  []finding.PastWeek{{First: first - 16, Last: first - 10, Known: true, Whole: true, Actual: 9}, {First: first - 9, Last: first - 3}, {First: first - 2, Last: first - 1, Known: true, Actual: 1}},
	}
	axis := chart.NewAxis(first-9, first+13, nil)
	c := Of(series.Count, h, []signals.Day{first - 20, first}, axis)
	if len(c.Weeks) != 4 || c.Weeks[0].Seen || !c.Weeks[1].Partly || !c.Weeks[1].Past || c.Weeks[2].Past || c.Weeks[2].High != 6 || c.Weeks[2].From != 9.0/7 || !c.Weeks[3].Seen {
		t.Errorf("weeks %+v", c.Weeks)
	}
	if c.Change != 16.0/7 || !c.Habit || c.Mean || c.Bad {
		t.Errorf("chart %+v", c)
	}
	want := []chart.Shade{{From: 9.0 / 7, To: 10.0 / 7, Kind: chart.Holiday}, {From: 0, To: 1, Kind: chart.Blind}, {From: 19.0 / 7, To: 20.0 / 7, Kind: chart.Blind}}
	for i := range want {
		if i >= len(c.Shades) || c.Shades[i] != want[i] {
			t.Errorf("shades %+v, want %+v", c.Shades, want)
			break
		}
	}
	if c := Of(series.Score, h, nil, axis); !c.Mean || c.Weeks[3].Seen || len(c.Shades) != 1 {
		t.Errorf("of a score: %+v", c)
	}
	if c := Of(series.Event, &detector.HalfYear{Weeks: h.Weeks}, nil, axis); !c.Bad || c.Change >= 0 {
		t.Errorf("of bad news: %+v", c)
	}
}
