package signals

import "time"

// Day is a calendar day of the deployment's time zone: days since 1970-01-01.
type Day int32

// Weekday of the day.
func (d Day) Weekday() time.Weekday {
	return time.Weekday(((int(d)+4)%7 + 7) % 7) // 1970-01-01 was a Thursday
}

// String is the day as 2006-01-02.
func (d Day) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// ParseDay reads 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return Day(t.Unix() / 86400), nil // parsed as UTC midnight; exact also before 1970
}

// Zone turns instants into days. It remembers the last day that was asked for,
// so that events in order cost two comparisons; not safe for concurrent use.
type Zone struct {
	loc        *time.Location
	day        Day
	start, end int64 // Unix nanoseconds of the remembered day, end exclusive
}

// NewZone returns the zone of a location.
func NewZone(loc *time.Location) *Zone { return &Zone{loc: loc} }

// Location of the zone.
func (z *Zone) Location() *time.Location { return z.loc }

// Day of an instant in Unix nanoseconds.
func (z *Zone) Day(t int64) Day {
	if t >= z.start && t < z.end {
		return z.day
	}
	y, m, d := time.Unix(0, t).In(z.loc).Date()
	z.day = Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	z.start, z.end = z.Start(z.day), z.Start(z.day+1)
	return z.day
}

// Start of a day in Unix nanoseconds. A day whose midnight the clocks skip
// starts at the first instant that exists.
func (z *Zone) Start(d Day) int64 {
	y, m, dd := time.Unix(int64(d)*86400, 0).UTC().Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, z.loc).UnixNano()
}
