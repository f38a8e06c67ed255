package series

import (
	"time"

	"firstsign/signals"
)

// Calendar says what to expect of a day before anybody was seen on it.
type Calendar struct {
	// Holidays are days on which less is expected: 0 nothing, 1 a normal day.
	Holidays map[signals.Day]float64
	// MakeUp days are weekend days that are worked like a Monday.
	MakeUp map[signals.Day]bool
	// Seasons are declared: by signal, the part of a normal month in each month,
	// January first. A signal that is missing has no season.
	Seasons map[string][12]float64
}

// Worked is the part of a normal day that a holiday leaves of d, 1 on any other day.
func (c *Calendar) Worked(d signals.Day) float64 {
	if part, ok := c.Holidays[d]; ok {
		return part
	}
	return 1
}

// Expected is the part of a normal day that the weekday and the calendar make of d.
func (c *Calendar) Expected(d signals.Day, weekdays *[7]float64) float64 {
	if c.MakeUp[d] {
		return weekdays[time.Monday]
	}
	return weekdays[d.Weekday()] * c.Worked(d)
}

// Plain tells whether d is neither a holiday nor a make-up day.
func (c *Calendar) Plain(d signals.Day) bool {
	_, holiday := c.Holidays[d]
	return !holiday && !c.MakeUp[d]
}

// Season is the part of a normal month that the signal's declared season makes of
// d's month.
func (c *Calendar) Season(signal string, d signals.Day) float64 {
	months, ok := c.Seasons[signal]
	if !ok {
		return 1
	}
	_, month, _ := d.Date()
	return months[month-1]
}
