package notation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"firstsign/internal/notation"
)

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := notation.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func mustTimes(t testing.TB, layout, zone string) *notation.Times {
	t.Helper()
	times, err := notation.NewTimes(layout, mustZone(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return times
}

// shown is a time as the tests write it, or the error.
func shown(n int64, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return time.Unix(0, n).UTC().Format(time.RFC3339Nano)
}

func TestTimesThatMeanOneThing(t *testing.T) {
	times := mustTimes(t, "", "Asia/Shanghai")
	for text, want := range map[string]string{
		"2026-03-05":                       "2026-03-04T16:00:00Z",
		"2026-03-05 14:00":                 "2026-03-05T06:00:00Z",
		"2026-03-05T14:00:07.25":           "2026-03-05T06:00:07.25Z",
		"2026-03-05T14:00:07,25":           "2026-03-05T06:00:07.25Z",
		"2026-03-05 14:00:07Z":             "2026-03-05T14:00:07Z",
		"2026-03-05 14:00:07 Z":            "2026-03-05T14:00:07Z",
		"2026-03-05 14:00:07 UTC":          "2026-03-05T14:00:07Z",
		"2026-03-05 14:00 GMT":             "2026-03-05T14:00:00Z",
		"2026-03-05 14:00 GMT+2":           "2026-03-05T12:00:00Z",
		"2026-03-05 14:00 UTC+05:30":       "2026-03-05T08:30:00Z",
		"2026-03-05 14:00 +0800":           "2026-03-05T06:00:00Z",
		"2026-03-05 14:00:07+08":           "2026-03-05T06:00:07Z",
		"2026-03-05T14:00-0330":            "2026-03-05T17:30:00Z",
		"2026-03-05T14:00:07−08:00":        "2026-03-05T22:00:07Z", // a minus sign of typesetters
		"2026-03-05T24:00":                 "2026-03-05T16:00:00Z",
		"2026/3/5":                         "2026-03-04T16:00:00Z",
		"2026/03/05 9:05":                  "2026-03-05T01:05:00Z",
		"2026-3-5":                         "2026-03-04T16:00:00Z",
		"2026.3.5":                         "2026-03-04T16:00:00Z",
		"2026. 3. 5.":                      "2026-03-04T16:00:00Z",
		"2026.03.05 14:00":                 "2026-03-05T06:00:00Z",
		"5.3.2026":                         "2026-03-04T16:00:00Z",
		"05.03.2026 14:00:07":              "2026-03-05T06:00:07Z",
		"20260305":                         "2026-03-04T16:00:00Z",
		"20260305 1405":                    "2026-03-05T06:05:00Z",
		"20260305T140507Z":                 "2026-03-05T14:05:07Z",
		"202603051405":                     "2026-03-05T06:05:00Z",
		"20260305140507":                   "2026-03-05T06:05:07Z",
		"20260305140507123":                "2026-03-05T06:05:07.123Z",
		"2026年3月5日":                        "2026-03-04T16:00:00Z",
		"2026年03月05号":                      "2026-03-04T16:00:00Z",
		"2026年3月5日 上午9:30":                 "2026-03-05T01:30:00Z",
		"2026年3月5日9:30":                    "2026-03-05T01:30:00Z",
		"2026 年 3 月 5 日 9时5分":              "2026-03-05T01:05:00Z",
		"2026年3月5日 下午2点15分30秒":             "2026-03-05T06:15:30Z",
		"2026年3月5日星期四 14:00":               "2026-03-05T06:00:00Z",
		"2026年3月5日（周四）14:00":               "2026-03-05T06:00:00Z",
		"2026/3/5 下午2:15":                  "2026-03-05T06:15:00Z",
		"2026/3/5 凌晨12:15":                 "2026-03-04T16:15:00Z",
		"2026/3/5 中午12:15":                 "2026-03-05T04:15:00Z",
		"2026/3/5 中午1:15":                  "2026-03-05T05:15:00Z",
		"2026/3/5 晚上8:15":                  "2026-03-05T12:15:00Z",
		"２０２６／３／５　１４：００":                   "2026-03-05T06:00:00Z",
		"2026년 3월 5일 오후 2:15":              "2026-03-05T06:15:00Z",
		"Mar 5, 2026":                      "2026-03-04T16:00:00Z",
		"March 5th, 2026 2:15 PM":          "2026-03-05T06:15:00Z",
		"Mar 5, 2026, 2:15:07\u202fPM":     "2026-03-05T06:15:07Z", // as Chrome and macOS write it
		"5 March 2026":                     "2026-03-04T16:00:00Z",
		"5th of March 2026 at 2 pm":        "2026-03-05T06:00:00Z",
		"05-MAR-26":                        "2026-03-04T16:00:00Z",
		"05-Mar-2026 02:15:00 p.m.":        "2026-03-05T06:15:00Z",
		"5. März 2026 14:00":               "2026-03-05T06:00:00Z",
		"2026-Mar-05 14:00":                "2026-03-05T06:00:00Z",
		"Thu, 05 Mar 2026 14:00:07 +0800":  "2026-03-05T06:00:07Z",
		"Thu, 05 Mar 2026 14:00:07 GMT":    "2026-03-05T14:00:07Z",
		"Thursday, March 5, 2026 12:15 AM": "2026-03-04T16:15:00Z",
		"Thu Mar  5 14:00:07 2026":         "2026-03-05T06:00:07Z",
		"Thu Mar  5 14:00:07 UTC 2026":     "2026-03-05T14:00:07Z",
		"Thu Mar  5 14:00:07 CST 2026":     "2026-03-05T06:00:07Z", // as Shanghai calls itself
		"Thu Mar 05 2026 14:00:07 GMT+0800 (China Standard Time)": "2026-03-05T06:00:07Z",
		"2026-03-05T14:00:07+01:00[Europe/Berlin]":                "2026-03-05T13:00:07Z",
		"05/Mar/2026:14:00:07 +0000":                              "2026-03-05T14:00:07Z",
		"14:00 5.3.2026":                                          "2026-03-05T06:00:00Z",
		"1772443811":                                              "2026-03-02T09:30:11Z",
		"1772443811.25":                                           "2026-03-02T09:30:11.25Z",
		"1772443811123":                                           "2026-03-02T09:30:11.123Z",
		"1772443811123456":                                        "2026-03-02T09:30:11.123456Z",
		"1772443811123456789":                                     "2026-03-02T09:30:11.123456789Z",
		"46082":                                                   "2026-02-28T16:00:00Z",
		"46082.395833333":                                         "2026-03-01T01:30:00Z",
	} {
		if got := shown(times.Read(text)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestTimesThatAreRefused(t *testing.T) {
	times := mustTimes(t, "", "UTC")
	for text, want := range map[string]string{
		"":                               "empty",
		"03/04/2026":                     "03/04/2026 could be 3 April or 4 March; give --time-layout \"dd/MM/yyyy\" or \"MM/dd/yyyy\"",
		"3/4/2026 14:00":                 `3/4/2026 14:00 could be 3 April or 4 March; give --time-layout "d/M/yyyy HH:mm" or "M/d/yyyy HH:mm"`,
		"13/04/2026":                     "order",
		"03/04/05":                       "3 April 2005 or 4 March 2005 or 5 April 2003",
		"26.03.05":                       "26 March 2005 or 5 March 2026",
		"2026-02-30":                     "no day 30 in February 2026",
		"2026-13-05":                     "no month 13",
		"2026-03-05 25:00":               "25:00",
		"2026-03-05 14:60":               "14:60",
		"2026-03":                        "one thing only",
		"March 2026":                     "one thing only",
		"2026年3月":                        "one thing only",
		"Mon, 05 Mar 2026 14:00":         "says Monday, and 2026-03-05 is a Thursday",
		"2026-03-05 14:00 CST":           "CST is the name of several zones",
		"2026-03-05 14:15 AM":            "no hour 14",
		"2026/3/5 晚上12:15":               "no hour 12",
		"2026-03-05 14:00 +25:00":        "one thing only",
		"2026-03-05T14:00:07+08:00 x":    "one thing only",
		"1.77244E+12":                    "shortened by a spreadsheet",
		"12345":                          "no day of Excel",
		"soon":                           "one thing only",
		"99999999999":                    "beyond the year 2261",
		"1950-03-05":                     "before 1970",
		strings.Repeat("2026-03-05 ", 9): "one thing only",
	} {
		n, err := times.Read(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %s, want an error with %q", text, shown(n, err), want)
		}
	}
}

func TestPlaceholdersAreNoTimes(t *testing.T) {
	for layout, texts := range map[string][]string{
		"": {"0", "0.0", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "0001-01-01T00:00:00Z", "1970-01-01", "1970-01-01 08:00:00", "1970-01-01T00:00:00Z", "1900-01-00", "1900-01-01",
			"1899-12-30 00:00", "9999-12-31 23:59:59", "2099-12-31", "2999-12-31", "1753-01-01", "1969-12-31T19:00:00", "1/1/1970", "1970年1月1日", "01-JAN-70"},
		"dd/MM/yyyy":       {"01/01/1970", "31/12/9999", "01/01/0001", "01/01/1900"},
		"unix":             {"0"},
		"unixms":           {"0"},
		"%Y-%m-%d":         {"1970-01-01"},
		"M/d/yyyy h:mm tt": {"1/1/1970 12:00 AM"},
	} {
		times := mustTimes(t, layout, "UTC")
		times.Evidence = func() (notation.TimeVerdict, error) { return notation.TimeVerdict{Order: notation.DayFirst}, nil }
		for _, text := range texts {
			if n, err := times.Read(text); !errors.Is(err, notation.ErrPlaceholder) {
				t.Errorf("%q as %q: got %s", text, layout, shown(n, err))
			}
		}
	}
	for text, want := range map[string]bool{"1970-01-01T23:59:00Z": true, "1969-12-31T16:00:00Z": true, "1970-01-02T00:00:00Z": false, "9999-12-31T00:00:00Z": true, "2026-01-01T00:00:00Z": false, "0001-01-01T00:00:00Z": true} {
		at, _ := time.Parse(time.RFC3339, text)
		if notation.Placeholder(at) != want {
			t.Errorf("%s: placeholder is %v", text, !want)
		}
	}
}

func TestUnixTimesOfTheWrongUnit(t *testing.T) {
	for _, tt := range []struct{ layout, text, want string }{
		{"unixms", "1756718310", "would be January 1970; are these seconds? Then it is --time-layout unix"},
		{"unix", "1756718310000", "are these milliseconds? Then it is --time-layout unixms"},
		{"unixus", "1756718310000", "would be January 1970; are these milliseconds?"},
		{"unix", "2026-03-05", "is not a Unix time"},
		{"unix", "0x68B5", "is not a Unix time"},
		{"unix", "NaN", "is not a Unix time"},
		{"excel", "1756718310", "no day number of Excel"},
	} {
		if n, err := mustTimes(t, tt.layout, "UTC").Read(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s as %s: got %s, want %q", tt.text, tt.layout, shown(n, err), tt.want)
		}
	}
	if got := shown(mustTimes(t, "unix", "UTC").Read("1756718310.5")); got != "2025-09-01T09:18:30.5Z" {
		t.Errorf("seconds with a fraction: %s", got)
	}
}

func TestLocalTimesOfSummerTime(t *testing.T) {
	times := mustTimes(t, "", "America/New_York")
	for _, tt := range []struct{ text, want string }{
		{"2026-03-05 21:30", "2026-03-06T02:30:00Z"},
		{"2026-03-12 21:30", "2026-03-13T01:30:00Z"},
		{"2026-03-08 01:59", "2026-03-08T06:59:00Z"},
		{"2026-03-08 02:30", "2026-03-08T07:30:00Z"}, // does not exist: 03:30
		{"2026-03-08 03:30", "2026-03-08T07:30:00Z"},
		{"2026-11-01 01:30", "2026-11-01T05:30:00Z"}, // twice: the first
		{"2026-11-01 01:30 EST", "2026-11-01T06:30:00Z"},
		{"2026-11-01 01:30 EDT", "2026-11-01T05:30:00Z"},
		{"2026-11-01 02:30", "2026-11-01T07:30:00Z"},
		{"2026-07-01", "2026-07-01T04:00:00Z"},
	} {
		if got := shown(times.Read(tt.text)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
	// The same by the standard library, wherever a local time is one instant.
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai", "America/Sao_Paulo", "Africa/Casablanca"} {
		zone := mustZone(t, name)
		times, _ := notation.NewTimes("", zone)
		for at := time.Date(1991, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2031; at = at.Add(7*time.Hour + 13*time.Minute) {
			local := at.In(zone).Format("2006-01-02 15:04:05")
			n, err := times.Read(local)
			if err != nil {
				t.Fatal(err)
			}
			if back := time.Unix(0, n).In(zone).Format("2006-01-02 15:04:05"); back != local {
				t.Fatalf("%s in %s is read as %s", local, name, back)
			}
		}
	}
}

func TestZones(t *testing.T) {
	for name, want := range map[string]string{"Asia/Shanghai": "Asia/Shanghai", "China Standard Time": "Asia/Shanghai", "eastern standard time": "America/New_York", "utc": "UTC", "GMT": "UTC", " Europe/Berlin ": "Europe/Berlin"} {
		if got := mustZone(t, name).String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if _, offset := time.Unix(0, 0).In(mustZone(t, "UTC+8")).Zone(); offset != 8*3600 {
		t.Errorf("UTC+8 is %d s", offset)
	}
	for name, want := range map[string]string{
		"": "empty", "Local": "every machine", "America/NewYork": `did you mean "America/New_York"?`, "Shanghai": `did you mean "Asia/Shanghai"?`, "new york": `did you mean "America/New_York"?`,
		"europe/berlin": `did you mean "Europe/Berlin"?`, "Beijing": `did you mean "Asia/Shanghai"?`, "CST": "no name of one time zone", "Nowhere/Land": "write a name like",
	} {
		if _, err := notation.Zone(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
	for _, w := range notation.KnownZones() {
		if _, err := time.LoadLocation(w); err != nil {
			t.Error(err)
		}
	}
}

func TestYearsThatAreTooFarAreNoPlaceholders(t *testing.T) {
	times := mustTimes(t, "", "UTC")
	for text, want := range map[string]string{
		"2569-03-05 14:00": "it is 2026; export years of the Western calendar",
		"25.3.2569":        "Thai (Buddhist) calendar",
		"260305140507":     `give --time-layout "yyMMddHHmmss"`,
		"2800-03-05":       "is in the year 2800",
	} {
		if got := shown(times.Read(text)); !strings.Contains(got, want) || strings.Contains(got, "placeholder") {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"2262-04-11", "2500-12-31", "3000-01-01", "4712-12-31", "9999-12-31"} {
		if _, err := times.Read(text); !errors.Is(err, notation.ErrPlaceholder) {
			t.Errorf("%s: %v, want a placeholder", text, err)
		}
	}
	if got := shown(mustTimes(t, "yyMMddHHmmss", "UTC").Read("260305140507")); got != "2026-03-05T14:05:07Z" {
		t.Error(got)
	}
	var c notation.Column
	c.Add("2569-03-05")
	if v := c.Verdict(); v.Unreadable != 1 || v.Placeholders != 0 {
		t.Errorf("%d unreadable, %d placeholders", v.Unreadable, v.Placeholders)
	}
}

func TestNumbersOfOtherEpochsAreRefused(t *testing.T) {
	times := mustTimes(t, "", "UTC")
	for text, want := range map[string]string{
		"134120784600000000": "nanoseconds since 1970 (1974) or a file time of Windows (2026)",
		"639032016600000000": "nanoseconds since 1970 (1990) or ticks of .NET (2026)",
	} {
		if got := shown(times.Read(text)); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, n := range []int64{202603051405, 260305140507} { // a number of JSON
		if _, err := notation.SinceEpoch(n); err == nil || !strings.Contains(err.Error(), "the layout yyyyMMddHHmm or yyMMddHHmmss") {
			t.Errorf("%d: %v", n, err)
		}
	}
	if got := shown(mustTimes(t, "unixns", "UTC").Read("639032016600000000")); !strings.HasPrefix(got, "1990-") {
		t.Error(got)
	}
}

func TestZonesThatTurnTheirSign(t *testing.T) {
	for name, want := range map[string]string{
		"Etc/GMT+8":  `"Etc/GMT+8" is 8 hours behind UTC`,
		"etc/gmt-08": `"etc/gmt-08" is 8 hours ahead of UTC`,
		"Etc/GMT":    "", "Etc/GMT+0": "", "Etc/UTC": "", "GMT+8": "", "Europe/Berlin": "",
		"Dateline Standard Time": "", // Etc/GMT+12, by its name in Windows
	} {
		if _, err := notation.Zone(name); (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
