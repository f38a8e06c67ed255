package config

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"firstsign/config/calendar"
	"firstsign/signals"
)

func dayOf(t *testing.T, text string) signals.Day {
	t.Helper()
	d, err := signals.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// calendarWith reads a calendar.yaml of China's time.
func calendarWith(t *testing.T, text string) *calendar.Calendar {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{signalsFile: sound[signalsFile], calendarFile: "timezone: Asia/Shanghai\n" + text})
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &c.Calendar
}

// cn is all years; cn-2026 is one of them, as before; two of them are both.
func TestShippedCalendars(t *testing.T) {
	all := calendarWith(t, "calendars: [cn]\n")
	if years := all.KnownYears(); years[0] != 2002 || len(years) < 26 || years[len(years)-1] != 2001+len(years) {
		t.Errorf("cn knows %v", years)
	}
	one := calendarWith(t, "calendars: [cn-2026]\n")
	if years := one.KnownYears(); !slices.Equal(years, []int{2026}) || len(one.Holidays) != 33 || len(one.MakeUp) != 6 {
		t.Errorf("cn-2026 knows %v: %d off, %d worked", years, len(one.Holidays), len(one.MakeUp))
	}
	for day := range one.Holidays {
		if factor, ok := all.Holidays[day]; !ok || factor != 0 {
			t.Errorf("cn lacks %s", day)
		}
	}
	two := calendarWith(t, "calendars: [cn-2025, cn-2026]\n")
	if len(two.Holidays) != 28+33 || len(two.MakeUp) != 5+6 {
		t.Errorf("two years: %d off, %d worked", len(two.Holidays), len(two.MakeUp))
	}
}

func TestKnownYears(t *testing.T) {
	tests := []struct {
		name, calendar string
		want           []int
	}{
		{"no holidays", "", nil},
		{"make-up days alone", "make_up: [2026-02-28]\n", nil},
		{"own days", "holidays: {2026-02-17: 0, 2026-10-01: 0.5, 2027-10-01: 0}\n", []int{2026, 2027}},
		{"an own day of next year", "calendars: [cn-2026]\nholidays: {2027-05-20: 0}\n", []int{2026}},
		{"a day like any other", "holidays: {2026-02-17: 0, 2027-02-06: 1}\n", []int{2026}},
		{"a gap", "calendars: [cn-2024, cn-2026]\n", []int{2024, 2026}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := calendarWith(t, test.calendar).KnownYears(); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// A company's day that returns for ever does not make 2099 known.
func TestYearlyDayKnowsNoYear(t *testing.T) {
	c, err := withFile(t, event("DTSTART;VALUE=DATE:20200520", "RRULE:FREQ=YEARLY"), "calendars: [cn-2025, cn-2026]\nfiles: [off.ics]\n")
	if err != nil {
		t.Fatal(err)
	}
	if end, ok := c.Calendar.End(); !ok || end != dayOf(t, "2026-12-31") {
		t.Errorf("ends %s %v", end, ok)
	}
}

func TestEnding(t *testing.T) {
	c := calendarWith(t, "calendars: [cn-2026]\n")
	for today, want := range map[string]string{
		"2026-10-31": "",
		"2026-11-01": "the calendar knows no holidays after 2026-12-31 (60 days left)",
		"2026-12-31": "the calendar knows no holidays after 2026-12-31 (0 days left)",
		"2027-01-01": "the calendar knows no holidays since 2027-01-01",
		"2028-06-01": "the calendar knows no holidays since 2027-01-01",
	} {
		if got := c.Ending(dayOf(t, today)); (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("on %s: %q, want %q", today, got, want)
		}
	}
	if got := calendarWith(t, "").Ending(dayOf(t, "2027-06-01")); got != "" {
		t.Errorf("without holidays: %q", got)
	}
}

// A history is told which of its years have no holidays, in the calendar's zone.
func TestMissing(t *testing.T) {
	at := func(text string) int64 {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixNano()
	}
	tests := []struct{ name, calendar, first, last, want string }{
		{"all known", "calendars: [cn]\n", "2003-01-05T00:00:00Z", "2027-12-31T00:00:00Z", ""},
		{"ends during it", "calendars: [cn-2026]\n", "2026-03-01T00:00:00Z", "2027-02-01T00:00:00Z", "no holidays of 2027,"},
		{"begins during it", "calendars: [cn-2026]\n", "2024-03-01T00:00:00Z", "2026-02-01T00:00:00Z", "2 years of this history, 2024 to 2025"},
		{"new year in Shanghai", "calendars: [cn-2026]\n", "2026-01-05T00:00:00Z", "2026-12-31T16:00:00Z", "no holidays of 2027,"},
		{"still the old year there", "calendars: [cn-2026]\n", "2026-01-05T00:00:00Z", "2026-12-31T15:59:59Z", ""},
		{"no calendar", "", "2026-01-05T00:00:00Z", "2027-12-31T15:59:59Z", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := calendarWith(t, test.calendar).Missing(at(test.first), at(test.last))
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// The service says at its start, and with every change, how long the calendar
// lasts. In the bubble time begins on 1 January 2000.
func TestWatcherTellsTheEndOfTheCalendar(t *testing.T) {
	dir := t.TempDir()
	const day = 24 * time.Hour
	write(t, dir, map[string]string{signalsFile: sound[signalsFile], calendarFile: "timezone: UTC\nholidays: {2000-10-01: 0}\n"})
	watchWith(t, dir, load(t, dir), func(w *Watcher) { w.Interval = day }, func(w *watched) {
		time.Sleep(day / 2)
		synctest.Wait()
		end := float64(time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC).Unix())
		if got := testutil.ToFloat64(w.Metrics.calendarEnd); got != end || strings.Contains(w.log.String(), "calendar knows") {
			t.Errorf("end %v, want %v; log %s", got, end, w.log.String())
		}
		time.Sleep(330 * day)
		write(t, dir, map[string]string{calendarFile: "timezone: UTC\nholidays: {2000-05-01: 0, 2000-10-01: 0}\n"})
		time.Sleep(3 * day)
		synctest.Wait()
		if !strings.Contains(w.log.String(), "the calendar knows no holidays after 2000-12-31") {
			t.Errorf("log %s", w.log.String())
		}
		write(t, dir, map[string]string{calendarFile: "timezone: UTC\n"})
		time.Sleep(3 * day)
		synctest.Wait()
		if got := testutil.ToFloat64(w.Metrics.calendarEnd); got != 0 {
			t.Errorf("without holidays %v", got)
		}
	})
}
