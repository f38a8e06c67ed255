package simulate

import (
	"fmt"
	"time"

	"firstsign/signals"
)

// holiday is one public holiday of China, first to last day, with the weekend days
// that are worked in exchange.
type holiday struct {
	first, last string
	worked      []string
}

// publishedHolidays are the holidays that the State Council announced. Other years
// have the days that the calendar or the moon fixes.
var publishedHolidays = map[int][]holiday{
	2025: {
		{"2025-01-01", "2025-01-01", nil}, {"2025-01-28", "2025-02-04", []string{"2025-01-26", "2025-02-08"}},
		{"2025-04-04", "2025-04-06", nil}, {"2025-05-01", "2025-05-05", []string{"2025-04-27"}},
		{"2025-05-31", "2025-06-02", nil}, {"2025-10-01", "2025-10-08", []string{"2025-09-28", "2025-10-11"}},
	},
	2026: {
		{"2026-01-01", "2026-01-03", []string{"2026-01-04"}}, {"2026-02-15", "2026-02-23", []string{"2026-02-14", "2026-02-28"}},
		{"2026-04-04", "2026-04-06", nil}, {"2026-05-01", "2026-05-05", []string{"2026-05-09"}},
		{"2026-06-19", "2026-06-21", nil}, {"2026-09-25", "2026-09-27", nil},
		{"2026-10-01", "2026-10-07", []string{"2026-09-20", "2026-10-10"}},
	},
}

// lunarNewYears are the first days of the lunar years.
var lunarNewYears = map[int]string{
	2020: "2020-01-25", 2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29",
	2026: "2026-02-17", 2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03",
}

// Holidays are the holidays that simulated portfolios keep, as a calendar file
// lists them: the remaining share of a normal day, and the weekend days that are
// worked. Both ends are included.
func Holidays(from, to signals.Day) (holidays map[signals.Day]float64, makeUp map[signals.Day]bool) {
	holidays, makeUp = map[signals.Day]float64{}, map[signals.Day]bool{}
	for day := from; day <= to; day++ {
		switch national, _ := workload(day); {
		case national > 1:
			makeUp[day] = true
		case national < 0.1: // no calendar lists the quiet weeks around the Spring Festival
			holidays[day] = 0
		}
	}
	return holidays, makeUp
}

// workload is the share of a usual day that is worked in China, and by foreign
// companies there. It is 0.02 on a holiday and less than 1 around the Spring
// Festival and at the end of the Western year. It is 2 on a weekend day that is
// worked.
func workload(day signals.Day) (national, abroad float64) {
	national, abroad = 1, 1
	year, month, date := day.Date()
	for _, s := range holidaysOf(year) {
		for _, w := range s.worked {
			if w == day.String() {
				national = 2
			}
		}
		if d := day.String(); d >= s.first && d <= s.last {
			national, abroad = 0.02, 0.15
		}
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

// holidaysOf are the holidays of a year, published or fixed.
func holidaysOf(year int) []holiday {
	if s := publishedHolidays[year]; s != nil {
		return s
	}
	on := func(month time.Month, from, to int) holiday {
		return holiday{fmt.Sprintf("%04d-%02d-%02d", year, month, from), fmt.Sprintf("%04d-%02d-%02d", year, month, to), nil}
	}
	spans := []holiday{on(time.January, 1, 1), on(time.April, 4, 5), on(time.May, 1, 5), on(time.October, 1, 7)}
	if first, err := signals.ParseDay(lunarNewYears[year]); err == nil {
		spans = append(spans, holiday{(first - 1).String(), (first + 6).String(), nil})
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
