package notation

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"firstsign/internal/notation/elsewhere"
)

// Times reads the times of one column, or of one field of a record. Not safe
// for concurrent use.
type Times struct {
	// Evidence, when not nil, is asked once, for the first date that its column
	// must decide, such as 03/04/2026: what do all cells of the column say?
	Evidence func() (TimeVerdict, error)
	// Local is how many times without an offset were read.
	Local int64
	// DayNumbers is how many of them were day numbers of Excel, counted from 1900.
	DayNumbers int64

	layout  *layout       // nil: any form that means one thing only
	unit    time.Duration // of numbers since 1970; 0: none
	excel   bool          // day numbers
	later   float64       // days by which their first is later than Excel's usual one
	order   Order         // of three numbers; 0 when nothing decides
	asked   bool
	verdict TimeVerdict
	clock   clock
	lexer   lexer
}

// NewTimes reads times that are written as a layout says; "" is any form that
// means one thing only. Times without an offset are of the zone; nil is UTC.
func NewTimes(as string, zone *time.Location) (*Times, error) {
	t := &Times{clock: clock{zone: zone}}
	switch as {
	case "":
	case "unix":
		t.unit = time.Second
	case "unixms":
		t.unit = time.Millisecond
	case "unixus":
		t.unit = time.Microsecond
	case "unixns":
		t.unit = time.Nanosecond
	case "excel":
		t.excel = true
	case "excel1904":
		t.excel, t.later = true, Later1904
	default:
		l, err := parseLayout(as)
		if err != nil {
			return nil, err
		}
		t.layout = l
	}
	return t, nil
}

// UTC says that the layout itself says that times are in UTC, by a Z.
func (t *Times) UTC() bool { return t.layout != nil && t.layout.utc }

// Note is what a person should know of how the layout was understood; empty
// for most.
func (t *Times) Note() string {
	if t.layout == nil {
		return ""
	}
	return t.layout.note
}

// Read returns nanoseconds since 1970. Errors are ErrPlaceholder, ErrAmbiguous,
// or say why the text is no time.
func (t *Times) Read(text string) (int64, error) {
	if t.layout == nil && t.unit == 0 && !t.excel {
		if p, ok := isoParts(text); ok {
			return t.instant(text, &p)
		}
	}
	return t.read(text)
}

func (t *Times) read(text string) (int64, error) {
	plain := Narrow(text)
	switch {
	case plain == "":
		return 0, fmt.Errorf("the cell is empty")
	case t.unit != 0:
		return readUnix(plain, t.unit)
	case t.excel:
		f, err := strconv.ParseFloat(plain, 64)
		if err != nil || !excelDay(f+t.later) {
			return 0, fmt.Errorf("%q is no day number of Excel", text)
		}
		return t.excelTime(f + t.later), nil
	case t.layout != nil:
		var p parts
		if err := t.layout.read(plain, &p); err != nil {
			return 0, fmt.Errorf("%q is not written as %s: %w", text, t.layout.text, err)
		}
		return t.instant(text, &p)
	}
	if isNumber(plain) {
		if n, err, is := t.number(plain); is {
			return n, err
		}
	}
	t.lexer.reset(plain)
	p := parser{lexer: &t.lexer}
	if !p.run() {
		if placeholderText(plain) {
			return 0, placeholderError(text)
		}
		if other := elsewhere.Rewritten(plain); other != "" && other != plain {
			return t.Read(other)
		}
		if err := elsewhere.OtherCalendar(plain); err != nil {
			return 0, err
		}
		return 0, unreadable(text)
	}
	if p.orders != 0 {
		if err := t.decide(text, &p); err != nil {
			return 0, err
		}
	}
	return t.instant(text, &p.parts)
}

// decide the order of a date of three numbers.
func (t *Times) decide(text string, p *parser) error {
	if !t.asked && t.Evidence != nil {
		v, err := t.Evidence()
		if err != nil {
			return err
		}
		t.verdict, t.asked, t.order = v, true, v.Order
	}
	if o := t.order & p.orders; o.one() {
		p.inOrder(o)
		return nil
	}
	if t.asked {
		return Ambiguous(t.verdict.ambiguity(text, p))
	}
	one := TimeVerdict{Ambiguous: 1}
	return Ambiguous(one.ambiguity(text, p))
}

