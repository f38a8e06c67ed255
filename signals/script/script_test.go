package script

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/signals"
)

func day(s string) signals.Day {
	d, err := signals.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// play returns what happens, a line for each, and counts it by day.
func play(s *Script) (lines []string, byDay map[string]int) {
	byDay = map[string]int{}
	location, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	stream := s.History(location)
	for {
		line, err := stream.Next()
		if err == io.EOF {
			return lines, byDay
		}
		in := &line.Interaction
		at := time.Unix(0, in.Time).In(location)
		lines = append(lines, fmt.Sprintf("%s %s %s", at.Format("01-02 15:04"), in.Account, in.Signal))
		byDay[at.Format(time.DateOnly)]++
	}
}

func TestHistory(t *testing.T) {
	call := Deed{Account: "acme", Signal: "call", Source: "pbx"}
	monday, sunday := day("2026-03-02"), day("2026-03-15")
	tests := []struct {
		name   string
		script Script
		want   string
	}{
		{"five a week are one each working day", Script{End: day("2026-03-08"), Habits: []Habit{{Deed: call, AWeek: 5}}},
			"03-02 13:00 03-03 13:00 03-04 13:00 03-05 13:00 03-06 13:00"},
		{"one a week is every fifth working day", Script{Habits: []Habit{{Deed: call, AWeek: 1}}}, "03-06 13:00 03-13 13:00"},
		{"two and a half a week", Script{Habits: []Habit{{Deed: call, AWeek: 2.5}}}, "03-03 13:00 03-05 13:00 03-09 13:00 03-11 13:00 03-13 13:00"},
		{"two on a day", Script{End: monday, Habits: []Habit{{Deed: call, AWeek: 10}}}, "03-02 11:00 03-02 15:00"},
		{"weekends as other days", Script{Habits: []Habit{{Deed: call, AWeek: 1, Weekends: true}}}, "03-08 13:00 03-15 13:00"},
		{"until is the last day", Script{Habits: []Habit{{Deed: call, AWeek: 5, Span: Span{From: day("2026-03-05"), Until: day("2026-03-09")}}}},
			"03-05 13:00 03-06 13:00 03-09 13:00"},
		{"a pause is not made up for", Script{Habits: []Habit{{Deed: call, AWeek: 2.5}}, Pauses: []Span{{day("2026-03-04"), day("2026-03-10")}}},
			"03-03 13:00 03-11 13:00 03-13 13:00"},
		{"a dead feed", Script{
			Habits:    []Habit{{Deed: call, AWeek: 1}, {Deed: Deed{Account: "acme", Signal: "order", Source: "erp"}, AWeek: 1}},
			DeadFeeds: []Outage{{"pbx", Span{day("2026-03-06"), day("2026-03-06")}}}}, "03-06 13:00 03-13 13:00 03-13 13:00"},
		{"an event comes in a pause, too", Script{
			Events: []Event{{Deed: call, On: day("2026-03-07")}}, Pauses: []Span{{monday, sunday}}}, "03-07 12:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.script.Start = monday
			if test.script.End == 0 {
				test.script.End = sunday
			}
			lines, _ := play(&test.script)
			var times []string
			for _, l := range lines {
				times = append(times, l[:len("03-02 13:00")])
			}
			if got := strings.Join(times, " "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A record says all that the deed does.
func TestRecord(t *testing.T) {
	s := &Script{Start: day("2026-03-02"), End: day("2026-03-03"), Events: []Event{{
		Deed: Deed{Account: "acme", Signal: "call", Contact: "li", Source: "pbx", Value: new(2.5), Attributes: map[string]string{"direction": "outbound", "action": "x"}},
		On:   day("2026-03-02"), Text: "你好",
	}}}
	line, err := s.History(time.UTC).Next()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"2026-03-02T12:00:00Z","account":"acme","signal":"call","value":2.5,"contact":"li","source":"pbx","text":"你好","attributes":{"action":"x","direction":"outbound"}}`
	if string(line.Value) != want {
		t.Errorf("got  %s\nwant %s", line.Value, want)
	}
}

// The background does each kind of the habits twice on each working day, and as
// nobody in particular.
func TestBackground(t *testing.T) {
	s := &Script{
		Start: day("2026-03-02"), End: day("2026-03-08"), Background: 3,
		Habits: []Habit{
			{Deed: Deed{Account: "acme", Signal: "call", Source: "pbx", Contact: "li"}, AWeek: 5, Span: Span{Until: day("2026-03-02")}},
			{Deed: Deed{Account: "acme", Signal: "call", Source: "pbx", Contact: "min"}, AWeek: 5, Span: Span{Until: day("2026-03-02")}},
			{Deed: Deed{Account: "acme", Signal: "call", Source: "pbx", Attributes: map[string]string{"direction": "outbound"}}, AWeek: 5, Span: Span{Until: day("2026-03-02")}},
		},
	}
	lines, byDay := play(s)
	if len(lines) != 3+3*2*10 || byDay["2026-03-06"] != 12 || byDay["2026-03-07"] != 0 {
		t.Errorf("%d things, by day %v", len(lines), byDay)
	}
	if got := s.Extras(); !slices.Equal(got, []string{"background-01", "background-02", "background-03"}) {
		t.Errorf("extras %v", got)
	}
}

// A seed makes days uneven, the same each time, with the same mean; what is
// planned stays even.
func TestSeed(t *testing.T) {
	uneven := func(seed int, planned bool) *Script {
		return &Script{Start: day("2024-01-01"), End: day("2026-12-31"), Seed: seed,
			Habits: []Habit{{Deed: Deed{Account: "acme", Signal: "call"}, AWeek: 15, Planned: planned}}}
	}
	first, byDay := play(uneven(1, false))
	again, _ := play(uneven(1, false))
	other, _ := play(uneven(2, false))
	if !slices.Equal(first, again) || slices.Equal(first, other) {
		t.Error("a seed does not decide what happens")
	}
	n, sum, square := 0.0, 0.0, 0.0
	for d := day("2024-01-01"); d <= day("2026-12-31"); d++ {
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			x := float64(byDay[d.String()])
			n, sum, square = n+1, sum+x, square+x*x
		}
	}
	mean := sum / n
	variance := square/n - mean*mean
	// Four standard errors of a mean of 3, and of the variance of Poisson(3), over 784 days.
	if math.Abs(mean-3) > 4*math.Sqrt(3/n) || math.Abs(variance-3) > 4*math.Sqrt((3+2*9)/n) {
		t.Errorf("mean %.2f and variance %.2f over %.0f days, want about 3 and 3", mean, variance, n)
	}
	_, even := play(uneven(1, true))
	if counts := slices.Compact(slices.Sorted(maps.Values(even))); !slices.Equal(counts, []int{3}) {
		t.Errorf("planned: %v a day", counts)
	}
}

// Even habits come as often as they should to within one, in order of time.
func TestEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks := rapid.IntRange(1, 60).Draw(t, "weeks")
		rate := float64(rapid.IntRange(1, 700).Draw(t, "tenths")) / 10
		weekends := rapid.Bool().Draw(t, "weekends")
		s := &Script{Start: day("2026-03-02"), End: day("2026-03-02") + signals.Day(7*weeks) - 1,
			Habits: []Habit{{Deed: Deed{Account: "acme", Signal: "call"}, AWeek: rate, Weekends: weekends}}}
		lines, _ := play(s)
		if want := rate * float64(weeks); math.Abs(float64(len(lines))-want) >= 1 {
			t.Fatalf("%d in %d weeks of %v", len(lines), weeks, rate)
		}
		if !slices.IsSorted(lines) && weeks < 40 { // within a year days sort as text
			t.Fatal("not in order of time")
		}
	})
}
