package signals

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseTime(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2026-03-02T09:30:11+08:00", "2026-03-02T01:30:11Z"},
		{"2026-03-02t09:30:11z", "2026-03-02T09:30:11Z"},
		{"2024-02-29T23:59:59.999999999-03:30", "2024-03-01T03:29:59.999999999Z"},
		{"2000-02-29T00:00:00.5Z", "2000-02-29T00:00:00.5Z"},
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
		{"1969-12-31T23:00:00-01:00", "1970-01-01T00:00:00Z"},
		{"2261-12-31T23:59:59.999999999Z", "2261-12-31T23:59:59.999999999Z"},
		{"2262-01-01T01:00:00+02:00", "2261-12-31T23:00:00Z"},
		{"2100-02-28T00:00:00-00:00", "2100-02-28T00:00:00Z"},
	} {
		got, wrong := ParseTime([]byte(c.text))
		if s := string(AppendTime(nil, got)); wrong != "" || s != c.want {
			t.Errorf("%s: got %s, %q, want %s", c.text, s, wrong, c.want)
		}
	}
}

// Every day of every month is taken exactly when the standard library takes it.
func TestParseTimeDays(t *testing.T) {
	for year := 1970; year < 2262; year++ {
		for month := 1; month <= 12; month++ {
			for day := 27; day <= 32; day++ {
				b := []byte(strconv.Itoa(year) + "-" + two(month) + "-" + two(day) + "T12:00:00Z")
				want, err := time.Parse(time.RFC3339, string(b))
				if got, wrong := ParseTime(b); (wrong == "") != (err == nil) || err == nil && got != want.UnixNano() {
					t.Fatalf("%s: %d, %q, want %v, %v", b, got, wrong, want, err)
				}
			}
		}
	}
}

func two(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }

func TestTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Range(0, pastSecond*1e9-1).Draw(t, "time")
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60-59, 23*60+59).Draw(t, "offset"))
		for _, b := range [][]byte{AppendTime(nil, want), time.Unix(0, want).In(zone).AppendFormat(nil, time.RFC3339Nano)} {
			if got, wrong := ParseTime(b); wrong != "" || got != want {
				t.Fatalf("%s: %d, %q, want %d", b, got, wrong, want)
			}
		}
	})
}
