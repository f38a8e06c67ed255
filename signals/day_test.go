package signals

import (
	"fmt"
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have no time zones

	"pgregory.net/rapid"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		text    string
		day     Day
		weekday time.Weekday
	}{
		{"1970-01-01", 0, time.Thursday},
		{"1969-12-31", -1, time.Wednesday},
		{"1969-12-25", -7, time.Thursday},
		{"1900-03-01", -25508, time.Thursday},
		{"2000-02-29", 11016, time.Tuesday},
		{"2026-03-02", 20514, time.Monday},
		{"2261-12-31", 106650, time.Tuesday},
	} {
		d, err := ParseDay(c.text)
		if err != nil || d != c.day || d.String() != c.text || d.Weekday() != c.weekday {
			t.Errorf("%s: got day %d, %v, %s, %s", c.text, d, err, d, d.Weekday())
		}
		if year, month, day := d.Date(); fmt.Sprintf("%04d-%02d-%02d", year, month, day) != c.text {
			t.Errorf("%s: Date is %d %s %d", c.text, year, month, day)
		}
	}
	for _, bad := range []string{"", "2026-02-30", "2026-3-2", "2026-03-02T00:00:00Z", "20260302"} {
		if d, err := ParseDay(bad); err == nil {
			t.Errorf("%q is taken for %s", bad, d)
		}
	}
}

func TestZoneStart(t *testing.T) {
	for _, c := range []struct {
		zone, day, start string
		hours            float64 // how long the day is
	}{
		{"UTC", "2026-03-02", "2026-03-02T00:00:00Z", 24},
		{"Asia/Shanghai", "2026-03-02", "2026-03-01T16:00:00Z", 24},
		{"Asia/Shanghai", "1986-05-04", "1986-05-03T16:00:00Z", 23}, // clocks go forward at 2:00
		{"Asia/Kathmandu", "2026-03-02", "2026-03-01T18:15:00Z", 24},
		{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23},
		{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25},
		{"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25},
		{"America/New_York", "1969-12-31", "1969-12-31T05:00:00Z", 24},
		{"Europe/Berlin", "1969-07-20", "1969-07-19T23:00:00Z", 24},
		{"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5},
		// Midnight does not exist: the clocks go from 23:59:59 to 1:00.
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", 24},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23},
		{"Africa/Cairo", "2014-05-16", "2014-05-15T22:00:00Z", 23},
		// 23:00 to midnight comes twice before the day begins.
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", 25},
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", 24},
		// Midnight comes twice, at 0:00 and when 1:00 becomes 0:00.
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25},
		// 0:01 becomes 23:01 of the day before: the new day goes on.
		{"America/St_Johns", "2010-11-06", "2010-11-06T02:30:00Z", 24},
		{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", 25},
		// A day that Samoa left out.
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 24},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24},
	} {
		d, err := ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		z := NewZone(location(t, c.zone))
		start, end := z.Start(d), z.Start(d+1)
		if got := string(AppendTime(nil, start)); got != c.start {
			t.Errorf("%s of %s starts at %s, want %s", c.day, c.zone, got, c.start)
		}
		if got := time.Duration(end - start).Hours(); got != c.hours {
			t.Errorf("%s of %s lasts %g hours, want %g", c.day, c.zone, got, c.hours)
		}
		if start == end {
			continue
		}
		for _, at := range []int64{start, start + 30*60e9, (start + end) / 2, end - 1} {
			if got := NewZone(z.Location()).Day(at); got != d {
				t.Errorf("%s of %s: %s is in %s", c.day, c.zone, AppendTime(nil, at), got)
			}
		}
		if got := z.Day(end); got <= d {
			t.Errorf("%s of %s: its end is in %s", c.day, c.zone, got)
		}
		if got := z.Day(start - 1); got >= d {
			t.Errorf("%s of %s: before its start it is %s", c.day, c.zone, got)
		}
	}
}