// instant of what was read.
func (t *Times) instant(text string, p *parts) (int64, error) {
	if placeholder(p.year, p.month, p.day) {
		return 0, placeholderError(text)
	}
	if err := p.complete(); err != nil {
		return 0, fmt.Errorf("%q is no time: %w", text, err)
	}
	civil := dayNumber(p.year, p.month, p.day)*day + int64(p.hour*3600+p.minute*60+p.second)
	var u int64
	switch {
	case p.zoned:
		u = civil - int64(p.offset)
	case p.zoneName != "":
		var err error
		if u, err = t.clock.named(civil, p.zoneName); err != nil {
			return 0, fmt.Errorf("%q: %w", text, err)
		}
	default:
		u = t.clock.unix(civil)
		t.Local++
	}
	switch {
	case p.year >= firstFarYear: // nanoseconds since 1970 do not reach so far
		return 0, farYear(text, p)
	case u < 0 && u > -14*3600: // 1970-01-01 somewhere
		return 0, placeholderError(text)
	case u < 0:
		return 0, elsewhere.Before1970(text, p.year)
	case u < day && (p.zoned || p.zoneName != ""):
		return 0, placeholderError(text)
	}
	return u*1e9 + int64(p.nano), nil
}

// farYear refuses a year that is too far away to be meant.
func farYear(text string, p *parts) error {
	switch plain := Narrow(text); {
	case len(plain) == 12 && isNumber(plain):
		return fmt.Errorf("%q would be in the year %d; if its year has two digits, give --time-layout \"yyMMddHHmmss\"", text, p.year)
	case p.year < 2700:
		return fmt.Errorf("%q is in the year %d: if it is of the Thai (Buddhist) calendar, it is %d; export years of the Western calendar", text, p.year, p.year-543)
	}
	return fmt.Errorf("%q is in the year %d", text, p.year)
}

func unreadable(text string) error {
	return fmt.Errorf("%.60q is no time that means one thing only; give its layout, as in --time-layout \"dd/MM/yyyy HH:mm\"", text)
}

func placeholderError(text string) error {
	return fmt.Errorf("%.40q is a %w", text, ErrPlaceholder)
}

// placeholderText of what is no date at all: 0000-00-00, 1900-01-00.
func placeholderText(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '0' && isDigit(c) || isLetter(c) || c >= 0x80 {
			return false
		}
	}
	return len(text) >= 8
}

// isoParts reads 2026-03-05, with 14:00, :30, a fraction, Z and +08:00 behind
// it. It is the fast way of what most files hold.
func isoParts(s string) (p parts, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return p, false
	}
	var wrong bool
	two := func(i int) int {
		a, b := s[i]-'0', s[i+1]-'0'
		wrong = wrong || a > 9 || b > 9
		return int(a)*10 + int(b)
	}
	p.year, p.month, p.day = two(0)*100+two(2), two(5), two(8)
	if len(s) == 10 {
		return p, !wrong
	}
	if s[10] != ' ' && s[10] != 'T' || len(s) < 16 || s[13] != ':' {
		return p, false
	}
	p.hour, p.minute = two(11), two(14)
	rest := s[16:]
	if len(rest) >= 3 && rest[0] == ':' {
		p.second = two(17)
		rest = s[19:]
		if len(rest) > 1 && rest[0] == '.' {
			n := 1
			for n < len(rest) && isDigit(rest[n]) {
				n++
			}
			if n == 1 || n > 10 {
				return p, false
			}
			p.nano = nanos(rest[1:n])
			rest = rest[n:]
		}
	}
	switch {
	case rest == "":
	case rest == "Z":
		p.zoned = true
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		at := len(s) - 6
		h, m := two(at+1), two(at+4)
		if h > 14 || m > 59 {
			return p, false
		}
		p.zoned, p.offset = true, h*3600+m*60
		if rest[0] == '-' {
			p.offset = -p.offset
		}
	default:
		return p, false
	}
	return p, !wrong
}

