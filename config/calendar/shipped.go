package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firstsign/config/document"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/holidays"
)

// allYears is the calendar of China's official days of all years that are
// known; cn-2026 is one year of it.
const allYears = "cn"

// shippedCalendars are the names that calendars takes.
func shippedCalendars() []string {
	names := []string{allYears}
	for first, last := holidays.ChinaYears(); first <= last; first++ {
		names = append(names, fmt.Sprintf("%s-%d", allYears, first))
	}
	return names
}

// addShipped adds the calendars that are named.
func (c *Calendar) addShipped(d *document.Document, names []string) {
	known := shippedCalendars()
	for i, name := range names {
		at := document.Item("calendars", i)
		switch {
		case !slices.Contains(known, name):
			d.Note(at, "%q does not come with the program%s: there is %s, or one year of it, %s to %s; others are given by files",
				name, fault.DidYouMean(name, known), allYears, known[1], known[len(known)-1])
		case slices.Contains(names[:i], name):
			d.Note(at, "%q is given twice", name)
		case name == allYears:
			for first, last := holidays.ChinaYears(); first <= last; first++ {
				c.addYear(first)
			}
		default:
			year, _ := strconv.Atoi(strings.TrimPrefix(name, allYears+"-"))
			c.addYear(year)
		}
	}
}

// addYear adds the official days of a year.
func (c *Calendar) addYear(year int) {
	y, _ := holidays.China(year)
	for _, day := range y.Off {
		c.holiday(day, 0)
	}
	for _, day := range y.Worked {
		c.makeUp(day)
	}
}

// holiday and makeUp set what a day is. The last call counts.
func (c *Calendar) holiday(day signals.Day, factor float64) {
	c.Holidays[day] = factor
	delete(c.MakeUp, day)
}

func (c *Calendar) makeUp(day signals.Day) {
	c.MakeUp[day] = true
	delete(c.Holidays, day)
}
