package holidays_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"firstsign/signals"
	"firstsign/signals/holidays"
)

func day(t *testing.T, text string) signals.Day {
	t.Helper()
	d, err := signals.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The files in testdata were written down from the notices of the State
// Council, which they cite. The library must say the same, day for day.
func TestLibraryEqualsTheNotices(t *testing.T) {
	for year, name := range map[int]string{2025: "cn-2025.yaml", 2026: "cn-2026.yaml"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var notice struct {
			Holidays map[string]float64 `yaml:"holidays"`
			MakeUp   []string           `yaml:"make_up"`
		}
		if err := yaml.Unmarshal(text, &notice); err != nil {
			t.Fatal(err)
		}
		var want holidays.Year
		for span := range notice.Holidays {
			from, to, isSpan := strings.Cut(span, "..")
			if !isSpan {
				to = from
			}
			for d := day(t, from); d <= day(t, to); d++ {
				want.Off = append(want.Off, d)
			}
		}
		for _, text := range notice.MakeUp {
			want.Worked = append(want.Worked, day(t, text))
		}
		slices.Sort(want.Off)
		got, ok := holidays.China(year)
		if !ok || !slices.Equal(got.Off, want.Off) || !slices.Equal(got.Worked, want.Worked) {
			t.Errorf("%d: library off %v worked %v\nnotice off %v worked %v", year, got.Off, got.Worked, want.Off, want.Worked)
		}
	}
}

// Every year from 2002 on has as many days as a Chinese year can have, in
// order, each once, and works on weekends only.
func TestEveryYearIsPlausible(t *testing.T) {
	first, last := holidays.ChinaYears()
	if first != 2002 || last < 2027 {
		t.Fatalf("knows %d to %d, want 2002 to 2027 at least", first, last)
	}
	for year := first; year <= last; year++ {
		y, ok := holidays.China(year)
		if !ok || len(y.Off) < 20 || len(y.Off) > 36 || len(y.Worked) < 4 || len(y.Worked) > 10 {
			t.Errorf("%d: %d days off, %d worked", year, len(y.Off), len(y.Worked))
		}
		for _, list := range [][]signals.Day{y.Off, y.Worked} {
			for i, d := range list {
				if in, _, _ := d.Date(); in != year || i > 0 && d <= list[i-1] {
					t.Errorf("%d has %s at %d", year, d, i)
				}
			}
		}
		for _, d := range y.Worked {
			if w := d.Weekday(); w != time.Saturday && w != time.Sunday || y.IsOff(d) || !y.IsWorked(d) {
				t.Errorf("%d works on %s, a %s", year, d, w)
			}
		}
	}
	for _, year := range []int{first - 1, last + 1} {
		if _, ok := holidays.China(year); ok {
			t.Errorf("knows %d", year)
		}
	}
}

// Days of old and coming years, looked up in the notices by hand.
func TestDaysOfOtherYears(t *testing.T) {
	for text, want := range map[string]string{
		"2010-10-01": "off", "2015-09-03": "off", "2015-09-06": "worked", "2020-01-31": "off", "2020-01-19": "worked",
		"2024-02-17": "off", "2024-02-18": "worked", "2027-02-05": "off", "2027-10-09": "worked", "2012-10-08": "", "2024-03-05": "",
	} {
		d := day(t, text)
		year, _, _ := d.Date()
		y, _ := holidays.China(year)
		got := ""
		switch {
		case y.IsOff(d):
			got = "off"
		case y.IsWorked(d):
			got = "worked"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