// isNumber says that a text is digits with at most one point.
func isNumber(s string) bool {
	points := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			points++
		case !isDigit(c):
			return i > 0 && (c == 'e' || c == 'E') // as Excel shortens what is too wide
		}
	}
	return points < 2
}

// number reads what is one: a Unix time or a day of Excel. is is false for
// the digits of a date, such as 20260305.
func (t *Times) number(s string) (n int64, err error, is bool) {
	whole := s
	for i := range len(s) {
		if c := s[i]; c == '.' {
			whole = s[:i]
		} else if c == 'e' || c == 'E' {
			return 0, fmt.Errorf("%q was shortened by a spreadsheet: show the column as a whole number there, and save it again", s), true
		}
	}
	switch len(whole) {
	case 8, 12, 14, 17:
		return 0, nil, false
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return 0, unreadable(s), true
	case f == 0:
		return 0, placeholderError(s), true
	case excelDay(f):
		return t.excelTime(f), nil, true
	case f < 1e8:
		return 0, fmt.Errorf("%q is no time since 1970 (of after March 1973), and no day of Excel", s), true
	}
	if whole == s {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			n, err = SinceEpoch(n)
			return n, err, true
		}
	}
	n, err = FractionSinceEpoch(f)
	return n, err, true
}

// Day numbers of Excel from 2000 to 2099, counted from the last of 1899. Below
// they look like other numbers.
const (
	firstExcel = 36526
	lastExcel  = 73050
)

// Later1904 is by how many days the same number is later in a workbook that counts from
// 1904, as old ones of the Mac do. A workbook says so; a CSV saved from it does not.
const Later1904 = 1462

func excelDay(f float64) bool { return f >= firstExcel && f < lastExcel+1 }

// excelTime is the instant of a day number. Its fraction is the time of day,
// to the second: Excel shows no more, and 9:30 has no finite fraction.
func (t *Times) excelTime(f float64) int64 {
	t.Local++
	t.DayNumbers++
	seconds := int64(math.Round(f * day))
	return t.clock.unix(seconds-25569*day) * 1e9
}

// SinceEpoch reads a number since 1970 in seconds, milli-, micro- or
// nanoseconds. From March 1973 on, which of them is told by how large it is.
func SinceEpoch(n int64) (int64, error) {
	switch {
	case n == 0:
		return 0, placeholderError("0")
	case n < 1e8:
		return 0, fmt.Errorf("%d is no time since 1970 (and after March 1973)", n)
	case n < 1e9:
		return 0, since2001(n)
	case n > math.MaxInt32 && n < 1e10 && shortDate(n):
		return 0, fmt.Errorf("%d seconds since 1970 would be in %d: if these are the digits of a date, read them as a text with the layout yyMMddHHmm", n, time.Unix(n, 0).UTC().Year())
	case n >= 1e11 && n < 1e12:
		return 0, digitsOfDate(n)
	case n >= 1e17 && n < 1e18:
		return 0, otherEpoch(n)
	case n < 1e11:
		if n > math.MaxInt64/1_000_000_000 {
			return 0, fmt.Errorf("%d seconds since 1970 are beyond the year 2261", n)
		}
		return n * 1e9, nil
	case n < 1e14:
		if n > math.MaxInt64/1_000_000 {
			return 0, fmt.Errorf("%d milliseconds since 1970 are beyond the year 2261", n)
		}
		return n * 1e6, nil
	case n < 1e17:
		if n > math.MaxInt64/1_000 {
			return 0, fmt.Errorf("%d microseconds since 1970 are beyond the year 2261", n)
		}
		return n * 1e3, nil
	}
	return n, nil
}

// since2001 refuses a number of nine digits. As seconds since 1970 it would lie between
// 1973 and 2001, and Apple's systems count from 2001.
func since2001(n int64) error {
	const apple = 978307200 // 2001-01-01
	return fmt.Errorf("%d could be seconds since 1970 (%d) or since 2001, as Apple counts (%d): give unix as the layout for those since 1970, else export the times as text",
		n, time.Unix(n, 0).UTC().Year(), time.Unix(n+apple, 0).UTC().Year())
}

// shortDate tells whether ten digits are a time of yyMMddHHmm.
func shortDate(n int64) bool {
	month, day, hour, minute := n/1e6%100, n/1e4%100, n/100%100, n%100
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60
}

