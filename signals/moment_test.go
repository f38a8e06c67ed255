package signals

import (
	"math"
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

// checkFloat compares a number with strconv.
func checkFloat(t interface{ Fatalf(string, ...any) }, text string) {
	l := lexer{b: []byte(text)}
	n, ok := l.number()
	if !ok || l.i != len(text) {
		t.Fatalf("%s is not read", text)
	}
	got, finite := n.float()
	want, err := strconv.ParseFloat(text, 64)
	if finite != (err == nil) || finite && math.Float64bits(got) != math.Float64bits(want) {
		t.Fatalf("%s: got %v, %v, want %v, %v", text, got, finite, want, err)
	}
}

func TestFloat(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "0.0", "-0.0e5", "1", "-1", "123456789012345", "999999999999999e22", "999999999999999e-22", "1e22", "1e23", "1e-23",
		"1234567890123456", "9007199254740993", "18446744073709551616", "0.000000000000001", "0.0000000000000000001", "4.9e-324", "2.4e-324",
		"1.7976931348623157e308", "1.7976931348623159e308", "1e-999999999999999999", "0e999999999999999999", "1e309", "100000000000000000000000", "2.2250738585072011e-308",
	} {
		checkFloat(t, text)
	}
}

func TestFloatProperty(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?`)
	rapid.Check(t, func(t *rapid.T) { checkFloat(t, number.Draw(t, "number")) })
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "float")
		checkFloat(t, strconv.FormatFloat(f, 'g', -1, 64))
	})
}
