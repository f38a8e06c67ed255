package mapping

import (
	"strings"
	"testing"
	"time"
)

func TestZonesAndNotationsOfAMapping(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*Config)
		value  string
		want   string // of the record, or of the refusal
	}{
		{"the calendar's zone", func(c *Config) { c.Time = "msg.t" }, `{"t":"2026-03-05 21:30:00"}`, `"time":"2026-03-05T13:30:00Z"`},
		{"winter of New York", func(c *Config) { c.Time, c.Zone = "msg.t", "America/New_York" }, `{"t":"2026-03-05 21:30:00"}`, `"time":"2026-03-06T02:30:00Z"`},
		{"summer of New York", func(c *Config) { c.Time, c.Zone = "msg.t", "America/New_York" }, `{"t":"2026-03-12 21:30:00"}`, `"time":"2026-03-13T01:30:00Z"`},
		{"a time that is skipped", func(c *Config) { c.Time, c.Zone = "msg.t", "America/New_York" }, `{"t":"2026-03-08 02:30:00"}`, `"time":"2026-03-08T07:30:00Z"`},
		{"a time that comes twice", func(c *Config) { c.Time, c.Zone = "msg.t", "America/New_York" }, `{"t":"2026-11-01 01:30:00"}`, `"time":"2026-11-01T05:30:00Z"`},
		{"an offset counts more", func(c *Config) { c.Time, c.Zone = "msg.t", "America/New_York" }, `{"t":"2026-03-05T21:30:00+01:00"}`, `"time":"2026-03-05T20:30:00Z"`},
		{"a zone of Windows", func(c *Config) { c.Time, c.Zone = "msg.t", "Eastern Standard Time" }, `{"t":"2026-03-12 21:30:00"}`, `"time":"2026-03-13T01:30:00Z"`},
		{"a layout", func(c *Config) { c.Time, c.TimeLayout = "msg.t", "M/d/yyyy h:mm tt" }, `{"t":"3/5/2026 9:30 PM"}`, `"time":"2026-03-05T13:30:00Z"`},
		{"a whole number of digits of a date", func(c *Config) { c.Time, c.TimeLayout = "msg.t", "yyyyMMddHHmm" }, `{"t":202603052130}`, `"time":"2026-03-05T13:30:00Z"`},
		{"the same without a layout", func(c *Config) { c.Time = "msg.t" }, `{"t":202603052130}`, `the layout yyyyMMddHHmm or yyMMddHHmmss`},
		{"a number since 1970 in spite of a layout", func(c *Config) { c.Time, c.TimeLayout = "msg.t", "dd/MM/yyyy" }, `{"t":1772717400000}`, `"time":"2026-03-05T13:30:00Z"`},
		{"a text that does not fit", func(c *Config) { c.Time, c.TimeLayout = "msg.t", "M/d/yyyy" }, `{"t":"2026-03-05"}`, `is not written as M/d/yyyy`},
		{"time() of two texts", func(c *Config) { c.Time, c.Zone = `time(msg.d + " " + msg.t)`, "America/New_York" }, `{"d":"2026-03-12","t":"21:30"}`, `"time":"2026-03-13T01:30:00Z"`},
		{"time() with a layout", func(c *Config) { c.Time = `time(msg.t, "dd/MM/yyyy HH:mm")` }, `{"t":"05/03/2026 21:30"}`, `"time":"2026-03-05T13:30:00Z"`},
		{"time() with a zone of the record", func(c *Config) { c.Time = `time(msg.t, "", msg.z)` }, `{"t":"2026-03-12 21:30","z":"America/New_York"}`, `"time":"2026-03-13T01:30:00Z"`},
		{"time() with a zone that is none", func(c *Config) { c.Time = `time(msg.t, "", msg.z)` }, `{"t":"2026-03-12 21:30","z":"New York"}`, `did you mean "America/New_York"?`},
		{"time() of no time", func(c *Config) { c.Time = `time(msg.t)` }, `{"t":"03/04/2026"}`, `could be 3 April or 4 March; give time_layout:`},
		{"a placeholder", func(c *Config) { c.Time = "msg.t" }, `{"t":"1970-01-01 00:00:00"}`, `placeholder, not a date`},
		{"a placeholder as a number", func(c *Config) { c.Time = "msg.t" }, `{"t":0}`, `placeholder, not a date`},
		{"a placeholder of CEL", func(c *Config) { c.Time = "timestamp(msg.t)" }, `{"t":"0001-01-01T00:00:00Z"}`, `placeholder, not a date`},
		{"mail", func(c *Config) { c.Time = "msg.t" }, `{"t":"Thu, 05 Mar 2026 21:30:00 +0800"}`, `"time":"2026-03-05T13:30:00Z"`},

		{"both marks", func(c *Config) { c.Value = "msg.n" }, `{"n":"1.574,38 €"}`, `"value":1574.38`},
		{"as programs write it", func(c *Config) { c.Value = "msg.n" }, `{"n":"1.574"}`, `"value":1.574`},
		{"thousands or not", func(c *Config) { c.Value = "msg.n" }, `{"n":"1,574"}`, `give decimal: point or decimal: comma`},
		{"thousands", func(c *Config) { c.Value, c.Decimal = "msg.n", "point" }, `{"n":"1,574"}`, `"value":1574`},
		{"a decimal comma", func(c *Config) { c.Value, c.Decimal = "msg.n", "comma" }, `{"n":"1.574"}`, `"value":1574`},
		{"a point that cannot be", func(c *Config) { c.Value, c.Decimal = "msg.n", "comma" }, `{"n":"12.5"}`, `not written with a decimal comma`},
		{"no number", func(c *Config) { c.Value = "msg.n" }, `{"n":"NaN"}`, `"NaN" is not a number`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, faults := Compile([]Config{with(tt.change)}, shanghai)
			if faults != nil {
				t.Fatal(faults)
			}
			if got := told(set.Mapper(nil).Map(Origin{Topic: "cdr"}, record(tt.value))[0]); !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestFaultsOfZonesAndNotations(t *testing.T) {
	for _, tt := range []struct {
		change      func(*Config)
		field, want string
	}{
		{func(c *Config) { c.Zone = "America/NewYork" }, "zone", `there is no time zone "America/NewYork" (did you mean "America/New_York"?)`},
		{func(c *Config) { c.TimeLayout = "dd/MM" }, "time_layout", "it has no year"},
		{func(c *Config) { c.TimeLayout, c.Zone = "yyyy-MM-ddTHH:mm:ssZ", "America/New_York" }, "time_layout", "its Z means UTC"},
		{func(c *Config) { c.Decimal = "komma" }, "decimal", `"komma" is none of point, comma`},
		{func(c *Config) { c.Time = "time(1)" }, "time", "no matching overload"},
	} {
		_, faults := Compile([]Config{with(tt.change)}, time.UTC)
		if len(faults) != 1 || faults[0].Field != tt.field || !strings.Contains(faults[0].Text, tt.want) {
			t.Errorf("got %+v, want %s: %s", faults, tt.field, tt.want)
		}
	}
}
