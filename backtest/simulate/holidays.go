package simulate

import (
	"fmt"
	"time"

	"firstsign/signals"
	"firstsign/signals/holidays"
)

// holiday is one public holiday, first to last day, of a year whose notice is
// not known.
type holiday struct{ first, last string }

// lunarNewYears are the first days of the lunar years.
var lunarNewYears = map[int]string{
	2020: "2020-01-25", 2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29",
	2026: "2026-02-17", 2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03",
}

// Holidays are the holidays that simulated portfolios keep, as a calendar file
// lists them: the remaining share of a normal day, and the weekend days that are
// worked. Both ends are included.
func Holidays(from, to signals.Day) (off map[signals.Day]float64, makeUp map[signals.Day]bool) {
	off, makeUp = map[signals.Day]float64{}, map[signals.Day]bool{}
	for day := from; day <= to; day++ {
		switch national, _ := workload(day); {
		case national > 1:
			makeUp[day] = true
		case national < 0.1: // no calendar lists the quiet weeks around the Spring Festival
			off[day] = 0
		}
	}
	return off, makeUp
}

// workload is the share of a usual day that is worked in China, and by foreign
// companies there. It is 0.02 on a holiday and less than 1 around the Spring
// Festival and at the end of the Western year. It is 2 on a weekend day that is
// worked.
func workload(day signals.Day) (national, abroad float64) {
	national, abroad = 1, 1
	year, month, date := day.Date()
	switch off, worked := official(day, year); {
	case worked:
		national = 2
	case off:
		national, abroad = 0.02, 0.15
	}
	if eve, err := signals.ParseDay(lunarNewYears[year]); err == nil && national == 1 {
		switch away := day - eve; {
		case away >= -7 && away < 0:
			national, abroad = 0.6, 0.8
		case away > 0 && away <= 14: // many return only after the Lantern Festival
			national, abroad = 0.7, 0.9
		}
	}
	if month == time.December && date >= 24 || month == time.January && date == 1 {
		abroad = min(abroad, 0.15)
	}
	return national, abroad
}

// workingDay is the day itself, or the last working day before it.
func workingDay(day signals.Day) signals.Day {
	for {
		national, _ := workload(day)
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		if national > 1 || national > 0.5 && !weekend {
			return day
		}
		day--
	}
}

// official says what the State Council made of a day. A year without a notice
// has the days that the calendar or the moon fixes.
func official(day signals.Day, year int) (off, worked bool) {
	if y, ok := holidays.China(year); ok {
		return y.IsOff(day), y.IsWorked(day)
	}
	for _, s := range fixedHolidays(year) {
		if d := day.String(); d >= s.first && d <= s.last {
			return true, false
		}
	}
	return false, false
}

func fixedHolidays(year int) []holiday {
	on := func(month time.Month, from, to int) holiday {
		return holiday{fmt.Sprintf("%04d-%02d-%02d", year, month, from), fmt.Sprintf("%04d-%02d-%02d", year, month, to)}
	}
	spans := []holiday{on(time.January, 1, 1), on(time.April, 4, 5), on(time.May, 1, 5), on(time.October, 1, 7)}
	if first, err := signals.ParseDay(lunarNewYears[year]); err == nil {
		spans = append(spans, holiday{(first - 1).String(), (first + 6).String()})
	}
	return spans
}

// nextWorkingDay is the day itself, or the first working day after it.
func nextWorkingDay(day signals.Day) signals.Day {
	for workingDay(day) != day {
		day++
	}
	return day
}
