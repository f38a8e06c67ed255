// Package holidays answers: which days does China take off, and which weekend
// days does it work in exchange?
//
// The days come from lunar-go, which adds a year when the State Council has
// published its notice, usually in November. They stand in no other place of
// this module: calendars of the configuration and simulated portfolios ask here.
package holidays

import (
	"slices"
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"firstsign/signals"
)

// Year is what a notice says of one year, both in order.
type Year struct {
	Off    []signals.Day // weekends inside a holiday too
	Worked []signals.Day // days of a weekend
}

// firstYear is the first of which the library knows more than the last days.
const firstYear = 2002

var china = sync.OnceValue(func() map[int]Year {
	years := map[int]Year{}
	for year := firstYear; ; year++ {
		y := read(year)
		if len(y.Off) == 0 {
			return years
		}
		years[year] = y
	}
})

// read asks the library for a year.
func read(year int) (y Year) {
	list := HolidayUtil.GetHolidaysByYear(year)
	for e := list.Front(); e != nil; e = e.Next() {
		h, ok := e.Value.(*HolidayUtil.Holiday)
		if !ok {
			continue
		}
		day, err := signals.ParseDay(h.GetDay())
		if err != nil {
			continue // a test reads all days of all years
		}
		switch weekday := day.Weekday(); {
		case !h.IsWork():
			y.Off = append(y.Off, day)
		case weekday == time.Saturday || weekday == time.Sunday:
			y.Worked = append(y.Worked, day)
		}
		// The library names two Mondays to Fridays of 2012 as worked: they are anyway.
	}
	return y
}

// China returns the official days of a year; false where they are not known.
func China(year int) (Year, bool) {
	y, ok := china()[year]
	return y, ok
}

// ChinaYears are the first and the last year that are known, and all between.
func ChinaYears() (first, last int) { return firstYear, firstYear + len(china()) - 1 }

// IsOff says whether a day of the year is taken off.
func (y Year) IsOff(day signals.Day) bool {
	_, found := slices.BinarySearch(y.Off, day)
	return found
}

// IsWorked says whether a day of a weekend is worked.
func (y Year) IsWorked(day signals.Day) bool {
	_, found := slices.BinarySearch(y.Worked, day)
	return found
}
