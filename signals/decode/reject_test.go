package decode

import (
	"strings"
	"testing"

	"firstsign/signals"
)

// good is a record up to its closing brace, to which a test adds a field.
const good = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"`

// recordAt is a record with another time.
func recordAt(time string) string {
	return `{"time":"` + time + `","account":"acme","signal":"call"}`
}

var malformed = []struct {
	name, value string
	want        signals.Reason
	detail      string // a part of it
}{
	{"empty", ``, signals.Malformed, "byte 0: the text ends too early"},
	{"blank", " \n\t", signals.Malformed, "byte 3"},
	{"text", `hello`, signals.Malformed, "byte 0: not a JSON value"},
	{"NaN record", `NaN`, signals.Malformed, "byte 0"},
	{"comment", `// x`, signals.Malformed, "byte 0"},
	{"byte order mark", "\ufeff" + good + `}`, signals.Malformed, "byte 0"},
	{"binary", "\x00\x01\x02\x03", signals.Malformed, "byte 0"},
	{"truncated in a key", `{"time":"2026-03-02T09:30:11Z","acc`, signals.Malformed, "byte 35: the text ends too early"},
	{"truncated in a string", `{"time":"2026-03-02T09`, signals.Malformed, `"time" at byte 22: the text ends`},
	{"truncated after a value", good, signals.Malformed, "ends too early"},
	{"truncated in an escape", good + `,"text":"\`, signals.Malformed, "ends too early"},
	{"truncated in a surrogate", good + `,"text":"\ud83d\u`, signals.Malformed, "ends too early"},
	{"truncated in a literal", good + `,"text":nul`, signals.Malformed, "ends too early"},
	{"truncated in a number", good + `,"value":-`, signals.Malformed, "ends too early"},
	{"truncated after a wrong type", `{"value":"x","time":"2026`, signals.Malformed, "ends too early"},
	{"two records", good + `}` + good + `}`, signals.Malformed, "something follows the record"},
	{"trailing comma", good + `,}`, signals.Malformed, "no key"},
	{"leading comma", `{,"time":"x"}`, signals.Malformed, "byte 1: no key"},
	{"no comma", `{"time":"2026-03-02T09:30:11Z" "account":"acme"}`, signals.Malformed, "byte 31: no comma"},
	{"no colon", `{"time" "2026-03-02T09:30:11Z"}`, signals.Malformed, "byte 8: no colon"},
	{"single quotes", `{'time':'2026-03-02T09:30:11Z'}`, signals.Malformed, "byte 1: no key"},
	{"bare key", `{time:"2026-03-02T09:30:11Z"}`, signals.Malformed, "no key"},
	{"NaN value", good + `,"value":NaN}`, signals.Malformed, "not a JSON value"},
	{"infinite value", good + `,"value":Infinity}`, signals.Malformed, "not a JSON value"},
	{"hexadecimal value", good + `,"value":0x10}`, signals.Malformed, "no comma"},
	{"leading zero", good + `,"value":012}`, signals.Malformed, "no comma"},
	{"leading plus", good + `,"value":+1}`, signals.Malformed, "not a JSON value"},
	{"leading point", good + `,"value":.5}`, signals.Malformed, "not a JSON value"},
	{"trailing point", good + `,"value":5.}`, signals.Malformed, "no digit after the point"},
	{"no exponent", good + `,"value":5e+}`, signals.Malformed, "no digit in the exponent"},
	{"underscore", good + `,"value":1_000}`, signals.Malformed, "no comma"},
	{"decimal comma", good + `,"value":1,5}`, signals.Malformed, "no key"},
	{"python literal", good + `,"text":None}`, signals.Malformed, "not a JSON value"},
	{"unknown escape", good + `,"text":"\x41"}`, signals.Malformed, "unknown escape"},
	{"bad hexadecimal", good + `,"text":"\u00g0"}`, signals.Malformed, "hexadecimal"},
	{"line break in a string", good + ",\"text\":\"a\nb\"}", signals.Malformed, "control character"},
	{"zero byte in a string", good + ",\"text\":\"a\x00b\"}", signals.Malformed, "control character"},
	{"nested too deep", good + `,"x":` + strings.Repeat(`[`, 64) + strings.Repeat(`]`, 64) + `}`, signals.Malformed, "nested too deep"},
	{"objects nested too deep", good + `,"x":` + strings.Repeat(`{"x":`, 64) + `1` + strings.Repeat(`}`, 64) + `}`, signals.Malformed, "nested too deep"},
	{"unclosed array", good + `,"x":[1,2}`, signals.Malformed, "no comma or closing bracket"},
	{"array with a trailing comma", good + `,"x":[1,]}`, signals.Malformed, "not a JSON value"},

	{"byte ff", good + ",\"text\":\"a\xffb\"}", signals.InvalidUTF8, `"text" at byte 73`},
	{"latin-1", good + ",\"contact\":\"M\xfcller\"}", signals.InvalidUTF8, `"contact" at byte 76`},
	{"overlong slash", good + ",\"text\":\"\xc0\xaf\"}", signals.InvalidUTF8, ""},
	{"encoded surrogate", good + ",\"text\":\"\xed\xa0\x80\"}", signals.InvalidUTF8, ""},
	{"beyond unicode", good + ",\"text\":\"\xf4\x90\x80\x80\"}", signals.InvalidUTF8, ""},
	{"cut character", good + ",\"text\":\"\xe6\x9d\"}", signals.InvalidUTF8, ""},
	{"in an unknown field", good + ",\"x\":[\"\xff\"]}", signals.InvalidUTF8, ""},
	{"in a key", good + ",\"\xff\":1}", signals.InvalidUTF8, ""},
	{"in an escaped string", good + ",\"text\":\"\\n\xff\"}", signals.InvalidUTF8, ""},
	{"lone high surrogate", good + `,"text":"\ud83d!"}`, signals.InvalidUTF8, "half a surrogate pair"},
	{"lone low surrogate", good + `,"text":"\ude00"}`, signals.InvalidUTF8, "half a surrogate pair"},
	{"two high surrogates", good + `,"text":"\ud83d\ud83d"}`, signals.InvalidUTF8, "half a surrogate pair"},

	{"an array", `[` + good + `}]`, signals.WrongType, "byte 0: an array, not an object"},
	{"a string", `"acme"`, signals.WrongType, "a string, not an object"},
	{"a number", `17`, signals.WrongType, "a number, not an object"},
	{"null", `null`, signals.WrongType, "null, not an object"},
	{"value as text", good + `,"value":"1"}`, signals.WrongType, `"value" at byte 72: a string, not a number`},
	{"value NaN as text", good + `,"value":"NaN"}`, signals.WrongType, "a string, not a number"},
	{"value true", good + `,"value":true}`, signals.WrongType, "a boolean, not a number"},
	{"value as object", good + `,"value":{"a":1}}`, signals.WrongType, "an object, not a number"},
	{"time as number", `{"time":1772415011,"account":"acme","signal":"call"}`, signals.WrongType, `"time" at byte 8: a number, not a string`},
	{"account as number", `{"account":17}`, signals.WrongType, `"account" at byte 11: a number, not a string`},
	{"signal as array", `{"signal":["call"]}`, signals.WrongType, "an array, not a string"},
	{"id as number", good + `,"id":17}`, signals.WrongType, "a number, not a string"},
	{"contact as object", good + `,"contact":{"name":"li"}}`, signals.WrongType, "an object, not a string"},
	{"source false", good + `,"source":false}`, signals.WrongType, "a boolean, not a string"},
	{"text as number", good + `,"text":5}`, signals.WrongType, "a number, not a string"},
	{"attributes as array", good + `,"attributes":[]}`, signals.WrongType, "an array, not an object"},
	{"attributes as text", good + `,"attributes":"a=b"}`, signals.WrongType, "a string, not an object"},
	{"control character in an account", `{"account":"ac\u0000me"}`, signals.WrongType, `"account" at byte 11: a control character`},
	{"line break in a contact", good + `,"contact":"li\nwei"}`, signals.WrongType, "control character"},
	{"DEL in an id", good + ",\"id\":\"a\x7fb\"}", signals.WrongType, "control character"},
	{"C1 in a source", good + ",\"source\":\"a\u0085b\"}", signals.WrongType, "control character"},

	{"nothing in it", `{}`, signals.MissingField, `"time"`},
	{"no time", `{"account":"acme","signal":"call"}`, signals.MissingField, `"time"`},
	{"empty time", recordAt(``), signals.MissingField, `"time"`},
	{"no account", `{"time":"2026-03-02T09:30:11Z","signal":"call"}`, signals.MissingField, `"account"`},
	{"empty account", `{"time":"2026-03-02T09:30:11Z","account":"","signal":"call"}`, signals.MissingField, `"account"`},
	{"null signal", `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":null}`, signals.MissingField, `"signal"`},
	{"other case", `{"Time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"}`, signals.MissingField, `the record has "Time", and names of fields are in small letters`},
	{"all in capitals", `{"time":"2026-03-02T09:30:11Z", "ACCOUNT" : "acme","signal":"call"}`, signals.MissingField, `the record has "ACCOUNT"`},

	{"date only", recordAt(`2026-03-02`), signals.BadTime, `"time" at byte 8: not like`},
	{"no offset", recordAt(`2026-03-02T09:30:11`), signals.BadTime, ""},
	{"blank for T", recordAt(`2026-03-02 09:30:11Z`), signals.BadTime, ""},
	{"30 February", recordAt(`2026-02-30T09:30:11Z`), signals.BadTime, "no such day"},
	{"29 February of 2026", recordAt(`2026-02-29T09:30:11Z`), signals.BadTime, "no such day"},
	{"month 13", recordAt(`2026-13-01T09:30:11Z`), signals.BadTime, "no such day"},
	{"day 0", recordAt(`2026-01-00T09:30:11Z`), signals.BadTime, "no such day"},
	{"hour 24", recordAt(`2026-01-01T24:00:00Z`), signals.BadTime, "no such time"},
	{"leap second", recordAt(`2016-12-31T23:59:60Z`), signals.BadTime, "no such time"},
	{"offset of 24 hours", recordAt(`2026-01-01T09:30:11+24:00`), signals.BadTime, "offset"},
	{"offset without colon", recordAt(`2026-01-01T09:30:11+0800`), signals.BadTime, "offset"},
	{"ten digits", recordAt(`2026-01-01T09:30:11.0123456789Z`), signals.BadTime, "nine digits"},
	{"no digits", recordAt(`2026-01-01T09:30:11.Z`), signals.BadTime, "nine digits"},
	{"comma", recordAt(`2026-01-01T09:30:11,5Z`), signals.BadTime, ""},
	{"year 9999", recordAt(`9999-12-31T23:59:59Z`), signals.BadTime, "1970 to 2261"},
	{"year 0001", recordAt(`0001-01-01T00:00:00Z`), signals.BadTime, "1970 to 2261"},
	{"before 1970 by its offset", recordAt(`1970-01-01T00:00:00+00:01`), signals.BadTime, "1970 to 2261"},
	{"after 2261 by its offset", recordAt(`2261-12-31T23:59:59-00:01`), signals.BadTime, "1970 to 2261"},
	{"words", recordAt(`yesterday at a quarter to ten`), signals.BadTime, ""},
	{"wide digits", recordAt(`２０２６-03-02T09:30:11Z`), signals.BadTime, ""},

	{"value 1e309", good + `,"value":1e309}`, signals.BadValue, `"value" at byte 72: too large`},
	{"value -1e999999999999", good + `,"value":-1e999999999999}`, signals.BadValue, "too large"},
	{"400 digits", good + `,"value":` + strings.Repeat("9", 400) + `}`, signals.BadValue, "too large"},

	{"long account", `{"account":"` + strings.Repeat("a", 257) + `"}`, signals.FieldTooLong, `"account" at byte 11: longer than 256 bytes`},
	{"long signal", `{"signal":"` + strings.Repeat("a", 257) + `"}`, signals.FieldTooLong, ""},
	{"long contact", good + `,"contact":"` + strings.Repeat("李", 86) + `"}`, signals.FieldTooLong, ""},
	{"long attribute key", good + `,"attributes":{"` + strings.Repeat("a", 257) + `":1}}`, signals.FieldTooLong, ""},
	{"257 attributes", good + `,"attributes":{` + manyAttributes(257) + `}}`, signals.FieldTooLong, "256 attributes"},

	{"account twice", good + `,"account":"acme"}`, signals.DuplicateField, `"account" at byte 74: the field stands twice`},
	{"value twice, once null", good + `,"value":null,"value":2}`, signals.DuplicateField, `"value"`},
	{"time twice by an escape", good + `,"t\u0069me":"2026-03-02T09:30:11Z"}`, signals.DuplicateField, `"time"`},
	{"attributes twice", good + `,"attributes":{},"attributes":{}}`, signals.DuplicateField, `"attributes"`},
	{"attribute twice", good + `,"attributes":{"a":1,"a":2}}`, signals.DuplicateField, "an attribute stands twice"},
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.Repeat("k", i%16) + string(rune('a'+i/16)) + `":1`)
	}
	return b.String()
}

