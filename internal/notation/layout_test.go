package notation_test

import (
	"strings"
	"testing"

	"firstsign/internal/notation"
)

func TestLayouts(t *testing.T) {
	const want = "2024-03-05T14:15:00Z"
	for _, tt := range []struct{ layout, text, want string }{
		{"dd.MM.yyyy HH:mm", "05.03.2024 14:15", want},
		{"dd.MM.yyyy HH:mm", "5.3.2024 14:15", want},
		{"dd/MM/yyyy", "05/03/2024", "2024-03-05T00:00:00Z"},
		{"dd/mm/yyyy", "05/03/2024", "2024-03-05T00:00:00Z"}, // no hour, no other month
		{"dd/mm/yyyy HH:mm", "05/03/2024 14:15", want},
		{"mm/dd/yyyy", "03/05/2024", "2024-03-05T00:00:00Z"},
		{"yyyy-mm-dd HH:mm:ss", "2024-03-05 14:15:00", want},
		{"DD/MM/YYYY HH:mm", "05/03/2024 14:15", want},
		{"M/d/yyyy h:mm a", "3/5/2024 2:15 PM", want},
		{"M/d/yyyy h:mm tt", "3/5/2024 2:15 pm", want},
		{"M/d/yyyy h:mm AM/PM", "3/5/2024 2:15 PM", want},
		{"M/d/yyyy h:mm AM/PM", "3/5/2024 2:15\u202fp.m.", want},
		{"M/d/yy h:mm A", "3/5/24 2:15 P", want},
		{"MM/dd/yyyy hh:mm:ss a", "03/05/2024 12:15:00 AM", "2024-03-05T00:15:00Z"},
		{"MMM d, yyyy", "Mar 5, 2024", "2024-03-05T00:00:00Z"},
		{"MMMM d, yyyy", "march 5, 2024", "2024-03-05T00:00:00Z"},
		{"dd-MMM-yy", "05-MAR-24", "2024-03-05T00:00:00Z"},
		{"EEE, d MMM yyyy HH:mm:ss Z", "Tue, 5 Mar 2024 22:15:00 +0800", want},
		{"ddd d MMM yyyy HH:mm zzz", "Tue 5 Mar 2024 22:15 +08:00", want},
		{"yyyy年M月d日 上午h:mm", "2024年3月5日 下午2:15", want},
		{"yyyy年M月d日 ah:mm", "2024年3月5日 下午2:15", want},
		{"yyyy/M/d tth:mm", "2024/3/5 下午2:15", want},
		{"yyyy-MM-dd'T'HH:mm:ss", "2024-03-05T14:15:00", want},
		{"yyyy-MM-ddTHH:mm:ssZ", "2024-03-05T14:15:00Z", want},
		{"yyyy-MM-ddTHH:mm:ssZ", "2024-03-05T22:15:00+08:00", want},
		{"yyyy-MM-dd'T'HH:mm:ss'Z'", "2024-03-05T14:15:00Z", want},
		{"yyyy-MM-dd'T'HH:mm:ssXXX", "2024-03-05T22:15:00+08:00", want},
		{"YYYY-MM-DD[T]HH:mm", "2024-03-05T14:15", want},
		{"yyyy-MM-dd HH:mm:ss.SSS", "2024-03-05 14:15:00.250", "2024-03-05T14:15:00.25Z"},
		{"yyyy-MM-dd HH:mm:ss,fff", "2024-03-05 14:15:00,250", "2024-03-05T14:15:00.25Z"},
		{"yyyy-mm-dd HH:mm:ss.000", "2024-03-05 14:15:00.250", "2024-03-05T14:15:00.25Z"},
		{"yyyyMMddHHmmss", "20240305141500", want},
		{"yyyyMMdd", "20240305", "2024-03-05T00:00:00Z"},
		{"d 'de' MMMM yyyy", "5 de march 2024", "2024-03-05T00:00:00Z"},
		{"1/2/2006 3:04 PM", "3/5/2024 2:15 PM", want},
		{"02/01/2006 15:04", "05/03/2024 14:15", want},
		{"2006-01-02T15:04:05Z07:00", "2024-03-05T22:15:00+08:00", want},
		{"2006-01-02 15:04:05.000", "2024-03-05 14:15:00.250", "2024-03-05T14:15:00.25Z"},
		{"Mon Jan _2 15:04:05 2006", "Tue Mar  5 14:15:00 2024", want},
		{"02.01.06", "05.03.24", "2024-03-05T00:00:00Z"},
		{"2006年1月2日 15:04", "2024年3月5日 14:15", want},
		{"%Y-%m-%d %H:%M", "2024-03-05 14:15", want},
		{"%d/%m/%Y %I:%M %p", "05/03/2024 02:15 PM", want},
		{"%b %e, %Y", "Mar  5, 2024", "2024-03-05T00:00:00Z"},
		{"%FT%T%z", "2024-03-05T22:15:00+0800", want},
		{"%-d.%-m.%y %H:%M:%S.%f", "5.3.24 14:15:00.250000", "2024-03-05T14:15:00.25Z"},
		{"%Y-%m-%dT%H:%M:%SZ", "2024-03-05T14:15:00Z", want},
		{"excel", "45356.59375", want},
	} {
		times, err := notation.NewTimes(tt.layout, nil)
		if err != nil {
			t.Errorf("%s: %v", tt.layout, err)
			continue
		}
		if got := shown(times.Read(tt.text)); got != tt.want {
			t.Errorf("%q as %s: got %s, want %s", tt.text, tt.layout, got, tt.want)
		}
	}
}

