package notation_test

import (
	"strings"
	"testing"

	"firstsign/internal/notation"
)

func TestTimesOfElsewhere(t *testing.T) {
	times := mustTimes(t, "", "UTC")
	var column notation.Column
	list := map[string]string{
		"/Date(1772719507250)/":            "2026-03-05T14:05:07.25Z",
		`\/Date(1772719507250+0800)\/`:     "2026-03-05T14:05:07.25Z", // the offset is for show
		"05-MAR-26 02.05.00 PM":            "2026-03-05T14:05:00Z",
		"05-MAR-26 02.05.00.250000 PM":     "2026-03-05T14:05:00.25Z",
		"05-MAR-26 02.05.00 PM +08:00":     "2026-03-05T06:05:00Z",
		"05.03.2026 14.05":                 "2026-03-05T14:05:00Z",
		"民國115年3月5日":                       "2026-03-05T00:00:00Z",
		"中華民國115年03月05日 下午2:05":            "2026-03-05T14:05:00Z",
		"民國 115/03/05":                     "2026-03-05T00:00:00Z",
		"民國一百一十五年三月五日":                     "2026-03-05T00:00:00Z",
		"令和8年3月5日 14時05分":                  "2026-03-05T14:05:00Z",
		"令和元年5月1日":                         "2019-05-01T00:00:00Z",
		"平成31年4月30日":                       "2019-04-30T00:00:00Z",
		"二〇二六年三月五日":                        "2026-03-05T00:00:00Z",
		"二零二六年十二月二十五日":                     "2026-12-25T00:00:00Z",
		"二〇二六年三月廿一日 星期六":                   "2026-03-21T00:00:00Z",
		"二〇二六年三月五日 下午三点零五分":                "2026-03-05T15:05:00Z",
		"5 mars 2026":                      "2026-03-05T00:00:00Z",
		"jeudi 5 mars 2026 14:05":          "2026-03-05T14:05:00Z",
		"12 août 2026":                     "2026-08-12T00:00:00Z",
		"3 févr. 2026":                     "2026-02-03T00:00:00Z",
		"24 DÉCEMBRE 2026":                 "2026-12-24T00:00:00Z",
		"5 de marzo de 2026":               "2026-03-05T00:00:00Z",
		"jueves, 5 de marzo de 2026 14:05": "2026-03-05T14:05:00Z",
		"05-ene-2026":                      "2026-01-05T00:00:00Z",
		"5 maart 2026":                     "2026-03-05T00:00:00Z",
		"5 maggio 2026":                    "2026-05-05T00:00:00Z",
		"5 de março de 2026":               "2026-03-05T00:00:00Z",
	}
	for text, want := range list {
		if got := shown(times.Read(text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		column.Add(text)
	}
	if v := column.Verdict(); v.Unreadable != 0 || v.Cells != len(list) {
		t.Errorf("the column has %d cells, %d unreadable, the first %q", v.Cells, v.Unreadable, v.Unread)
	}
}

func TestTimesOfElsewhereThatAreRefused(t *testing.T) {
	times := mustTimes(t, "", "UTC")
	for text, want := range map[string]string{
		"/Date(0)/":               "placeholder",
		"115/03/05":               "of the Republic of China (民國), it is 2026",
		"0115-03-05":              "of the Republic of China (民國), it is 2026",
		"R8.3.5":                  "of a Japanese era, it is 2026",
		"1404-12-14":              "of the Persian calendar, it is 2025 or 2026",
		"1404/12/14":              "of the Persian calendar, it is 2025 or 2026",
		"1447-09-15":              "of the Islamic calendar",
		"1955-03-05":              `"1955-03-05" is before 1970`,
		"二〇二六年十三月五日":              "there is no month 13",
		"二〇二六年三月五日 星期三":           "it says Wednesday",
		"31 février 2026":         "there is no day 31",
		"mercredi 5 mars 2026":    "it says Wednesday",
		"版本二年":                    "no time",
		"794412307":               "since 2001, as Apple counts (2026)",
		"794412307.25":            "since 2001, as Apple counts (2026)",
		"2603051405":              "the layout yyMMddHHmm",
		"05-MAR-26 02.65.00 PM":   "there is no time of day",
		"three.forty 02.05.00 PM": "no time",
	} {
		if got := shown(times.Read(text)); !strings.Contains(got, want) || !strings.HasPrefix(got, "error") {
			t.Errorf("%s: %s, want %q", text, got, want)
		}
	}
	if got := shown(mustTimes(t, "unix", "UTC").Read("794412307")); got != "1995-03-05T14:05:07Z" {
		t.Errorf("with the layout unix: %s", got)
	}
	if got := shown(mustTimes(t, "excel1904", "UTC").Read("44624.5")); got != "2026-03-05T12:00:00Z" {
		t.Errorf("with the layout excel1904: %s", got)
	}
	if got := shown(mustTimes(t, "yyMMddHHmm", "UTC").Read("2603051405")); got != "2026-03-05T14:05:00Z" {
		t.Errorf("with its layout: %s", got)
	}
}
