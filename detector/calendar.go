package detector

import (
	"time"

	"firstsign/signals"
)

// calendar is what is to be expected of a day before anybody was seen on it:
// its weekday, unless it is a holiday or a weekend day that is worked.
func (e *Engine) calendar(d signals.Day, weekdays [7]float64) float64 {
	if e.rules.MakeUp[d] {
		return weekdays[time.Monday]
	}
	return weekdays[d.Weekday()] * e.holiday(d)
}

// holiday is the part of a normal day that is left of d, 1 when it is none.
func (e *Engine) holiday(d signals.Day) float64 {
	if part, ok := e.rules.Holidays[d]; ok {
		return part
	}
	return 1
}

// season is what the declared season of a signal leaves of d.
func (e *Engine) season(signal string, d signals.Day) float64 {
	if months, ok := e.rules.Seasons[signal]; ok {
		return months[time.Unix(int64(d)*24*60*60, 0).UTC().Month()-1]
	}
	return 1
}
