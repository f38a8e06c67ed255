package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firstsign/signals"
)

// event is an iCalendar file of one event, with CRLF as the standard has it.
func event(lines ...string) string {
	all := append([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", "BEGIN:VEVENT", "UID:x@test", "SUMMARY:Closed"}, lines...)
	return strings.Join(append(all, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

func withFile(t *testing.T, text, calendar string) (*Config, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{signalsFile: sound[signalsFile], calendarFile: "timezone: Asia/Shanghai\n" + calendar, "off.ics": text})
	c, err := Load(dir)
	if err != nil {
		err = fmt.Errorf("%s", strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	}
	return c, err
}

func holidaysOf(c *Config) (days []string) {
	for day, factor := range c.Calendar.Holidays {
		days = append(days, fmt.Sprint(day, " ", factor))
	}
	slices.Sort(days)
	return days
}

func TestICalendar(t *testing.T) {
	for name, c := range map[string]struct {
		event []string
		want  string
	}{
		"one day":       {[]string{"DTSTART;VALUE=DATE:20260217"}, "2026-02-17 0.1"},
		"three days":    {[]string{"DTSTART;VALUE=DATE:20260217", "DTEND;VALUE=DATE:20260220"}, "2026-02-17 0.1,2026-02-18 0.1,2026-02-19 0.1"},
		"a duration":    {[]string{"DTSTART;VALUE=DATE:20260217", "DURATION:P2D"}, "2026-02-17 0.1,2026-02-18 0.1"},
		"folded":        {[]string{"DTSTART;VALUE=DA", " TE:20260217"}, "2026-02-17 0.1"},
		"yearly, twice": {[]string{"DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;COUNT=2"}, "2026-12-24 0.1,2027-12-24 0.1"},
		"every second":  {[]string{"DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20281224T000000Z"}, "2026-12-24 0.1,2028-12-24 0.1"},
		"leap day":      {[]string{"DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2;BYMONTH=2;BYMONTHDAY=29"}, "2024-02-29 0.1,2028-02-29 0.1"},
		"cancelled":     {[]string{"STATUS:CANCELLED", "DTSTART:20260217T090000Z"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := withFile(t, event(c.event...), "files: [off.ics]\nfiles_factor: 0.1\n")
			if err != nil {
				t.Fatal(err)
			}
			if days := strings.Join(holidaysOf(got), ","); days != c.want {
				t.Errorf("%s, want %s", days, c.want)
			}
		})
	}
	// Without an end it returns to the end of the century.
	got, err := withFile(t, event("DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=YEARLY"), "files: [off.ics]\n")
	if err != nil || len(got.Calendar.Holidays) != 74 {
		t.Errorf("%v, %d days", err, len(got.Calendar.Holidays))
	}
}

func TestICalendarFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, calendar, want string }{
		"a time of day":  {event("DTSTART:20260217T090000Z"), "files: [off.ics]\n", `off.ics:4: event "x@test": DTSTART "20260217T090000Z" is not a date such as 20260217: only all-day events are holidays`},
		"no date":        {event(), "files: [off.ics]\n", `off.ics:4: event "x@test": DTSTART "" is not a date such as 20260217: only all-day events are holidays`},
		"backwards":      {event("DTSTART;VALUE=DATE:20260217", "DTEND;VALUE=DATE:20260217"), "files: [off.ics]\n", `off.ics:4: event "x@test": ends before it begins`},
		"a year":         {event("DTSTART;VALUE=DATE:20260217", "DURATION:P365D"), "files: [off.ics]\n", `off.ics:4: event "x@test": is longer than 62 days`},
		"hours":          {event("DTSTART;VALUE=DATE:20260217", "DURATION:PT3H"), "files: [off.ics]\n", `off.ics:4: event "x@test": DURATION "PT3H" is not a number of days such as P3D`},
		"monthly":        {event("DTSTART;VALUE=DATE:20260217", "RRULE:FREQ=MONTHLY"), "files: [off.ics]\n", `off.ics:4: event "x@test": RRULE "FREQ=MONTHLY" is not read: an event returns yearly on its date, or its days are given one by one`},
		"exceptions":     {event("DTSTART;VALUE=DATE:20260217", "EXDATE;VALUE=DATE:20270217"), "files: [off.ics]\n", `off.ics:4: event "x@test": EXDATE is not read: give its days one by one`},
		"another format": {"2026-02-17\n", "files: [off.ics]\n", `off.ics:1: not an iCalendar file: `},
		"not named":      {event("DTSTART;VALUE=DATE:20260217"), "", `off.ics:1: calendar.yaml does not name it under files`},
		"not there":      {event("DTSTART;VALUE=DATE:20260217"), "files: [off.ics, of.ics]\n", `calendar.yaml:2: files[1]: "of.ics" is not there`},
		"elsewhere":      {event("DTSTART;VALUE=DATE:20260217"), "files: [off.ics, ../x.ics]\n", `calendar.yaml:2: files[1]: "../x.ics" is no name of an iCalendar file (.ics) beside calendar.yaml`},
		"factor":         {event("DTSTART;VALUE=DATE:20260217"), "files: [off.ics]\nfiles_factor: 2\n", `calendar.yaml:3: files_factor: the part of a normal day's contact must be between 0 and 1`},
		"no such":        {event("DTSTART;VALUE=DATE:20260217"), "files: [off.ics]\ncalendars: [cn-2001]\n", `calendar.yaml:3: calendars[0]: "cn-2001" does not come with the program`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := withFile(t, c.text, c.calendar); err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") > 1 {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// What stands in calendar.yaml counts more than files, and those more than
// what comes with the program.
func TestOwnDaysCountMost(t *testing.T) {
	c, err := withFile(t, event("DTSTART;VALUE=DATE:20260214", "DTEND;VALUE=DATE:20260217"),
		"calendars: [cn-2026]\nfiles: [off.ics]\nfiles_factor: 0.2\nholidays: {2026-02-16: 1, 2026-10-10: 0.5}\nmake_up: [2026-02-21]\n")
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) signals.Day { d, _ := signals.ParseDay(s); return d }
	for s, want := range map[string]float64{"2026-02-14": 0.2, "2026-02-15": 0.2, "2026-02-16": 1, "2026-02-17": 0, "2026-10-10": 0.5} {
		if factor, ok := c.Calendar.Holidays[day(s)]; factor != want || !ok || c.Calendar.MakeUp[day(s)] {
			t.Errorf("%s is %v %v", s, factor, ok)
		}
	}
	if _, ok := c.Calendar.Holidays[day("2026-02-21")]; ok || !c.Calendar.MakeUp[day("2026-02-21")] || !c.Calendar.MakeUp[day("2026-02-28")] {
		t.Error("made-up days")
	}
}

// A changed iCalendar file is noticed as any other.
func TestICalendarIsWatched(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"off.ics": event("DTSTART;VALUE=DATE:20260214")})
	before, err := readFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"off.ics": event("DTSTART;VALUE=DATE:20260215")})
	if after, err := readFiles(dir); err != nil || after.fingerprint() == before.fingerprint() {
		t.Errorf("the same fingerprint, %v", err)
	}
}
