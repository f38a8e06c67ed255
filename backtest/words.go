package backtest

import "firstsign/internal/plural"

// DaysAhead says how many days before or after an event something was.
func DaysAhead(days int, what string) string {
	switch {
	case days == 0:
		return "on the day of " + what
	case days < 0:
		return plural.Count(-days, "day") + " after " + what
	}
	return plural.Count(days, "day") + " before " + what
}
