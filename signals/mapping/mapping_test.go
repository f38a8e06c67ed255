package mapping

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
)

var shanghai = time.FixedZone("CST", 8*3600)

func compiled(t testing.TB, configs ...Config) *Set {
	t.Helper()
	set, faults := Compile(configs, shanghai)
	if faults != nil {
		t.Fatalf("%+v", faults)
	}
	return set
}

// record of a topic, written at 2026-03-02T01:30:11Z.
func record(value string) *signals.Record {
	return &signals.Record{Offset: 7, Time: 1772415011e9, Key: []byte("k1"), Value: []byte(value),
		Headers: []signals.Header{{Key: "tenant", Value: []byte("north")}}}
}

// told is what one mapping makes of a record, in one line.
func told(r Result) string {
	switch {
	case r.Reject != nil:
		return r.Reject.Error()
	case r.Value == nil:
		return "passed over"
	}
	return string(r.Value)
}

// with the fields that every mapping needs.
func with(change func(*Config)) Config {
	c := Config{Name: "pbx", Topic: "cdr", Format: JSON, Time: `"2026-03-02T09:30:11+08:00"`, Account: `"acme"`, Signal: `"call"`, ID: `"x"`}
	change(&c)
	return c
}

func TestMap(t *testing.T) {
	racetest.Arithmetic(t)
	const made = `{"time":"2026-03-02T01:30:11Z","account":"acme","signal":"call","value":1,"id":"x","source":"pbx"}`
	value := func(v string) string { return strings.Replace(made, `"value":1`, `"value":`+v, 1) }
	field := func(name, v string) string {
		return strings.Replace(made, `,"source"`, `,"`+name+`":"`+v+`","source"`, 1)
	}
	at := func(time string) string { return strings.Replace(made, "2026-03-02T01:30:11Z", time, 1) }
	account := func(id string) string { return strings.Replace(made, `"account":"acme"`, `"account":"`+id+`"`, 1) }
	cases := []struct {
		name   string
		change func(*Config)
		value  string
		want   string // told; of what is unmappable, what it says after the mapping's name
	}{
		{"constants only", func(*Config) {}, `{}`, made},
		{"a number as account", func(c *Config) { c.Account = "msg.c" }, `{"c":12}`, account("12")},
		{"a number beyond 2^53", func(c *Config) { c.Account = "msg.c" }, `{"c":9007199254740993}`, account("9007199254740993")},
		{"beyond 2^63", func(c *Config) { c.Account = "msg.c" }, `{"c":18446744073709551615}`, account("18446744073709551615")},
		{"beyond 2^64", func(c *Config) { c.Account = "msg.c" }, `{"c":123456789012345678901234567890}`, account("123456789012345678901234567890")},
		{"nested", func(c *Config) { c.Account = "msg.after.customer[0].id" }, `{"after":{"customer":[{"id":" a1 "}]}}`, account("a1")},
		{"key and headers", func(c *Config) { c.Account = `key + "-" + headers.tenant` }, `{}`, account("k1-north")},
		{"kafka's own", func(c *Config) { c.Account = `kafka.topic + string(kafka.partition) + "." + string(kafka.offset)` }, `{}`, account("cdr3.7")},
		{"functions on texts", func(c *Config) { c.Account = `msg.c.split("/")[1].lowerAscii().replace("_", "-")` }, `{"c":"x/A_B"}`, account("a-b")},
		{"schema registry's bytes", func(c *Config) { c.Account = "msg.c" }, "\x00\x00\x00\x00\x07{\"c\":\"a1\"}", account("a1")},

		{"account is missing", func(c *Config) { c.Account = "msg.c" }, `{}`, "account: no such key: c"},
		{"account is null", func(c *Config) { c.Account = "msg.c" }, `{"c":null}`, "account: it is null"},
		{"account in null", func(c *Config) { c.Account = "msg.c.id" }, `{"c":null}`, "account: no such key: id"},
		{"account is empty", func(c *Config) { c.Account = "msg.c" }, `{"c":" "}`, "account: it is empty"},
		{"account is an object", func(c *Config) { c.Account = "msg.c" }, `{"c":{}}`, "account: want text, got map"},
		{"account is too long", func(c *Config) { c.Account = "msg.c" }, `{"c":"` + strings.Repeat("a", 257) + `"}`, `field_too_long: "account" at byte 41: longer than 256 bytes`},
		{"a control character", func(c *Config) { c.Account = "msg.c" }, `{"c":"a\u0000b"}`, `wrong_type: "account" at byte 41: a control character in an identifier`},

		{"when", func(c *Config) { c.When = `msg.type == "CALL" && msg.duration > 0` }, `{"type":"CALL","duration":3.5}`, made},
		{"when not", func(c *Config) { c.When = `msg.type == "CALL" && msg.duration > 0` }, `{"type":"SMS"}`, "passed over"},
		{"when it is missing", func(c *Config) { c.When = `msg.type == "CALL"` }, `{}`, "passed over"},
		{"when null is compared", func(c *Config) { c.When = `msg.deleted == null` }, `{"deleted":null}`, made},
		{"when null is calculated with", func(c *Config) { c.When = `msg.n > 5` }, `{"n":null}`, "passed over"},
		{"when a text is compared with a number", func(c *Config) { c.When = `msg.n > 5` }, `{"n":"6"}`,
			"when: no such overload: texts, whole numbers and fractions do not mix; string(), int() and double() convert"},
		{"when is no answer", func(c *Config) { c.When = `msg.n` }, `{"n":"yes"}`, "when: want true or false, got string"},

		{"time in the zone", func(c *Config) { c.Time = "msg.t" }, `{"t":"2026-03-02 09:30:11"}`, made},
		{"time with an offset without colon", func(c *Config) { c.Time = "msg.t" }, `{"t":"2026-03-02T02:30:11.000+0100"}`, made},
		{"seconds", func(c *Config) { c.Time = "msg.t" }, `{"t":1772415011}`, made},
		{"seconds with a fraction", func(c *Config) { c.Time = "msg.t" }, `{"t":1772415011.5}`, at("2026-03-02T01:30:11.5Z")},
		{"milliseconds", func(c *Config) { c.Time = "msg.t" }, `{"t":1772415011000}`, made},
		{"microseconds", func(c *Config) { c.Time = "msg.t" }, `{"t":1772415011000000}`, made},
		{"nanoseconds", func(c *Config) { c.Time = "msg.t" }, `{"t":1772415011000000001}`, at("2026-03-02T01:30:11.000000001Z")},
		{"milliseconds as text", func(c *Config) { c.Time = "msg.t" }, `{"t":"1772415011000"}`, made},
		{"a day as a number", func(c *Config) { c.Time = "msg.t" }, `{"t":20260302}`, "time: 20260302 is no time since 1970 (and after March 1973)"},
		{"a day as text", func(c *Config) { c.Time = "msg.t" }, `{"t":"20260302"}`, at("2026-03-01T16:00:00Z")},
		{"Kafka's time", func(c *Config) { c.Time = "" }, `{}`, made},
		{"Kafka's time, asked for", func(c *Config) { c.Time = "kafka.time" }, `{}`, made},
		{"time calculated", func(c *Config) { c.Time = `timestamp(msg.t) - duration("30s")` }, `{"t":"2026-03-02T01:30:41Z"}`, made},
		{"time is missing", func(c *Config) { c.Time = "msg.t" }, `{}`, "time: no such key: t"},
		{"a time of two meanings", func(c *Config) { c.Time = "msg.t" }, `{"t":"03/04/2026"}`, `time: 03/04/2026 could be 3 April or 4 March; give time_layout: "dd/MM/yyyy" or "MM/dd/yyyy"`},
		{"too far away", func(c *Config) { c.Time = "msg.t" }, `{"t":99999999999}`, "time: 99999999999 seconds since 1970 are beyond the year 2261"},
		{"true as an account", func(c *Config) { c.Account = "msg.a" }, `{"a":true}`, "account: want text, got bool"},
		{"an object as an account", func(c *Config) { c.Account = "msg.a" }, `{"a":{"id":"acme"}}`, "account: want text, got map"},
		{"a list as an account", func(c *Config) { c.Account = "msg.a" }, `{"a":["acme"]}`, "account: want text, got list"},
		{"false as a contact", func(c *Config) { c.Contact = "msg.c" }, `{"c":false}`, "contact: want text, got bool"},
		{"true as a time", func(c *Config) { c.Time = "msg.t" }, `{"t":true}`, "time: want a time, got bool"},

		{"value", func(c *Config) { c.Value = "msg.n" }, `{"n":-2.5}`, value("-2.5")},
		{"value as text", func(c *Config) { c.Value = "msg.n" }, `{"n":"12.50"}`, value("12.5")},
		{"value calculated", func(c *Config) { c.Value = "double(msg.n) / 60.0" }, `{"n":90}`, value("1.5")},
		{"value of a list", func(c *Config) { c.Value = "msg.lines.map(l, l.n).size()" }, `{"lines":[{"n":1},{"n":2}]}`, value("2")},
		{"value is missing", func(c *Config) { c.Value = "msg.n" }, `{}`, "value: no such key: n"},
		{"value is a word", func(c *Config) { c.Value = "msg.n" }, `{"n":"many"}`, `value: "many" is not a number`},
		{"value is not finite", func(c *Config) { c.Value = "double(msg.n) / 0.0" }, `{"n":1}`, "value: it is not finite"},
		{"value is too large", func(c *Config) { c.Value = "msg.n" }, `{"n":1e999}`, "value: 1e999 is too large for a number"},

		{"contact", func(c *Config) { c.Contact = "msg.agent" }, `{"agent":"li-wei"}`, field("contact", "li-wei")},
		{"no contact", func(c *Config) { c.Contact = "msg.agent.name" }, `{"agent":null}`, made},
		{"contact missing", func(c *Config) { c.Contact = "msg.a.b" }, `{}`, made},
		{"contact null in a function", func(c *Config) { c.Contact = "msg.a.trim()" }, `{"a":null}`, made},
		{"contact of the wrong type", func(c *Config) { c.Contact = "msg.a.trim()" }, `{"a":5}`,
			"contact: no such overload: trim(int): texts, whole numbers and fractions do not mix; string(), int() and double() convert"},
		{"optional", func(c *Config) { c.Contact = "msg.?a.?b" }, `{"a":{"b":"li-wei"}}`, field("contact", "li-wei")},
		{"optional and not there", func(c *Config) { c.Contact = "msg.?a.?b" }, `{}`, made},
		{"source", func(c *Config) { c.Source = "msg.s" }, `{"s":"siebel"}`, strings.Replace(made, `"source":"pbx"`, `"source":"siebel"`, 1)},
		{"source missing", func(c *Config) { c.Source = "msg.s" }, `{}`, made},
		{"no id", func(c *Config) { c.ID = "" }, `{}`, strings.Replace(made, `"id":"x"`, `"id":"cdr/3/7"`, 1)},
		{"id missing", func(c *Config) { c.ID = "msg.uuid" }, `{}`, strings.Replace(made, `"id":"x"`, `"id":"cdr/3/7"`, 1)},
		{"attributes", func(c *Config) {
			c.Attributes = map[string]string{"b": "msg.b", "a": "msg.a", "none": "msg.none", "n": "msg.n"}
		}, `{"a":"x\"y","b":true,"n":1.5}`, strings.Replace(made, `"pbx"}`, `"pbx","attributes":{"a":"x\"y","b":"true","n":"1.5"}}`, 1)},

		{"not JSON", func(*Config) {}, `{"a":`, "malformed: unexpected EOF"},
		{"nothing", func(*Config) {}, ``, "malformed: the value is empty"},
		{"two values", func(*Config) {}, `{} {}`, "malformed: something follows the JSON"},
		{"not UTF-8", func(*Config) {}, "{\"a\":\"\xff\"}", "invalid_utf8: the value is not UTF-8"},
		{"too large", func(*Config) {}, `"` + strings.Repeat("x", signals.MaxRecord) + `"`, "oversized: 1048578 bytes, the limit is 1048576"},
		{"becomes too large", func(c *Config) { c.Text = "msg.t + msg.t" }, `{"t":"` + strings.Repeat("x", signals.MaxRecord/2) + `"}`, "oversized: 1048684 bytes, the limit is 1048576"},
		{"a loop in a loop", func(c *Config) { c.Value = "msg.l.map(a, msg.l.map(b, a + b).size()).size()" }, `{"l":[` + strings.Repeat("1,", 2000) + `1]}`,
			"value: operation cancelled: actual cost limit exceeded"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			mapper := compiled(t, with(test.change)).Mapper(nil)
			results := mapper.Map(Origin{Topic: "cdr", Partition: 3}, record(test.value))
			want := test.want
			if want[0] != '{' && want != "passed over" {
				want = "unmappable: mapping pbx: " + want
			}
			if len(results) != 1 || told(results[0]) != want {
				t.Errorf("got  %s\nwant %s", told(results[0]), want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	c := Config{Name: "erp", Topic: "invoices", Format: CSV, Delimiter: ";", Columns: []string{"Nr", "Kunde", "Datum", "Betrag", "order id"},
		Time: "msg.Datum", Account: "msg.Kunde", Signal: `"spend"`, Value: `msg.Betrag.replace(",", ".")`, ID: `msg["order id"]`, Contact: `msg.Nr == "" ? "nobody" : ""`}
	for row, want := range map[string]string{
		"1;acme;02.03.2026; 12,50;o-1\n": `{"time":"2026-03-01T16:00:00Z","account":"acme","signal":"spend","value":12.5,"id":"o-1","source":"erp"}`,
		`2;"a;b";2026-03-02;1;o-2`:       `{"time":"2026-03-01T16:00:00Z","account":"a;b","signal":"spend","value":1,"id":"o-2","source":"erp"}`,
		"Nr;Kunde;Datum;Betrag;order id": "passed over",
		"1;acme;02.03.2026;12;50;o-1":    "unmappable: mapping erp: malformed: the row has 6 columns, the mapping 5",
		"1;acme;02.03.2026;;o-1":         `unmappable: mapping erp: value: it is empty`,
		"1;;02.03.2026;1;o-1":            "unmappable: mapping erp: account: it is empty",
		"1;a;02.03.2026;1;x\n2;a;1;1;x":  "unmappable: mapping erp: malformed: one record is one row, and here is a second",
		`1;"a;02.03.2026;1;x`:            `unmappable: mapping erp: malformed: parse error on line 1, column 20: extraneous or missing " in quoted-field`,
		"1;M\xfcller;02.03.2026;1;x":     "unmappable: mapping erp: invalid_utf8: the value is not UTF-8",
		"":                               "unmappable: mapping erp: malformed: the value is empty",
	} {
		if got := told(compiled(t, c).Mapper(nil).Map(Origin{Topic: "invoices"}, record(row))[0]); got != want {
			t.Errorf("%q\ngot  %s\nwant %s", row, got, want)
		}
	}
}

func TestSeveralMappingsOfATopic(t *testing.T) {
	order := with(func(c *Config) { c.Name, c.Topic, c.Signal, c.ID = "order", "erp", `"order"`, "msg.nr" })
	spend := with(func(c *Config) {
		c.Name, c.Topic, c.Signal, c.ID, c.Value = "spend", "erp", `"spend"`, "msg.nr", "msg.total"
	})
	mapper := compiled(t, order, with(func(*Config) {}), spend).Mapper(func(in *signals.Interaction) { in.Contact = []byte("veiled") })
	var got []string
	for _, r := range mapper.Map(Origin{Topic: "erp"}, record(`{"nr":5,"total":"much"}`)) {
		got = append(got, r.Mapping+" "+string(r.Account)+" "+told(r))
	}
	want := []string{
		`order acme {"time":"2026-03-02T01:30:11Z","account":"acme","signal":"order","value":1,"id":"5","contact":"veiled","source":"order"}`,
		`spend  unmappable: mapping spend: value: "much" is not a number`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if only := mapper.Map(Origin{Topic: "erp", Mapping: "spend"}, record(`{"nr":5,"total":8}`)); len(only) != 1 || only[0].Reject != nil || only[0].Mapping != "spend" {
		t.Errorf("of one mapping: %+v", only)
	}
	if none := mapper.Map(Origin{Topic: "other"}, record(`{}`)); len(none) != 0 {
		t.Errorf("of a topic that nobody maps: %+v", none)
	}
	if topics := mapper.set.Topics(); !slices.Equal(topics, []string{"cdr", "erp"}) {
		t.Errorf("topics %q", topics)
	}
}

func TestWhatSaysNothingIsPassedOver(t *testing.T) {
	mapper := compiled(t, with(func(*Config) {})).Mapper(nil)
	for name, r := range map[string]*signals.Record{
		"tombstone":           {Offset: 1, Time: 1},
		"aborted transaction": {Offset: 1, Time: 1, Value: []byte("{}"), Flaw: signals.AbortedTransaction},
		"null":                {Offset: 1, Time: 1, Value: []byte("null")},
	} {
		if results := mapper.Map(Origin{Topic: "cdr"}, r); len(results) != 1 || told(results[0]) != "passed over" {
			t.Errorf("%s: %s", name, told(results[0]))
		}
	}
}

func TestKeysThatAreNoText(t *testing.T) {
	r := record("{}")
	r.Key = []byte("a\xff")
	want := "unmappable: mapping pbx: account: it is not UTF-8"
	if got := told(compiled(t, with(func(c *Config) { c.Account = "key" })).Mapper(nil).Map(Origin{Topic: "cdr"}, r)[0]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A line of a file has neither offset nor Kafka time.
func TestRecordOfAFile(t *testing.T) {
	line := &signals.Record{Offset: -1, Value: []byte("{}")}
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no id":         {func(c *Config) { c.ID = "" }, `{"time":"2026-03-02T01:30:11Z","account":"acme","signal":"call","value":1,"source":"pbx"}`},
		"no time":       {func(c *Config) { c.Time = "" }, "unmappable: mapping pbx: time: the record has no Kafka time, and the mapping gives no other"},
		"Kafka's":       {func(c *Config) { c.Time = "kafka.time" }, "unmappable: mapping pbx: time: no such attribute(s): kafka.time"},
		"offset wanted": {func(c *Config) { c.Account = "string(kafka.offset)" }, "unmappable: mapping pbx: account: no such attribute(s): kafka.offset"},
	} {
		if got := told(compiled(t, with(test.change)).Mapper(nil).Map(Origin{Topic: "cdr"}, line)[0]); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, test.want)
		}
	}
}

func TestFaults(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Config)
		want   string // field:line:column: beginning of the text
	}{
		{"syntax", func(c *Config) { c.Account = "msg." }, "account:1:5: Syntax error"},
		{"word without quotes", func(c *Config) { c.Source = "pbx" }, "source:1:1: there is no pbx: msg, key,"},
		{"slip in kafka", func(c *Config) { c.Time = "kafka.tme" }, "time:1:1: there is no kafka: msg, key,"},
		{"second line", func(c *Config) { c.When = "msg.a ||\n  mgs.b" }, "when:2:3: there is no mgs"},
		{"text for a condition", func(c *Config) { c.When = `"yes"` }, "when:1:1: want true or false, and this gives string"},
		{"condition for a text", func(c *Config) { c.Account = "msg.a == 1" }, "account:1:1: want text or a number, and this gives bool"},
		{"list for a text", func(c *Config) { c.Attributes = map[string]string{"x": `["a"]`} }, "attributes.x:1:1: want text or a number or true or false or a time, and this gives list(string)"},
		{"number for a signal", func(c *Config) { c.Signal = "5" }, "signal:1:1: want text, and this gives int"},
		{"no such function", func(c *Config) { c.Account = "msg.a.lower()" }, "account:1:12: there is no function lower"},
		{"pattern", func(c *Config) { c.When = `key.matches("(")` }, "when:1:1: error parsing regexp"},
		{"column", func(c *Config) { c.Format, c.Columns, c.Account = CSV, []string{"a"}, "msg.a + msg.b" }, "account:1:12: no column is called b"},
		{"column by name", func(c *Config) { c.Format, c.Columns, c.Account = CSV, []string{"a"}, `msg["b c"]` }, "account:1:4: no column is called b c"},
	}
	for _, test := range cases {
		set, faults := Compile([]Config{with(test.change)}, time.UTC)
		if set != nil || len(faults) != 1 {
			t.Errorf("%s: %v %+v", test.name, set, faults)
			continue
		}
		f := faults[0]
		if got := fmt.Sprintf("%s:%d:%d: %s", f.Field, f.Line, f.Column, f.Text); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	_, faults := Compile([]Config{with(func(c *Config) { c.Account, c.Value = "a", "b" }), with(func(c *Config) { c.ID = "c" })}, time.UTC)
	if len(faults) != 3 || faults[0].Mapping != 0 || faults[2].Mapping != 1 {
		t.Errorf("not all at once: %+v", faults)
	}
}

func TestConstants(t *testing.T) {
	c := with(func(*Config) {})
	for text, want := range map[string][]string{
		`"call"`: {"call"}, `msg.inbound ? "call" : "visit"`: {"call", "visit"}, `msg.a ? "x" : msg.b ? "y" : "z"`: {"x", "y", "z"},
		"msg.kind": nil, `msg.a ? "x" : msg.b`: nil, `"a" + "b"`: nil, "5": nil, "msg.": nil,
	} {
		if got := Constants(&c, text); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Whatever the bytes, there is no panic, and what is made can be decoded.
func FuzzMap(f *testing.F) {
	for _, seed := range []string{`{"customer":5,"start":1772415011,"seconds":3,"agent":null,"inbound":true}`, "a;1;2026-03-02", "\x00\x00\x00\x00\x01{}", `[null,{"a":[null]}]`, `{"seconds":1e999}`, `"`} {
		f.Add([]byte(seed), []byte("key"), int64(1772415011e9), int64(5))
	}
	csv := with(func(c *Config) {
		c.Name, c.Format, c.Delimiter, c.Columns, c.Account, c.Value, c.Time = "csv", CSV, ";", []string{"a", "b", "c"}, "msg.a", "msg.b", "msg.c"
	})
	set := compiled(f, csv, with(func(c *Config) {
		c.When, c.Time, c.Account, c.Value, c.ID = "msg.seconds != 0", "msg.start", "msg.customer", "msg.seconds", "key"
		c.Contact, c.Text, c.Source = "msg.agent.name", "msg.text", "headers.tenant"
		c.Attributes = map[string]string{"direction": `msg.inbound ? "in" : "out"`, "any": "msg.any", "all": "msg.l.exists(x, x == 1)"}
	}))
	set.mappings = append(set.mappings, compiled(f, with(func(c *Config) { c.Name, c.Account = "keyed", "key" })).mappings...)
	f.Fuzz(func(t *testing.T, value, key []byte, at, offset int64) {
		r := &signals.Record{Offset: offset, Time: at, Key: key, Value: value, Headers: []signals.Header{{Key: "tenant", Value: key}}}
		for _, result := range set.Mapper(nil).Map(Origin{Topic: "cdr"}, r) {
			if result.Reject != nil && (result.Reject.Reason != signals.Unmappable || result.Value != nil) {
				t.Fatalf("refused with %v and %q", result.Reject, result.Value)
			}
			if result.Value == nil {
				continue
			}
			var in signals.Interaction
			if reject := new(decode.Decoder).Decode(&signals.Record{Key: result.Account, Value: result.Value}, &in); reject != nil {
				t.Fatalf("%s is not decoded: %v", result.Value, reject)
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	call := Config{Name: "pbx", Topic: "cdr", When: `msg.type == "CALL" && msg.duration > 0`, Time: "msg.start", Account: "msg.customer",
		Signal: `"call"`, ID: "msg.uuid", Contact: "msg.agent", Attributes: map[string]string{"direction": `msg.inbound ? "inbound" : "outbound"`}}
	r := record(`{"uuid":"0b4f8a52-9d1c-4a38-8e0f-2f3f0c1d5a77","type":"CALL","customer":"c-118","agent":"li-wei","start":1772415011000,"duration":93,"inbound":true,"trunk":{"id":7,"codec":"G711"}}`)
	mapper := compiled(b, call).Mapper(nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(r.Value)))
	for b.Loop() {
		if results := mapper.Map(Origin{Topic: "cdr"}, r); results[0].Reject != nil {
			b.Fatal(results[0].Reject)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
