package history

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"firstsign/signals"
)

// TimeParser reads times as other systems write them. It remembers the form that
// fitted last; not safe for concurrent use.
type TimeParser struct{ written timeReader }

// NewTimeParser reads times without an offset in a zone.
func NewTimeParser(zone *time.Location) *TimeParser {
	written, _ := newTimeReader("", zone) // fails for a layout only
	return &TimeParser{written}
}

// Text reads RFC 3339, the other forms that mean one thing only, and numbers.
func (m *TimeParser) Text(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if t, wrong := signals.ParseTime([]byte(s)); wrong == "" {
		return t, nil
	}
	if t, err := m.written.read(s); err == nil {
		return signals.UnixNano(time.Unix(0, t))
	}
	if n, bad := strconv.ParseInt(s, 10, 64); bad == nil {
		return m.Number(n)
	}
	if f, bad := strconv.ParseFloat(s, 64); bad == nil {
		return m.Fraction(f)
	}
	return 0, fmt.Errorf("%.40q is no time, or one that means several things", s)
}

// Number reads the time since 1970 in seconds, milli-, micro- or nanoseconds.
// From March 1973 on, which of them is told by how large it is.
func (m *TimeParser) Number(n int64) (int64, error) {
	switch {
	case n < 1e8:
		return 0, fmt.Errorf("%d is no time since 1970 (and after March 1973)", n)
	case n < 1e11:
		return signals.UnixNano(time.Unix(n, 0))
	case n < 1e14:
		return signals.UnixNano(time.UnixMilli(n))
	case n < 1e17:
		return signals.UnixNano(time.UnixMicro(n))
	}
	return signals.UnixNano(time.Unix(0, n))
}

// Fraction is Number with a fraction, which only seconds and milliseconds have.
func (m *TimeParser) Fraction(f float64) (int64, error) {
	switch whole, part := math.Modf(f); {
	case !(f >= 1e8 && f < 1e17): // not a number is neither
		return 0, fmt.Errorf("%v is no time since 1970 (and after March 1973)", f)
	case f < 1e11:
		return signals.UnixNano(time.Unix(int64(whole), int64(part*1e9)))
	case f < 1e14:
		return signals.UnixNano(time.UnixMilli(int64(whole)).Add(time.Duration(part * 1e6)))
	default:
		return m.Number(int64(whole))
	}
}

// Of is an instant.
func (m *TimeParser) Of(t time.Time) (int64, error) { return signals.UnixNano(t) }

// timeReader reads times as they are written in one column. It remembers the
// layout that fitted last.
type timeReader struct {
	layouts []string
	unit    int64 // of Unix times, in nanoseconds; 0 when they are written out
	loc     *time.Location
}

// usualTimes are forms that mean one thing only. 03/04/2026 is none of them.
var usualTimes = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006",
	"2006年1月2日 15:04:05", "2006年1月2日 15:04", "2006年1月2日", "20060102150405", "20060102",
}

func newTimeReader(layout string, loc *time.Location) (timeReader, error) {
	if loc == nil {
		loc = time.UTC
	}
	t := timeReader{loc: loc}
	switch layout {
	case "":
		t.layouts = slices.Clone(usualTimes)
	case "unix":
		t.unit = int64(time.Second)
	case "unixms":
		t.unit = int64(time.Millisecond)
	default:
		// Letters as spreadsheets use them; longer names first, so that MM is not
		// read as M twice. A layout of Go has none of them.
		if !strings.Contains(layout, "2006") {
			layout = strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "M", "1", "dd", "02", "d", "2",
				"HH", "15", "H", "15", "mm", "04", "ss", "05").Replace(layout)
		}
		if !strings.Contains(layout, "06") {
			return t, fmt.Errorf("time layout %q has no year; want for example dd.MM.yyyy HH:mm", layout)
		}
		t.layouts = []string{layout}
	}
	return t, nil
}

func (t *timeReader) read(cell string) (int64, error) {
	if t.unit != 0 {
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(math.Abs(n)*float64(t.unit) < math.MaxInt64) {
			return 0, fmt.Errorf("%q is not a Unix time", cell)
		}
		whole := math.Floor(n)
		return int64(whole)*t.unit + int64((n-whole)*float64(t.unit)), nil
	}
	for i, layout := range t.layouts {
		at, err := time.ParseInLocation(layout, cell, t.loc)
		if err != nil {
			continue
		}
		if y := at.Year(); y < 1678 || y > 2261 { // what an int64 of nanoseconds holds
			return 0, fmt.Errorf("year %d cannot be kept", y)
		}
		t.layouts[0], t.layouts[i] = layout, t.layouts[0]
		return at.UnixNano(), nil
	}
	if len(t.layouts) == 1 {
		return 0, fmt.Errorf("%q is not written as %s", cell, t.layouts[0])
	}
	return 0, fmt.Errorf("%q is no time that means one thing only; give its layout, as in dd/MM/yyyy HH:mm", cell)
}