var zones = []string{
	"UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/London", "Europe/Dublin", "America/Sao_Paulo", "America/St_Johns", "America/Havana",
	"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Pacific/Apia", "Pacific/Kwajalein", "Australia/Lord_Howe",
	"Antarctica/Troll", "Asia/Manila", "America/Juneau", "America/Scoresbysund",
}

// An instant lies in the day that is asked for, the date is the local one
// unless the clocks were put back over midnight, and memory changes nothing.
func TestZoneAgrees(t *testing.T) {
	locs := make([]*time.Location, len(zones))
	for i, name := range zones {
		locs[i] = location(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(locs).Draw(t, "zone")
		z := NewZone(loc)
		at := rapid.Int64Range(-3e18, 9.2e18)
		for range 5 {
			when := at.Draw(t, "time")
			d := z.Day(when)
			if fresh := NewZone(loc).Day(when); fresh != d {
				t.Fatalf("%d is %s, and %s when asked first", when, d, fresh)
			}
			if when < z.Start(d) || when >= z.Start(d+1) {
				t.Fatalf("%d is not within %s", when, d)
			}
			y, m, dd := time.Unix(0, when).In(loc).Date()
			local := Day(time.Date(y, m, dd, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
			if d != local && d != local+1 {
				t.Fatalf("%d is %s, the local date is %s", when, d, local)
			}
		}
	})
}

// Every day of the zones with the oddest clocks starts when its date is first
// seen, found here by looking at every quarter of an hour.
func TestZoneStartOfEveryDay(t *testing.T) {
	for _, name := range []string{"America/Sao_Paulo", "America/St_Johns", "Africa/Casablanca"} {
		loc := location(t, name)
		z := NewZone(loc)
		first := time.Date(2006, 1, 1, 12, 0, 0, 0, time.UTC).Unix()
		reached := z.Day(first * 1e9)
		for s := first; s < first+6*365*daySeconds; s += 60 {
			if s%900 > 60 { // changes are at full quarters, or a minute after
				continue
			}
			_, offset := time.Unix(s, 0).In(loc).Zone()
			date := Day(floorDiv(s+int64(offset), daySeconds))
			if date > reached {
				if got := z.Start(date); got != s*1e9 {
					t.Fatalf("%s: %s starts at %s, but its date is first seen at %s", name, date, AppendTime(nil, got), AppendTime(nil, s*1e9))
				}
				reached = date
			}
			if got := z.Day(s * 1e9); got != reached {
				t.Fatalf("%s: %s is in %s, want %s", name, AppendTime(nil, s*1e9), got, reached)
			}
		}
	}
}

func TestZoneAtTheEndsOfTime(t *testing.T) {
	z := NewZone(location(t, "America/Sao_Paulo"))
	for _, at := range []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64} {
		d := z.Day(at)
		if z.Start(d) > at || at != math.MaxInt64 && z.Start(d+1) <= at {
			t.Errorf("%d is not within %s", at, d)
		}
	}
	if z.Start(math.MaxInt32) != math.MaxInt64 || z.Start(math.MinInt32) != math.MinInt64 {
		t.Error("days beyond the nanoseconds do not start at their ends")
	}
}

func TestZoneAllocatesNothing(t *testing.T) {
	z := NewZone(location(t, "America/Sao_Paulo"))
	at := int64(1541300000e9)
	if n := testing.AllocsPerRun(1000, func() {
		at += 36e14
		z.Start(z.Day(at) + 1)
		z.Day(at - 1)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkZoneDay(b *testing.B) {
	z := NewZone(location(b, "Asia/Shanghai"))
	b.Run("same", func(b *testing.B) {
		for b.Loop() {
			z.Day(1772415011e9)
		}
	})
	b.Run("other", func(b *testing.B) {
		at := int64(1772415011e9)
		for b.Loop() {
			at ^= 1 << 50
			z.Day(at)
		}
	})
}
