package notation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"firstsign/internal/fault"
	"firstsign/internal/notation/zones"
)

// Zone is the time zone of a name of the IANA database, such as
// Europe/Berlin, of a fixed offset, such as +08:00, or of a name that Windows
// gives to it.
func Zone(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	switch strings.ToUpper(name) {
	case "":
		return nil, errors.New("the name of the time zone is empty; write one like Asia/Shanghai")
	case "UTC", "Z", "GMT":
		return time.UTC, nil
	case "LOCAL": // means another zone on every machine
		return nil, errors.New(`time zone "Local" is another one on every machine; write a name like Asia/Shanghai`)
	}
	if offset, ok := fixedOffset(name); ok {
		return time.FixedZone(name, offset), nil
	}
	for _, w := range zones.Windows {
		if strings.EqualFold(w.Name, name) {
			return time.LoadLocation(w.Zone)
		}
	}
	if said := TurnedSign(name); said != "" {
		return nil, fmt.Errorf("%s: write the offset itself, such as +08:00, or a name like Asia/Shanghai", said)
	}
	if loc, err := time.LoadLocation(name); err == nil {
		return loc, nil
	}
	if zone := zoneOfCity(name); zone != "" {
		return nil, fmt.Errorf("there is no time zone %q (did you mean %q?)", name, zone)
	}
	if len(name) <= 5 && name == strings.ToUpper(name) { // CST is in Shanghai and in Chicago
		return nil, fmt.Errorf("%q is no name of one time zone; write one like Asia/Shanghai or America/Chicago", name)
	}
	return nil, fmt.Errorf("there is no time zone %q%s; write a name like Asia/Shanghai", name, fault.DidYouMean(name, zoneNames()))
}

// TurnedSign says what a name such as Etc/GMT+8 means, empty for others. Their
// sign is that of POSIX, which counts westwards, and most people who write one
// mean the opposite.
func TurnedSign(name string) string {
	if len(name) < len("Etc/GMT+1") || !strings.EqualFold(name[:len("Etc/GMT")], "Etc/GMT") {
		return ""
	}
	hours := strings.TrimLeft(name[len("Etc/GMT")+1:], "0")
	side := map[byte]string{'+': "behind", '-': "ahead of"}[name[len("Etc/GMT")]]
	if hours == "" || side == "" {
		return ""
	}
	return fmt.Sprintf("%q is %s hours %s UTC, because these names turn the sign round", name, hours, side)
}

// fixedOffset reads +08:00, +0800, +8 and UTC+8.
func fixedOffset(name string) (int, bool) {
	for _, prefix := range []string{"UTC", "GMT"} {
		if len(name) > 3 && strings.EqualFold(name[:3], prefix) {
			name = name[3:]
			break
		}
	}
	if len(name) < 2 || name[0] != '+' && name[0] != '-' {
		return 0, false
	}
	var l lexer
	l.reset(name)
	p := parser{lexer: &l}
	if !p.numericOffset(true) || !p.end() {
		return 0, false
	}
	return p.parts.offset, true
}

// zoneOfCity finds the zone of a city, a country's old name or an abbreviation.
func zoneOfCity(name string) string {
	city := strings.ReplaceAll(strings.ToLower(name), " ", "_")
	if city == "beijing" || name == "北京" || name == "北京时间" || name == "上海" || city == "china" {
		return "Asia/Shanghai"
	}
	for _, zone := range zoneNames() {
		if _, of, _ := strings.Cut(strings.ToLower(zone), "/"); of == city || strings.EqualFold(zone, strings.ReplaceAll(name, " ", "_")) {
			return zone
		}
	}
	return ""
}

func zoneNames() []string {
	names := make([]string, 0, len(zones.Windows)+len(zones.More))
	for _, w := range zones.Windows {
		names = append(names, w.Zone)
	}
	return append(names, zones.More...)
}

// clock turns dates and times of day of one zone into instants. It keeps the
// span of the last one in which the zone's offset did not change.
type clock struct {
	zone        *time.Location
	offset      int64 // seconds, from since to until
	since, till int64 // Unix seconds
}

const day = 86400

// unix is the instant of a civil time, which is given in seconds as if in UTC.
//
// A time that summer time skips is moved on by what is skipped: 02:30 becomes
// 03:30. Of one that occurs twice in autumn the first is taken. So do Java
// (java.time) and JavaScript (Temporal, "compatible").
func (c *clock) unix(civil int64) int64 {
	if u := civil - c.offset; u >= c.since+day && u < c.till-day {
		return u
	}
	if c.zone == nil || c.zone == time.UTC {
		return civil
	}
	before, after := c.offsetAt(civil-day), c.offsetAt(civil+day)
	first, second := civil-before, civil-after
	switch {
	case before == after:
		c.keep(first, before)
		return first
	case c.offsetAt(first) == before:
		return first
	case c.offsetAt(second) == after:
		return second
	}
	return first
}

func (c *clock) offsetAt(u int64) int64 {
	_, offset := time.Unix(u, 0).In(c.zone).Zone()
	return int64(offset)
}

func (c *clock) keep(u, offset int64) {
	start, end := time.Unix(u, 0).In(c.zone).ZoneBounds()
	c.offset, c.since, c.till = offset, -1<<40, 1<<40
	if !start.IsZero() {
		c.since = start.Unix()
	}
	if !end.IsZero() {
		c.till = end.Unix()
	}
}

// named is the instant of a civil time whose zone is given in letters, such as
// CET. Letters name several zones each (CST is in China and in Chicago), so
// they are believed only where the zone calls itself so at that time.
func (c *clock) named(civil int64, letters string) (int64, error) {
	if c.zone != nil {
		for _, offset := range []int64{c.offsetAt(civil - day), c.offsetAt(civil + day)} {
			if name, o := time.Unix(civil-offset, 0).In(c.zone).Zone(); int64(o) == offset && strings.EqualFold(name, letters) {
				return civil - offset, nil
			}
		}
	}
	return 0, fmt.Errorf("%s is the name of several zones: give the one that is meant (--time-zone), or an offset such as +0800", letters)
}
