package calendar

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"firstsign/signals"
)

// endingSoon is how many days before its end a calendar is reported.
const endingSoon = 60

// KnownYears are the years whose holidays the calendar knows, in order: those with at
// least half as many days off as the fullest year. A company holiday that repeats every
// year does not make a year known.
func (c *Calendar) KnownYears() []int {
	days, most := map[int]int{}, 0
	for day, factor := range c.Holidays {
		if factor < 1 {
			year, _, _ := day.Date()
			days[year]++
			most = max(most, days[year])
		}
	}
	maps.DeleteFunc(days, func(_, n int) bool { return 2*n < most })
	return slices.Sorted(maps.Keys(days))
}

// End is the last day of the last year whose holidays are known; false for a
// calendar without holidays.
func (c *Calendar) End() (signals.Day, bool) {
	years := c.KnownYears()
	if len(years) == 0 {
		return 0, false
	}
	return lastDayOf(years[len(years)-1]), true
}

func lastDayOf(year int) signals.Day {
	return signals.Day(time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// whatNextYear tells a person what to do about a calendar that ends.
const whatNextYear = "name the next year's holidays in calendar.yaml: calendars: [cn] of a newer version, an iCalendar file, or holidays of your own"

// Ending says that the calendar ends within 60 days of a day, or has ended by
// then; empty when there is nothing to say.
func (c *Calendar) Ending(today signals.Day) string {
	end, ok := c.End()
	left := int(end - today)
	switch {
	case !ok || left > endingSoon:
		return ""
	case left < 0:
		return fmt.Sprintf("the calendar knows no holidays since %s, and holidays look like silence: %s", end+1, whatNextYear)
	}
	return fmt.Sprintf("the calendar knows no holidays after %s (%d days left): %s", end, left, whatNextYear)
}

// Missing says which years of a history the calendar does not know, from the
// first to the last time in Unix nanoseconds; empty when it knows all of them,
// or has no holidays at all.
func (c *Calendar) Missing(first, last int64) string {
	known := c.KnownYears()
	if len(known) == 0 || c.Location == nil {
		return ""
	}
	from, to := time.Unix(0, first).In(c.Location).Year(), time.Unix(0, last).In(c.Location).Year()
	var missing []int
	for year := from; year <= to; year++ {
		if !slices.Contains(known, year) {
			missing = append(missing, year)
		}
	}
	switch n := len(missing); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("calendar.yaml knows no holidays of %d, a year of this history: holidays of that year look like silence", missing[0])
	default:
		return fmt.Sprintf("calendar.yaml knows no holidays of %d years of this history, %d to %d: their holidays look like silence",
			n, missing[0], missing[n-1])
	}
}