func TestLayoutsThatCannotBeMeant(t *testing.T) {
	for layout, want := range map[string]string{
		"dd/MM":               "no year",
		"yyyy":                "no month",
		"HH:mm":               "no year",
		"MM/yyyy":             "no day",
		"dd/yyyy HH:mm":       "no month",
		"dd/MM/yyyy HH:MM":    "the month twice (MM); minutes are mm",
		"dd/mm/yyyy HH:MM":    "M is the month, m minutes; write dd/MM/yyyy HH:mm",
		"dd/MM/yyyy/MM":       "the month twice",
		"dd/MM/yyyy dd":       "the day twice",
		"dd/MM/yyyy mm":       "no hour",
		"dd/mm/MM/yyyy":       "no hour",
		"yyyy-MM-dd hh:mm:ss": "write HH, or add a",
		"M/d/yyyy h:mm":       "nothing says AM or PM",
		"M/d/yyyy a":          "no hour",
		"dd/MM/yyyy HH:ss":    "no minutes",
		"yy/MM/dd yyyy":       "the year twice (yy and yyyy)",
		"dd/MM/yyyy HHmm n":   `"n" is no part of a date`,
		"week ww yyyy":        "is no part of a date",
		"%Y-%M-%d":            "no month",
		"%Y-%m-%d %H:%m":      "the month twice (%m); minutes are %M",
		"%Y-%j":               "%j is not known",
		"%s":                  "write unix",
		"%Y-%m-%d %":          "letter is missing",
		"1/2/2006 3:04":       "nothing says AM or PM",
		"2006-02":             "no month",
		"dmy":                 "", // read: d, m, y
	} {
		_, err := notation.NewTimes(layout, nil)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", layout, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", layout, err, want)
		}
	}
}

func TestTextsThatALayoutDoesNotFit(t *testing.T) {
	for _, tt := range []struct{ layout, text, want string }{
		{"dd/mm/yyyy", "05/03/2024 09:15", `"05/03/2024 09:15" is not written as dd/mm/yyyy: "09:15" follows`},
		{"M/d/yyyy h:mm a", "3/5/2024 14:15", `is not written as M/d/yyyy h:mm a: the hour (h) is wanted`},
		{"M/d/yyyy h:mm a", "3/5/2024 2:15", `AM or PM (a) is missing`},
		{"MMM d, yyyy", "5 Mar 2024", `the month (MMM) is wanted where "5 Mar 2024" stands`},
		{"dd/MM/yyyy", "05/13/2024", "there is no month 13"},
		{"dd/MM/yyyy", "31/04/2024", "there is no day 31 in April 2024"},
		{"dd/MM/yyyy", "05-03-2024", `"/" is wanted`},
		{"yy-MM-dd", "2024-03-05", `"-" is wanted where "24-03-05" stands`},
		{"yyyyMMdd", "2024305", "the day (dd) is wanted"},
	} {
		times, err := notation.NewTimes(tt.layout, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := times.Read(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "2006") {
			t.Errorf("%q as %s: got %s, want %q", tt.text, tt.layout, shown(n, err), tt.want)
		}
	}
}
