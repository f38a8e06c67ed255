package notation

import (
	"errors"
	"fmt"
	"time"
)

// Errors of Times.Read that callers treat apart from a text that is no time.
var (
	// ErrPlaceholder: a date that stands for "none", such as 1970-01-01.
	ErrPlaceholder = errors.New("placeholder, not a date")
	// ErrAmbiguous: several readings are possible and nothing decides.
	ErrAmbiguous = errors.New("could mean several things")
)

// Ambiguous is an ErrAmbiguous that says what could be meant.
type Ambiguous string

// Error implements error.
func (a Ambiguous) Error() string { return string(a) }

// Is implements errors.Is.
func (a Ambiguous) Is(target error) bool { return target == ErrAmbiguous }

// half of a day, as AM, PM and their Chinese words say it.
type half uint8

const (
	wholeDay  half = iota
	morning        // AM, 上午, 凌晨, 早上
	afternoon      // PM, 下午
	evening        // 晚上: as PM, but its twelve may be either midnight
	noon           // 中午: 11 to 1 around noon
)

// parts are what a text says of a time.
type parts struct {
	year, month, day           int
	hour, minute, second, nano int
	weekday                    int // 1 Monday to 7 Sunday, 0 not given
	half                       half
	zoned                      bool
	offset                     int    // seconds east of UTC, when zoned
	zoneName                   string // letters of a zone that say no offset by themselves
}

// complete checks the parts and works in the half of the day.
func (p *parts) complete() error {
	if err := p.completeHour(); err != nil {
		return err
	}
	switch {
	case p.month < 1 || p.month > 12:
		return fmt.Errorf("there is no month %d", p.month)
	case p.day < 1 || p.day > monthDays(p.year, p.month):
		return fmt.Errorf("there is no day %d in %s %d", p.day, time.Month(p.month), p.year)
	case p.minute > 59 || p.second > 59:
		return fmt.Errorf("there is no time of day %d:%02d:%02d", p.hour, p.minute, p.second)
	case p.hour > 24 || p.hour == 24 && (p.minute != 0 || p.second != 0 || p.nano != 0):
		return fmt.Errorf("there is no time of day %d:%02d", p.hour, p.minute)
	}
	if w := weekdayOf(p.year, p.month, p.day); p.weekday != 0 && w != p.weekday {
		return fmt.Errorf("it says %s, and %s is a %s", time.Weekday(p.weekday%7), p.civil().Format(time.DateOnly), time.Weekday(w%7))
	}
	return nil
}

func (p *parts) completeHour() error {
	wrong := func() error { return fmt.Errorf("there is no hour %d of that half of the day", p.hour) }
	switch p.half {
	case morning:
		if p.hour > 12 {
			return wrong()
		}
		if p.hour == 12 {
			p.hour = 0
		}
	case afternoon, evening:
		switch {
		case p.hour == 0, p.hour > 23, p.hour == 12 && p.half == evening: // the last: which midnight?
			return wrong()
		case p.hour < 12:
			p.hour += 12
		}
	case noon:
		switch {
		case p.hour == 1 || p.hour == 2:
			p.hour += 12
		case p.hour < 11 || p.hour > 14:
			return wrong()
		}
	}
	p.half = wholeDay
	return nil
}

// civil is the date and time of day as if in UTC.
func (p *parts) civil() time.Time {
	return time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nano, time.UTC)
}

var daysBefore = [...]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func monthDays(year, month int) int {
	switch month {
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayNumber is days since 1970-01-01.
func dayNumber(year, month, day int) int64 {
	y := int64(year - 1)
	n := y*365 + y/4 - y/100 + y/400 + int64(daysBefore[month-1]+day-1)
	if month > 2 && leap(year) {
		n++
	}
	return n - 719162
}

func weekdayOf(year, month, day int) int {
	return int((dayNumber(year, month, day)%7+7+3)%7) + 1 // 1970-01-01 was a Thursday, 4
}

// Placeholder says whether a time is one that systems write for "none": the
// first and last days of their calendars. Any time of day of it counts, in any
// zone.
func Placeholder(t time.Time) bool {
	// A placeholder at midnight in one zone may be the day before in another.
	if u := t.Unix(); u > -14*3600 && u < 86400 {
		return true
	}
	return placeholder(t.Year(), int(t.Month()), t.Day())
}

// firstFarYear is the year in which 64 bits of nanoseconds end.
const firstFarYear = 2262

// placeholder of a date as it is written.
func placeholder(year, month, day int) bool {
	switch {
	case year <= 1:
		return true // 0000-00-00, 0001-01-01: MySQL, .NET, Go
	case year >= firstFarYear:
		// 2262-04-11 (pandas), 2500-01-01, 2999-12-31, 4712-12-31 (Oracle), 9999-12-31.
		// Another day of such a year was meant as a date: 05/01/2569 in Thailand.
		return year >= 2900 || month == 12 && day == 31 || month == 1 && day == 1 || year == firstFarYear
	}
	switch [3]int{year, month, day} {
	case [3]int{1601, 1, 1}, // Windows
		[3]int{1753, 1, 1},                                                                 // SQL Server datetime
		[3]int{1899, 12, 30}, [3]int{1899, 12, 31}, [3]int{1900, 1, 0}, [3]int{1900, 1, 1}, // Excel, OLE, SQL Server smalldatetime
		[3]int{1904, 1, 1},  // Excel for Mac
		[3]int{1970, 1, 1},  // Unix
		[3]int{1980, 1, 1},  // DOS and zip
		[3]int{2038, 1, 19}, // the end of 32 bits of seconds
		[3]int{2079, 6, 6},  // the end of SQL Server's smalldatetime
		[3]int{2099, 12, 31}, [3]int{2199, 12, 31},
		[3]int{2100, 1, 1}, [3]int{2200, 1, 1}:
		return true
	}
	return false
}

func isPlaceholder(err error) bool { return errors.Is(err, ErrPlaceholder) }
