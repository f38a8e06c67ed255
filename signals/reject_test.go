package signals

import (
	"strings"
	"testing"
)

// good is a record up to its closing brace, to which a test adds a field.
const good = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"`

// recordAt is a record with another time.
func recordAt(time string) string {
	return `{"time":"` + time + `","account":"acme","signal":"call"}`
}

var malformed = []struct {
	name, value string
	want        Reason
	detail      string // a part of it
}{
	{"empty", ``, Malformed, "byte 0: the text ends too early"},
	{"blank", " \n\t", Malformed, "byte 3"},
	{"text", `hello`, Malformed, "byte 0: not a JSON value"},
	{"NaN record", `NaN`, Malformed, "byte 0"},
	{"comment", `// x`, Malformed, "byte 0"},
	{"byte order mark", "\ufeff" + good + `}`, Malformed, "byte 0"},
	{"binary", "\x00\x01\x02\x03", Malformed, "byte 0"},
	{"truncated in a key", `{"time":"2026-03-02T09:30:11Z","acc`, Malformed, "byte 35: the text ends too early"},
	{"truncated in a string", `{"time":"2026-03-02T09`, Malformed, `"time" at byte 22: the text ends`},
	{"truncated after a value", good, Malformed, "ends too early"},
	{"truncated in an escape", good + `,"text":"\`, Malformed, "ends too early"},
	{"truncated in a surrogate", good + `,"text":"\ud83d\u`, Malformed, "ends too early"},
	{"truncated in a literal", good + `,"text":nul`, Malformed, "ends too early"},
	{"truncated in a number", good + `,"value":-`, Malformed, "ends too early"},
	{"truncated after a wrong type", `{"value":"x","time":"2026`, Malformed, "ends too early"},
	{"two records", good + `}` + good + `}`, Malformed, "something follows the record"},
	{"trailing comma", good + `,}`, Malformed, "no key"},
	{"leading comma", `{,"time":"x"}`, Malformed, "byte 1: no key"},
	{"no comma", `{"time":"2026-03-02T09:30:11Z" "account":"acme"}`, Malformed, "byte 31: no comma"},
	{"no colon", `{"time" "2026-03-02T09:30:11Z"}`, Malformed, "byte 8: no colon"},
	{"single quotes", `{'time':'2026-03-02T09:30:11Z'}`, Malformed, "byte 1: no key"},
	{"bare key", `{time:"2026-03-02T09:30:11Z"}`, Malformed, "no key"},
	{"NaN value", good + `,"value":NaN}`, Malformed, "not a JSON value"},
	{"infinite value", good + `,"value":Infinity}`, Malformed, "not a JSON value"},
	{"hexadecimal value", good + `,"value":0x10}`, Malformed, "no comma"},
	{"leading zero", good + `,"value":012}`, Malformed, "no comma"},
	{"leading plus", good + `,"value":+1}`, Malformed, "not a JSON value"},
	{"leading point", good + `,"value":.5}`, Malformed, "not a JSON value"},
	{"trailing point", good + `,"value":5.}`, Malformed, "no digit after the point"},
	{"no exponent", good + `,"value":5e+}`, Malformed, "no digit in the exponent"},
	{"underscore", good + `,"value":1_000}`, Malformed, "no comma"},
	{"decimal comma", good + `,"value":1,5}`, Malformed, "no key"},
	{"python literal", good + `,"text":None}`, Malformed, "not a JSON value"},
	{"unknown escape", good + `,"text":"\x41"}`, Malformed, "unknown escape"},
	{"bad hexadecimal", good + `,"text":"\u00g0"}`, Malformed, "hexadecimal"},
	{"line break in a string", good + ",\"text\":\"a\nb\"}", Malformed, "control character"},
	{"zero byte in a string", good + ",\"text\":\"a\x00b\"}", Malformed, "control character"},
	{"nested too deep", good + `,"x":` + strings.Repeat(`[`, 64) + strings.Repeat(`]`, 64) + `}`, Malformed, "nested too deep"},
	{"objects nested too deep", good + `,"x":` + strings.Repeat(`{"x":`, 64) + `1` + strings.Repeat(`}`, 64) + `}`, Malformed, "nested too deep"},
	{"unclosed array", good + `,"x":[1,2}`, Malformed, "no comma or closing bracket"},
	{"array with a trailing comma", good + `,"x":[1,]}`, Malformed, "not a JSON value"},

	{"byte ff", good + ",\"text\":\"a\xffb\"}", InvalidUTF8, `"text" at byte 73`},
	{"latin-1", good + ",\"contact\":\"M\xfcller\"}", InvalidUTF8, `"contact" at byte 76`},
	{"overlong slash", good + ",\"text\":\"\xc0\xaf\"}", InvalidUTF8, ""},
	{"encoded surrogate", good + ",\"text\":\"\xed\xa0\x80\"}", InvalidUTF8, ""},
	{"beyond unicode", good + ",\"text\":\"\xf4\x90\x80\x80\"}", InvalidUTF8, ""},
	{"cut character", good + ",\"text\":\"\xe6\x9d\"}", InvalidUTF8, ""},
	{"in an unknown field", good + ",\"x\":[\"\xff\"]}", InvalidUTF8, ""},
	{"in a key", good + ",\"\xff\":1}", InvalidUTF8, ""},
	{"in an escaped string", good + ",\"text\":\"\\n\xff\"}", InvalidUTF8, ""},
	{"lone high surrogate", good + `,"text":"\ud83d!"}`, InvalidUTF8, "half a surrogate pair"},
	{"lone low surrogate", good + `,"text":"\ude00"}`, InvalidUTF8, "half a surrogate pair"},
	{"two high surrogates", good + `,"text":"\ud83d\ud83d"}`, InvalidUTF8, "half a surrogate pair"},

	{"an array", `[` + good + `}]`, WrongType, "byte 0: an array, not an object"},
	{"a string", `"acme"`, WrongType, "a string, not an object"},
	{"a number", `17`, WrongType, "a number, not an object"},
	{"null", `null`, WrongType, "null, not an object"},
	{"value as text", good + `,"value":"1"}`, WrongType, `"value" at byte 72: a string, not a number`},
	{"value NaN as text", good + `,"value":"NaN"}`, WrongType, "a string, not a number"},
	{"value true", good + `,"value":true}`, WrongType, "a boolean, not a number"},
	{"value as object", good + `,"value":{"a":1}}`, WrongType, "an object, not a number"},
	{"time as number", `{"time":1772415011,"account":"acme","signal":"call"}`, WrongType, `"time" at byte 8: a number, not a string`},
	{"account as number", `{"account":17}`, WrongType, `"account" at byte 11: a number, not a string`},
	{"signal as array", `{"signal":["call"]}`, WrongType, "an array, not a string"},
	{"id as number", good + `,"id":17}`, WrongType, "a number, not a string"},
	{"contact as object", good + `,"contact":{"name":"li"}}`, WrongType, "an object, not a string"},
	{"source false", good + `,"source":false}`, WrongType, "a boolean, not a string"},
	{"text as number", good + `,"text":5}`, WrongType, "a number, not a string"},
	{"attributes as array", good + `,"attributes":[]}`, WrongType, "an array, not an object"},
	{"attributes as text", good + `,"attributes":"a=b"}`, WrongType, "a string, not an object"},
	{"control character in an account", `{"account":"ac\u0000me"}`, WrongType, `"account" at byte 11: a control character`},
	{"line break in a contact", good + `,"contact":"li\nwei"}`, WrongType, "control character"},
	{"DEL in an id", good + ",\"id\":\"a\x7fb\"}", WrongType, "control character"},
	{"C1 in a source", good + ",\"source\":\"a\u0085b\"}", WrongType, "control character"},

	{"nothing in it", `{}`, MissingField, `"time"`},
	{"no time", `{"account":"acme","signal":"call"}`, MissingField, `"time"`},
	{"empty time", recordAt(``), MissingField, `"time"`},
	{"no account", `{"time":"2026-03-02T09:30:11Z","signal":"call"}`, MissingField, `"account"`},
	{"empty account", `{"time":"2026-03-02T09:30:11Z","account":"","signal":"call"}`, MissingField, `"account"`},
	{"null signal", `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":null}`, MissingField, `"signal"`},
	{"other case", `{"Time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"}`, MissingField, `"time"`},

	{"date only", recordAt(`2026-03-02`), BadTime, `"time" at byte 8: not like`},
	{"no offset", recordAt(`2026-03-02T09:30:11`), BadTime, ""},
	{"blank for T", recordAt(`2026-03-02 09:30:11Z`), BadTime, ""},
	{"30 February", recordAt(`2026-02-30T09:30:11Z`), BadTime, "no such day"},
	{"29 February of 2026", recordAt(`2026-02-29T09:30:11Z`), BadTime, "no such day"},
	{"month 13", recordAt(`2026-13-01T09:30:11Z`), BadTime, "no such day"},
	{"day 0", recordAt(`2026-01-00T09:30:11Z`), BadTime, "no such day"},
	{"hour 24", recordAt(`2026-01-01T24:00:00Z`), BadTime, "no such time"},
	{"leap second", recordAt(`2016-12-31T23:59:60Z`), BadTime, "no such time"},
	{"offset of 24 hours", recordAt(`2026-01-01T09:30:11+24:00`), BadTime, "offset"},
	{"offset without colon", recordAt(`2026-01-01T09:30:11+0800`), BadTime, "offset"},
	{"ten digits", recordAt(`2026-01-01T09:30:11.0123456789Z`), BadTime, "nine digits"},
	{"no digits", recordAt(`2026-01-01T09:30:11.Z`), BadTime, "nine digits"},
	{"comma", recordAt(`2026-01-01T09:30:11,5Z`), BadTime, ""},
	{"year 9999", recordAt(`9999-12-31T23:59:59Z`), BadTime, "1970 to 2261"},
	{"year 0001", recordAt(`0001-01-01T00:00:00Z`), BadTime, "1970 to 2261"},
	{"before 1970 by its offset", recordAt(`1970-01-01T00:00:00+00:01`), BadTime, "1970 to 2261"},
	{"after 2261 by its offset", recordAt(`2261-12-31T23:59:59-00:01`), BadTime, "1970 to 2261"},
	{"words", recordAt(`yesterday at a quarter to ten`), BadTime, ""},
	{"wide digits", recordAt(`２０２６-03-02T09:30:11Z`), BadTime, ""},

	{"value 1e309", good + `,"value":1e309}`, BadValue, `"value" at byte 72: too large`},
	{"value -1e999999999999", good + `,"value":-1e999999999999}`, BadValue, "too large"},
	{"400 digits", good + `,"value":` + strings.Repeat("9", 400) + `}`, BadValue, "too large"},

	{"long account", `{"account":"` + strings.Repeat("a", 257) + `"}`, FieldTooLong, `"account" at byte 11: longer than 256 bytes`},
	{"long signal", `{"signal":"` + strings.Repeat("a", 257) + `"}`, FieldTooLong, ""},
	{"long contact", good + `,"contact":"` + strings.Repeat("李", 86) + `"}`, FieldTooLong, ""},
	{"long attribute key", good + `,"attributes":{"` + strings.Repeat("a", 257) + `":1}}`, FieldTooLong, ""},
	{"257 attributes", good + `,"attributes":{` + manyAttributes(257) + `}}`, FieldTooLong, "256 attributes"},

	{"account twice", good + `,"account":"acme"}`, DuplicateField, `"account" at byte 74: the field stands twice`},
	{"value twice, once null", good + `,"value":null,"value":2}`, DuplicateField, `"value"`},
	{"time twice by an escape", good + `,"t\u0069me":"2026-03-02T09:30:11Z"}`, DuplicateField, `"time"`},
	{"attributes twice", good + `,"attributes":{},"attributes":{}}`, DuplicateField, `"attributes"`},
	{"attribute twice", good + `,"attributes":{"a":1,"a":2}}`, DuplicateField, "an attribute stands twice"},
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
			var in Interaction
			reject := d.Decode(&Record{Key: []byte("acme"), Value: []byte(c.value)}, &in)
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
		record Record
		want   Reason
	}{
		{"as it should be", Record{Key: key, Value: value}, ""},
		{"at the size limit", Record{Key: key, Value: []byte(good + `,"text":"` + strings.Repeat("x", MaxRecord-len(good)-len(`,"text":""}`)) + `"}`)}, ""},
		{"above the size limit", Record{Key: key, Value: make([]byte, MaxRecord+1)}, Oversized},
		{"above the size limit and aborted", Record{Key: key, Value: make([]byte, MaxRecord+1), Flaw: AbortedTransaction}, Oversized},
		{"aborted", Record{Key: key, Value: value, Flaw: AbortedTransaction}, AbortedTransaction},
		{"no key", Record{Value: value}, EmptyKey},
		{"empty key", Record{Key: []byte{}, Value: value}, EmptyKey},
		{"another key", Record{Key: []byte("Acme"), Value: value}, KeyMismatch},
		{"a tombstone", Record{Key: key}, Malformed},
		{"no key and bad", Record{Value: []byte(`{}`)}, MissingField},
		{"headers of others", Record{Key: key, Value: value, Headers: []Header{{"traceparent", []byte("00-1")}, {"content-type", []byte("application/json")}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			var in Interaction
			var got Reason
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
	var in Interaction
	for _, c := range malformed {
		d.Decode(&Record{Key: []byte("acme"), Value: []byte(c.value)}, &in)
		if reject := d.Decode(&Record{Key: []byte("acme"), Value: []byte(good + `}`)}, &in); reject != nil {
			t.Fatalf("after %s: %v", c.name, reject)
		}
		if in.Value != 1 || string(in.Account) != "acme" || len(in.Text)+len(in.ID)+len(in.Contact)+len(in.Attributes) > 0 {
			t.Errorf("after %s: %+v", c.name, in)
		}
	}
}
