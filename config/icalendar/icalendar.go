package icalendar

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"firstsign/internal/fault"
	"firstsign/signals"
)

// MaxDays is the longest event in days.
const MaxDays = 62

// Read calls days with the first and the last day of each event. name stands in
// faults.
func Read(name string, text []byte, days func(first, last signals.Day)) fault.List {
	f := file{name: name, days: days}
	f.read(text)
	return f.faults
}

// file is an iCalendar file while it is read.
type file struct {
	name   string
	lines  []int // of each event
	faults fault.List
	days   func(first, last signals.Day)
}

// maxSize bounds a file of holidays, in bytes.
const maxSize = 4 << 20

func (f *file) note(line int, format string, args ...any) {
	f.faults = append(f.faults, fault.Fault{File: f.name, Line: max(line, 1), Text: fmt.Sprintf(format, args...)})
}

func (f *file) read(text []byte) {
	if len(text) > maxSize {
		f.note(1, "is larger than %d MiB", maxSize>>20)
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

// nameOfEvent is the name by which a person finds the event.
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
func (f *file) event(event *ics.VEvent) error {
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
	if after-first > MaxDays {
		return fmt.Errorf("is longer than %d days", MaxDays)
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

// repeat adds an event and its yearly repetitions on the same date.
func (f *file) repeat(first, more signals.Day, rule string) error {
	startYear, startMonth, startDay := first.Date()
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
			ok = ok && n == int(startMonth)
		case "BYMONTHDAY":
			ok = ok && n == startDay
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
	for year := startYear; year < 2100 && count > 0; year += every {
		t := time.Date(year, startMonth, startDay, 0, 0, 0, 0, time.UTC)
		if t.Day() != startDay {
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
