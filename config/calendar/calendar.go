package calendar

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // time zones, when the machine has none

	"firstsign/config/document"
	"firstsign/config/icalendar"
	"firstsign/detector"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// Calendar is calendar.yaml: where a day begins, and on which days less is
// expected.
type Calendar struct {
	// Location is the time zone of the deployment. It is part of the state and must not
	// change.
	Location *time.Location
	// Holidays are days with less contact than their weekday has: 0 none, 0.5
	// half.
	Holidays map[signals.Day]float64
	// MakeUp are weekend days on which people work.
	MakeUp map[signals.Day]bool
	// Seasons give by signal the level of each month as a part of a normal one, January
	// first.
	Seasons map[string][12]float64
}

// Text is calendar.yaml. Days in the file itself take precedence over its iCalendar
// files, and those over the calendars of the program.
type Text struct {
	TimeZone string `yaml:"timezone"`
	// Calendars that come with the program, such as cn-2026.
	Calendars []string `yaml:"calendars"`
	// Files are iCalendar files beside this one. Their all-day events are holidays with
	// this part of a normal day's contact. Default 0, none.
	Files  []string `yaml:"files"`
	Factor float64  `yaml:"files_factor"`

	Holidays map[string]float64 `yaml:"holidays"` // by 2026-02-17 or 2026-02-16..2026-02-22
	MakeUp   []string           `yaml:"make_up"`

	Seasons map[string]map[string]float64 `yaml:"seasons"` // by signal and month, 1 to 12
}

// maxHoliday is the longest run of holidays in days.
const maxHoliday = icalendar.MaxDays

// Read reads calendar.yaml. icals are the iCalendar files beside it, by name. Faults are
// added to d.
func (c *Calendar) Read(d *document.Document, text []byte, icals map[string][]byte) {
	var file Text
	if !d.Read(text, &file) {
		return
	}
	c.readZone(d, file.TimeZone)
	c.readSeasons(d, file.Seasons)
	c.Holidays = make(map[signals.Day]float64)
	c.MakeUp = make(map[signals.Day]bool)

	if file.Factor < 0 || file.Factor > 1 {
		d.Note("files_factor", "the part of a normal day's contact must be between 0 and 1")
	}
	c.addShipped(d, file.Calendars)
	c.addFiles(d, file.Files, file.Factor, icals)
	c.ignored(d, file.Files, icals)

	given := make(map[signals.Day]int) // the line of a holiday
	byLine := func(a, b string) int {
		return cmp.Compare(d.Lines[document.Join("holidays", a)], d.Lines[document.Join("holidays", b)])
	}
	for _, span := range slices.SortedFunc(maps.Keys(file.Holidays), byLine) {
		c.addHoliday(d, given, span, file.Holidays[span])
	}
	made := make(map[signals.Day]bool)
	for i, text := range file.MakeUp {
		at := document.Item("make_up", i)
		day, ok := d.Day(at, text)
		switch line := given[day]; {
		case !ok:
		case line != 0:
			d.Note(at, "%s is a holiday on line %d", day, line)
		case made[day]:
			d.Note(at, "%s is given twice", day)
		case !weekend(day):
			d.Note(at, "%s is a %s: only a day of a weekend is made up", day, day.Weekday())
		}
		if ok {
			made[day] = true
			c.makeUp(day)
		}
	}
}

// maxSeason is the highest level of a month; its inverse is the lowest. A month without
// contact is a holiday.
const maxSeason = 20

func (c *Calendar) readSeasons(d *document.Document, seasons map[string]map[string]float64) {
	for _, signal := range slices.Sorted(maps.Keys(seasons)) {
		season := [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
		for _, month := range slices.Sorted(maps.Keys(seasons[signal])) {
			factor := seasons[signal][month]
			at := document.Join(document.Join("seasons", signal), month)
			n, err := strconv.Atoi(month)
			switch {
			case err != nil || n < 1 || n > 12:
				d.Note(at, "%q is no month: 1 to 12", month)
			case factor < 1.0/maxSeason || factor > maxSeason:
				d.Note(at, "must be between 0.05 and 20")
			default:
				season[n-1] = factor
			}
		}
		if c.Seasons == nil {
			c.Seasons = make(map[string][12]float64)
		}
		c.Seasons[signal] = season
	}
}

// CheckSeasons adds a fault for a season of an unknown signal.
func (c *Calendar) CheckSeasons(d *document.Document, list []detector.Signal) {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	for _, signal := range slices.Sorted(maps.Keys(c.Seasons)) {
		if !slices.Contains(names, signal) {
			d.Note(document.Join("seasons", signal), "no signal of signals.yaml is called that%s", fault.DidYouMean(signal, names))
		}
	}
}

// Zone is the time zone of calendar.yaml, read by itself; nil when it names none that
// exists.
func Zone(d *document.Document, text []byte) *time.Location {
	var c Calendar
	var file Text
	if d.Read(text, &file) {
		c.readZone(d, file.TimeZone)
	}
	return c.Location
}

func (c *Calendar) readZone(d *document.Document, name string) {
	if name == "" {
		d.Note("timezone", "is missing: where a day begins, such as Asia/Shanghai")
		return
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		d.Note("timezone", "%q is not a time zone such as Asia/Shanghai or Europe/Berlin", name)
		return
	}
	c.Location = location
}

// addHoliday adds a day or a span of days with its factor.
func (c *Calendar) addHoliday(d *document.Document, given map[signals.Day]int, span string, factor float64) {
	at := document.Join("holidays", span)
	if factor < 0 || factor > 1 {
		d.Note(at, "the part of a normal day's contact must be between 0 and 1")
	}
	from, to, isSpan := strings.Cut(span, "..")
	first, ok := d.Day(at, from)
	last := first
	if isSpan && ok {
		last, ok = d.Day(at, to)
	}
	switch {
	case !ok:
		return
	case last < first:
		d.Note(at, "ends before it begins")
		return
	case last-first >= maxHoliday:
		d.Note(at, "is longer than %d days", maxHoliday)
		return
	}
	for day := first; day <= last; day++ {
		if line, ok := given[day]; ok {
			d.Note(at, "%s is already on line %d", day, line)
			return
		}
		given[day] = d.Lines[at]
		c.holiday(day, factor)
	}
}

func weekend(day signals.Day) bool {
	w := day.Weekday()
	return w == time.Saturday || w == time.Sunday
}
