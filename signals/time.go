package signals

import (
	"errors"
	"time"
)

// Times are kept from 1970 to 2261: before, nothing was recorded that could
// matter; after, Unix nanoseconds do not fit.
const (
	firstSecond = 0
	pastSecond  = 9214646400 // 2262-01-01T00:00:00Z
)

// AppendTime writes an instant in Unix nanoseconds as RFC 3339 in UTC, with as
// many digits of the second as it has.
func AppendTime(dst []byte, t int64) []byte {
	return time.Unix(0, t).UTC().AppendFormat(dst, time.RFC3339Nano)
}

// ParseTime reads an RFC 3339 date-time of any offset, with up to nine digits
// of the second, as Unix nanoseconds. When it cannot, wrong says why; when it
// can, wrong is empty.
func ParseTime(b []byte) (t int64, wrong string) {
	const shape = "not like 2026-03-02T09:30:11+08:00"
	if len(b) < len("2026-03-02T09:30:11Z") || b[4] != '-' || b[7] != '-' || b[10]|0x20 != 't' || b[13] != ':' || b[16] != ':' {
		return 0, shape
	}
	var d digits
	year := d.two(b[0], b[1])*100 + d.two(b[2], b[3])
	month, day := d.two(b[5], b[6]), d.two(b[8], b[9])
	hour, minute, second := d.two(b[11], b[12]), d.two(b[14], b[15]), d.two(b[17], b[18])
	if d.wrong {
		return 0, shape
	}
	if month-1 > 11 || day == 0 || day > monthDays(year, month) {
		return 0, "no such day"
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, "no such time of day"
	}
	frac, rest, ok := fraction(b[19:])
	if !ok {
		return 0, "not one to nine digits after the second's point"
	}
	offset, ok := offsetSeconds(rest)
	if !ok {
		return 0, "no offset like Z or +08:00"
	}
	s := civil(year, month, day)*86400 + int64(hour*3600+minute*60+second) - offset
	if s < firstSecond || s >= pastSecond {
		return 0, "outside the years 1970 to 2261"
	}
	return s*1e9 + frac, ""
}

// digits turns pairs of digits into numbers and remembers whether all were.
type digits struct{ wrong bool }

func (d *digits) two(a, b byte) uint {
	a, b = a-'0', b-'0'
	if a > 9 || b > 9 {
		d.wrong = true
	}
	return uint(a)*10 + uint(b)
}

func monthDays(year, month uint) uint {
	if month == 2 {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (month+month>>3)&1
}

// civil counts the days from 1970-01-01 to a date of the Gregorian calendar.
// The year is taken to begin in March, so that the leap day comes last (Howard
// Hinnant, chrono-compatible low-level date algorithms, days_from_civil).
func civil(year, month, day uint) int64 {
	if month <= 2 {
		year += 399 // one year back; a cycle of 400 forward, so that year 0 stays above zero
		month += 9
	} else {
		year += 400
		month -= 3
	}
	dayOfYear := (153*month+2)/5 + day - 1
	return int64(year*365+year/4-year/100+year/400+dayOfYear) - 719468 - 146097
}

// fraction reads the nanoseconds of the second when there are any.
func fraction(b []byte) (ns int64, rest []byte, ok bool) {
	if b[0] != '.' {
		return 0, b, true
	}
	i := 1
	for i < len(b) && b[i]-'0' <= 9 {
		if i > 9 {
			return 0, nil, false
		}
		ns = ns*10 + int64(b[i]-'0')
		i++
	}
	for k := i; k < 10; k++ {
		ns *= 10
	}
	return ns, b[i:], i > 1
}

// offsetSeconds reads Z or the hours and minutes east of Greenwich.
func offsetSeconds(b []byte) (int64, bool) {
	if len(b) == 1 && b[0]|0x20 == 'z' {
		return 0, true
	}
	if len(b) != len("+08:00") || b[3] != ':' || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	var d digits
	h, m := d.two(b[1], b[2]), d.two(b[4], b[5])
	s := int64(h*3600 + m*60)
	if b[0] == '-' {
		s = -s
	}
	return s, !d.wrong && h <= 23 && m <= 59
}

// UnixNano is an instant in Unix nanoseconds; an error outside the years that
// can be kept.
func UnixNano(t time.Time) (int64, error) {
	if s := t.Unix(); s < firstSecond || s >= pastSecond {
		return 0, errors.New("outside the years 1970 to 2261")
	}
	return t.UnixNano(), nil
}