func TestDecodeRejects(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			var in signals.Interaction
			reject := d.Decode(&signals.Record{Key: []byte("acme"), Value: []byte(c.value)}, &in)
			if reject == nil {
				t.Fatalf("accepted as %+v", in)
			}
			if reject.Reason != c.want || !strings.Contains(reject.Detail, c.detail) {
				t.Errorf("got %v, want %s: ...%s...", reject, c.want, c.detail)
			}
		})
	}
}

func TestDecodeEnvelope(t *testing.T) {
	key, value := []byte("acme"), []byte(good+`}`)
	for _, c := range []struct {
		name   string
		record signals.Record
		want   signals.Reason
	}{
		{"as it should be", signals.Record{Key: key, Value: value}, ""},
		{"at the size limit", signals.Record{Key: key, Value: []byte(good + `,"text":"` + strings.Repeat("x", signals.MaxRecord-len(good)-len(`,"text":""}`)) + `"}`)}, ""},
		{"above the size limit", signals.Record{Key: key, Value: make([]byte, signals.MaxRecord+1)}, signals.Oversized},
		{"above the size limit and aborted", signals.Record{Key: key, Value: make([]byte, signals.MaxRecord+1), Flaw: signals.AbortedTransaction}, signals.Oversized},
		{"aborted", signals.Record{Key: key, Value: value, Flaw: signals.AbortedTransaction}, signals.AbortedTransaction},
		{"no key", signals.Record{Value: value}, signals.EmptyKey},
		{"empty key", signals.Record{Key: []byte{}, Value: value}, signals.EmptyKey},
		{"another key", signals.Record{Key: []byte("Acme"), Value: value}, signals.KeyMismatch},
		{"a tombstone", signals.Record{Key: key}, signals.Malformed},
		{"no key and bad", signals.Record{Value: []byte(`{}`)}, signals.MissingField},
		{"headers of others", signals.Record{Key: key, Value: value, Headers: []signals.Header{{Key: "traceparent", Value: []byte("00-1")}, {Key: "content-type", Value: []byte("application/json")}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			var in signals.Interaction
			var got signals.Reason
			if reject := d.Decode(&c.record, &in); reject != nil {
				got = reject.Reason
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A decoder that rejected something reads the next record as if it were new.
func TestDecodeAfterReject(t *testing.T) {
	var d Decoder
	var in signals.Interaction
	for _, c := range malformed {
		d.Decode(&signals.Record{Key: []byte("acme"), Value: []byte(c.value)}, &in)
		if reject := d.Decode(&signals.Record{Key: []byte("acme"), Value: []byte(good + `}`)}, &in); reject != nil {
			t.Fatalf("after %s: %v", c.name, reject)
		}
		if in.Value != 1 || string(in.Account) != "acme" || len(in.Text)+len(in.ID)+len(in.Contact)+len(in.Attributes) > 0 {
			t.Errorf("after %s: %+v", c.name, in)
		}
	}
}
