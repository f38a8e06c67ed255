package config

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"firstsign/config/document"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// icalendar is an iCalendar file (RFC 5545) while it is read: all-day events,
// which other programs export, become holidays.
type icalendar struct {
	name   string
	lines  []int // of each event
	faults fault.List
	days   func(first, last signals.Day)
}

// maxICalendar bounds what a file of holidays can be.
const maxICalendar = 4 << 20

// addFiles adds the iCalendar files that are named; texts has those that are
// there.
func (c *Calendar) addFiles(d *document.Document, names []string, factor float64, texts map[string][]byte) {
	for i, name := range names {
		at := document.Item("files", i)
		text, ok := texts[name]
		switch {
		case filepath.Base(name) != name || filepath.Ext(name) != ".ics":
			d.Note(at, "%q is no name of an iCalendar file (.ics) beside calendar.yaml", name)
		case !ok:
			d.Note(at, "%q is not there", name)
		default:
			file := icalendar{name: filepath.Join(filepath.Dir(d.Name), name), days: func(first, last signals.Day) {
				for day := first; day <= last; day++ {
					c.holiday(day, factor)
				}
			}}
			file.read(text)
			d.Faults = append(d.Faults, file.faults...)
		}
	}
}

// ignored notes the iCalendar files that calendar.yaml does not name: nobody
// puts one there to be left out.
func (c *Calendar) ignored(d *document.Document, names []string, texts map[string][]byte) {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if filepath.Ext(name) == ".ics" && !slices.Contains(names, name) {
			d.Faults = append(d.Faults, fault.Fault{
				File: filepath.Join(filepath.Dir(d.Name), name), Line: 1, Text: "calendar.yaml does not name it under files",
			})
		}
	}
}

func (f *icalendar) note(line int, format string, args ...any) {
	f.faults = append(f.faults, fault.Fault{File: f.name, Line: max(line, 1), Text: fmt.Sprintf(format, args...)})
}

func (f *icalendar) read(text []byte) {
	if len(text) > maxICalendar {
		f.note(1, "is larger than %d MiB", maxICalendar>>20)
		return
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if strings.EqualFold(strings.TrimSpace(string(line)), "BEGIN:VEVENT") {
			f.lines = append(f.lines, number)
		}
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil {
		f.note(1, "not an iCalendar file: %v", err)
		return
	}
	events := calendar.Events()
	if len(events) == 0 {
		f.note(1, "holds no event")
	}
	for i, event := range events {
		line := 1
		if len(events) == len(f.lines) {
			line = f.lines[i]
		}
		if err := f.event(event); err != nil {
			f.note(line, "event %s: %v", nameOfEvent(event), err)
		}
	}
}

// nameOfEvent is what a person finds it by.
func nameOfEvent(event *ics.VEvent) string {
	if uid := value(event, ics.ComponentPropertyUniqueId); uid != "" {
		return strconv.Quote(uid)
	}
	return strconv.Quote(value(event, ics.ComponentPropertySummary))
}

func value(event *ics.VEvent, property ics.ComponentProperty) string {
	if p := event.GetProperty(property); p != nil {
		return p.Value
	}
	return ""
}

// event adds the days of one event.
func (f *icalendar) event(event *ics.VEvent) error {
	if value(event, ics.ComponentPropertyStatus) == "CANCELLED" {
		return nil
	}
	for _, p := range []ics.ComponentProperty{ics.ComponentPropertyExdate, ics.ComponentPropertyRdate, ics.ComponentPropertyRecurrenceId} {
		if event.HasProperty(p) {
			return fmt.Errorf("%s is not read: give its days one by one", p)
		}
	}
	first, err := dateOf(value(event, ics.ComponentPropertyDtStart))
	if err != nil {
		return fmt.Errorf("DTSTART %w", err)
	}
	after := first + 1 // DTEND is the day after the last
	switch end, length := value(event, ics.ComponentPropertyDtEnd), value(event, ics.ComponentPropertyDuration); {
	case end != "":
		if after, err = dateOf(end); err != nil {
			return fmt.Errorf("DTEND %w", err)
		}
	case length != "":
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(length, "P"), "D"))
		if err != nil || length != fmt.Sprintf("P%dD", n) {
			return fmt.Errorf("DURATION %q is not a number of days such as P3D", length)
		}
		after = first + signals.Day(n)
	}
	if after <= first {
		return fmt.Errorf("ends before it begins")
	}
	if after-first > maxHoliday {
		return fmt.Errorf("is longer than %d days", maxHoliday)
	}
	return f.repeat(first, after-first-1, value(event, ics.ComponentPropertyRrule))
}

// dateOf reads a date without a time of day.
func dateOf(text string) (signals.Day, error) {
	t, err := time.Parse("20060102", text)
	if err != nil || t.Year() < 2000 || t.Year() >= 2100 {
		return 0, fmt.Errorf("%q is not a date such as 20260217: only all-day events are holidays", text)
	}
	return signals.Day(t.Unix() / (24 * 60 * 60)), nil
}

// repeat adds an event and its returns, which are yearly on the same date.
func (f *icalendar) repeat(first, more signals.Day, rule string) error {
	start := time.Unix(int64(first)*24*60*60, 0).UTC()
	every, count, until := 1, 1, signals.Day(1<<30)
	if rule != "" {
		count = 100
	}
	for part := range strings.SplitSeq(rule, ";") {
		key, text, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(text)
		ok := err == nil && n > 0
		switch key {
		case "":
			ok = rule == ""
		case "FREQ":
			ok = text == "YEARLY"
		case "INTERVAL":
			every, ok = n, ok && n < 100
		case "COUNT":
			count = n
		case "BYMONTH":
			ok = ok && n == int(start.Month())
		case "BYMONTHDAY":
			ok = ok && n == start.Day()
		case "UNTIL":
			until, err = dateOf(text[:min(len(text), 8)])
			ok = err == nil
		case "WKST":
			ok = true
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("RRULE %q is not read: an event returns yearly on its date, or its days are given one by one", rule)
		}
	}
	for year := start.Year(); year < 2100 && count > 0; year += every {
		t := time.Date(year, start.Month(), start.Day(), 0, 0, 0, 0, time.UTC)
		if t.Day() != start.Day() {
			continue // 29 February
		}
		day := signals.Day(t.Unix() / (24 * 60 * 60))
		if day > until {
			break
		}
		f.days(day, day+more)
		count--
	}
	return nil
}