// digitsOfDate refuses a number of 12 digits. As milliseconds it would lie between
// 1973 and 2001, and 202603051405 and 260305140507 are written so.
func digitsOfDate(n int64) error {
	return fmt.Errorf("%d milliseconds since 1970 would be in %d: if these are the digits of a date, read them as a text with the layout yyyyMMddHHmm or yyMMddHHmmss", n, time.UnixMilli(n).UTC().Year())
}

// otherEpoch refuses a number of 18 digits. Windows, Active Directory and .NET
// count steps of 100 ns from other years, and as nanoseconds since 1970 their
// numbers of today would lie between 1973 and 2001.
func otherEpoch(n int64) error {
	could := fmt.Sprintf("%d nanoseconds since 1970 (%d)", n, time.Unix(0, n).UTC().Year())
	for _, e := range []struct {
		name  string
		since int64 // seconds from its first day to 1970
	}{{"a file time of Windows", 11644473600}, {"ticks of .NET", 62135596800}} {
		if u := n/1e7 - e.since; u > 0 && u < 130*365*day {
			could += fmt.Sprintf(" or %s (%d)", e.name, time.Unix(u, 0).UTC().Year())
		}
	}
	return fmt.Errorf("%s: give unixns as the layout for nanoseconds, else export the times as text", could)
}

// FractionSinceEpoch is SinceEpoch with a fraction, which only seconds and
// milliseconds have.
func FractionSinceEpoch(f float64) (int64, error) {
	switch whole, part := math.Modf(f); {
	case f == 0:
		return 0, placeholderError("0")
	case !(f >= 1e8 && f < 1e17): // not a number is neither
		return 0, fmt.Errorf("%v is no time since 1970 (and after March 1973)", f)
	case f < 1e11:
		n, err := SinceEpoch(int64(whole))
		return n + int64(part*1e9), err
	case f < 1e14:
		n, err := SinceEpoch(int64(whole))
		return n + int64(part*1e6), err
	default:
		return SinceEpoch(int64(whole))
	}
}

// readUnix reads a number of a unit that was given. A value that makes sense
// in another unit only is refused: seconds read as milliseconds are all in
// January 1970.
func readUnix(text string, unit time.Duration) (int64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || !isNumber(text) {
		return 0, fmt.Errorf("%q is not a Unix time", text)
	}
	if f == 0 {
		return 0, placeholderError(text)
	}
	seconds := f * unit.Seconds()
	if seconds >= 1e8 && seconds < math.MaxInt64/1e9 {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n * int64(unit), nil
		}
		whole, part := math.Modf(f)
		return int64(whole)*int64(unit) + int64(part*float64(unit)), nil
	}
	meant := ""
	for _, u := range []struct {
		unit time.Duration
		name string
		flag string
	}{{time.Second, "seconds", "unix"}, {time.Millisecond, "milliseconds", "unixms"}, {time.Microsecond, "microseconds", "unixus"}, {time.Nanosecond, "nanoseconds", "unixns"}} {
		if s := f * u.unit.Seconds(); u.unit != unit && s >= 1e8 && s < 1e10 {
			meant = fmt.Sprintf("; are these %s? Then it is --time-layout %s", u.name, u.flag)
		}
	}
	if seconds < 1e8 {
		return 0, fmt.Errorf("%q would be %s%s", text, time.Unix(int64(seconds), 0).UTC().Format("January 2006"), meant)
	}
	return 0, fmt.Errorf("%q would be the year %.0f%s", text, 1970+seconds/31556952, meant)
}

// ReadDay reads a day: a date, or a time at midnight.
func (t *Times) ReadDay(text string) (time.Time, error) {
	n, err := t.Read(text)
	if err != nil {
		return time.Time{}, err
	}
	at := time.Unix(0, n).UTC()
	if t.clock.zone != nil {
		at = at.In(t.clock.zone)
	}
	if at.Hour() != 0 || at.Minute() != 0 || at.Second() != 0 {
		return time.Time{}, fmt.Errorf("%q is a time of day, and a day is wanted", text)
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), nil
}
