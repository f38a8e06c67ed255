package icalendar_test

import (
	"strings"
	"testing"

	"firstsign/config/icalendar"
	"firstsign/signals"
)

// event is an iCalendar file of one event, with CRLF as the standard has it.
func event(lines ...string) string {
	all := append([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", "BEGIN:VEVENT", "UID:x@test", "SUMMARY:Closed"}, lines...)
	return strings.Join(append(all, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

// FuzzRead: whatever a file holds, the answer is days or faults.
func FuzzRead(f *testing.F) {
	f.Add(event("DTSTART;VALUE=DATE:20260217", "DTEND;VALUE=DATE:20260220"))
	f.Add(event("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;INTERVAL=4;COUNT=2;UNTIL=20281224"))
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		faults := icalendar.Read("off.ics", []byte(text), func(first, last signals.Day) {
			if last < first || last-first >= icalendar.MaxDays {
				t.Fatalf("%s to %s", first, last)
			}
			n++
		})
		if n == 0 && len(faults) == 0 && !strings.Contains(text, "CANCELLED") {
			t.Fatal("neither days nor faults")
		}
	})
}
