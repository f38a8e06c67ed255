package signals

import (
	"math"
	"time"
)

// Day is a calendar day of the deployment's time zone: days since 1970-01-01.
type Day int32

// Weekday of the day.
func (d Day) Weekday() time.Weekday {
	return time.Weekday(((int(d)+int(time.Thursday))%7 + 7) % 7) // 1970-01-01 was a Thursday
}

// String is the day as 2006-01-02.
func (d Day) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// Date of the day: Date(2026, time.March, 2).
func (d Day) Date() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*daySeconds, 0).UTC().Date()
}

// MarshalText writes a day as 2006-01-02, also in JSON.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// ParseDay reads 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return Day(t.Unix() / 86400), nil // parsed as UTC midnight; exact also before 1970
}

// Zone turns instants into days.
//
// A day begins at the first instant whose date it is, and lasts until the next
// day begins; so days follow each other without gaps also where clocks are put
// forward over midnight (the day begins later), back over it (the repeated
// stretch belongs to the new day), or over a whole day (that day is empty).
//
// A Zone remembers the last day that was asked for, so that events in order
// cost two comparisons; not safe for concurrent use.
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
	local := time.Unix(0, t).In(z.loc)
	_, offset := local.Zone()
	second := local.Unix()
	d := Day(floorDiv(second+int64(offset), daySeconds))
	start, end := z.startSecond(d), z.startSecond(d+1)
	for second >= end { // clocks put back over midnight: the date was reached before
		d++
		start, end = end, z.startSecond(d+1)
	}
	z.day, z.start, z.end = d, nanoseconds(start), nanoseconds(end)
	return d
}

// Start of a day in Unix nanoseconds, which is the end of the day before. Days
// that nanoseconds cannot express start at the nearest instant they can.
func (z *Zone) Start(d Day) int64 { return nanoseconds(z.startSecond(d)) }

const daySeconds = 86400

// startSecond finds the first instant whose local date is d or later, by going
// through the stretches of constant offset from before any clock reads d.
func (z *Zone) startSecond(d Day) int64 {
	midnight := int64(d) * daySeconds
	t := time.Unix(midnight-26*3600, 0).In(z.loc) // no offset reaches 26 hours
	for {
		_, offset := t.Zone()
		start := max(midnight-int64(offset), t.Unix())
		_, change := t.ZoneBounds()
		if change.IsZero() || start < change.Unix() {
			return start
		}
		t = change
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// nanoseconds of a Unix second, as near as they can be expressed.
func nanoseconds(second int64) int64 {
	const most = int64(math.MaxInt64 / 1_000_000_000)
	switch {
	case second > most:
		return math.MaxInt64
	case second < -most:
		return math.MinInt64
	}
	return second * 1e9
}
