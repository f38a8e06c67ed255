package decode

import (
	"encoding/base64"
	"strings"
	"testing"

	"firstsign/signals"
)

// show is an interaction as a test compares it.
func show(in *signals.Interaction) string { return string(signals.Append(nil, in)) }

// The expected record of the shortest events below.
const fromAttributes = `{"time":"2018-04-05T17:31:00Z","account":"acme","signal":"call","value":1,"id":"C234-1234-1234","source":"/mycontext"}`

func TestStructuredCloudEvents(t *testing.T) {
	const head = `{"specversion":"1.0","type":"com.example.call","source":"/mycontext","id":"C234-1234-1234","time":"2018-04-05T17:31:00Z"`
	encoded := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		name, value string
		want        string // the record, or the reason and a part of the detail
	}{
		{"without data", head + `,"subject":"acme"}`, fromAttributes},
		{"account from the key", head + `}`, fromAttributes},
		{"the example of the JSON format", `{
			"specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext", "subject": null,
			"id" : "C234-1234-1234", "time" : "2018-04-05T17:31:00Z", "comexampleextension1" : "value", "comexampleothervalue" : 5,
			"datacontenttype" : "application/json", "data" : {"appinfoA" : "abc", "appinfoB" : 123, "appinfoC" : true}}`,
			strings.Replace(fromAttributes, "call", "someevent", 1)},
		{"data wins", head + `,"subject":"other","data":{"time":"2020-01-01T00:00:00+01:00","account":"acme","signal":"meeting","id":"m1","source":"crm","value":2,"contact":"li","text":"x","attributes":{"a":true}}}`,
			`{"time":"2019-12-31T23:00:00Z","account":"acme","signal":"meeting","value":2,"id":"m1","contact":"li","source":"crm","text":"x","attributes":{"a":"true"}}`},
		{"data first", `{"data":{"value":3},` + head[1:] + `}`, strings.Replace(fromAttributes, `"value":1`, `"value":3`, 1)},
		{"extensions named like our fields", `{"value":"high","account":7,"text":[],` + head[1:] + `}`, fromAttributes},
		{"empty fields of data are lacking", head + `,"data":{"account":"","signal":null,"time":""}}`, fromAttributes},
		{"type without a dot", strings.Replace(head, "com.example.", "", 1) + `}`, fromAttributes},
		{"data null", head + `,"data":null}`, fromAttributes},
		{"data_base64", head + `,"data_base64":"` + encoded(`{"value":2.5}`) + `"}`, strings.Replace(fromAttributes, `"value":1`, `"value":2.5`, 1)},
		{"data_base64 of an escaped text", head + `,"data_base64":"` + strings.ReplaceAll(encoded(`{"text":"???>>>"}`), "/", `\/`) + `"}`, strings.Replace(fromAttributes, `}`, `,"text":"???>>>"}`, 1)},
		{"a specversion in the data is data", head + `,"data":{"specversion":"7"}}`, fromAttributes},
		{"vendor JSON", head + `,"datacontenttype":"application/vnd.acme+json; charset=utf-8","data":{}}`, fromAttributes},

		{"version 0.3", strings.Replace(head, "1.0", "0.3", 1) + `}`, `bad_envelope specversion is "0.3", not 1.0`},
		{"version as number", strings.Replace(head, `"1.0"`, "1.0", 1) + `}`, `wrong_type "specversion" at byte 15: a number`},
		{"no id", strings.Replace(head, `"id"`, `"x"`, 1) + `}`, "bad_envelope no id"},
		{"null id", strings.Replace(head, `"C234-1234-1234"`, `null`, 1) + `}`, "bad_envelope no id"},
		{"empty source", strings.Replace(head, `"/mycontext"`, `""`, 1) + `}`, "bad_envelope no source"},
		{"no type", strings.Replace(head, `"type"`, `"kind"`, 1) + `}`, "bad_envelope no type"},
		{"id as number", strings.Replace(head, `"C234-1234-1234"`, `17`, 1) + `}`, `wrong_type "id"`},
		{"id twice", head + `,"id":"2"}`, `duplicate_field "id"`},
		{"data twice", head + `,"data":{},"data":{}}`, `duplicate_field "data"`},
		{"both kinds of data", head + `,"data":{},"data_base64":"e30="}`, "bad_envelope data and data_base64"},
		{"data of XML", head + `,"datacontenttype":"text/xml","data":"<much wow=\"xml\"/>"}`, "bad_envelope datacontenttype"},
		{"data of thrift", head + `,"datacontenttype":"application/vnd.apache.thrift.binary","data_base64":"e30="}`, "bad_envelope datacontenttype"},
		{"data of XML named after it", head + `,"data":"<a/>","datacontenttype":"text/xml"}`, "wrong_type a string, not an object"},
		{"data as number", head + `,"data":1.5}`, `wrong_type "data" at byte 128: a number, not an object`},
		{"bad field of data", head + `,"data":{"value":"1"}}`, `wrong_type "value"`},
		{"data_base64 of other letters", head + `,"data_base64":"!"}`, "malformed data_base64"},
		{"data_base64 of no JSON", head + `,"data_base64":"` + encoded("<a/>") + `"}`, "malformed inside data_base64, byte 0"},
		{"data_base64 of an array", head + `,"data_base64":"` + encoded("[]") + `"}`, "wrong_type inside data_base64, byte 0"},
		{"bad time", strings.Replace(head, "T17:31:00Z", "", 1) + `}`, "bad_time the event's time"},
		{"bad time that is not needed", strings.Replace(head, "T17:31:00Z", "", 1) + `,"data":{"time":"2018-04-05T17:31:00Z"}}`, fromAttributes},
		{"no time", strings.Replace(head, `"time"`, `"when"`, 1) + `}`, `missing_field "time"`},
		{"type ends with a dot", strings.Replace(head, "call", "", 1) + `}`, `missing_field "signal"`},
		{"long id", strings.Replace(head, "C234-1234-1234", strings.Repeat("x", 257), 1) + `}`, "field_too_long the event's id"},
		{"line break in the source", strings.Replace(head, "/mycontext", `a\nb`, 1) + `}`, "wrong_type the event's source has a control"},
		{"another subject than the key", head + `,"subject":"other"}`, "key_mismatch other"},
		{"truncated", head + `,"data":{"value":1}`, "malformed ends too early"},
		{"truncated after a wrong type", head + `,"data":{"value":"1"}`, "malformed ends too early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []signals.Record{
				{Value: []byte(c.value)},
				{Value: []byte(c.value), Headers: []signals.Header{{Key: "content-type", Value: []byte("application/cloudevents+json; charset=UTF-8")}}},
			} {
				r.Key = []byte("acme")
				judge(t, &r, c.want)
			}
		})
	}
}

// judge decodes a record and compares with what a test wants: the JSON of the
// interaction, or the reason and a part of the detail.
func judge(t *testing.T, r *signals.Record, want string) {
	t.Helper()
	var d Decoder
	var in signals.Interaction
	reject := d.Decode(r, &in)
	if strings.HasPrefix(want, "{") {
		if reject != nil {
			t.Errorf("rejected: %v", reject)
		} else if got := show(&in); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		return
	}
	reason, detail, _ := strings.Cut(want, " ")
	switch {
	case reject == nil:
		t.Errorf("accepted as %s, want %s", show(&in), want)
	case reject.Reason != signals.Reason(reason) || !strings.Contains(reject.Detail, detail):
		t.Errorf("got %v, want %s", reject, want)
	}
}

func TestBinaryCloudEvents(t *testing.T) {
	event := map[string]string{
		"ce_specversion": "1.0", "ce_type": "com.example.call", "ce_source": "/mycontext",
		"ce_id": "C234-1234-1234", "ce_time": "2018-04-05T17:31:00Z",
	}
	type change map[string]string // "-" takes a header away
	for _, c := range []struct {
		name   string
		change change
		value  string
		want   string
	}{
		{"without data", nil, ``, fromAttributes},
		{"empty data", nil, `{}`, fromAttributes},
		{"the example of the Kafka binding", change{"ce_type": "com.example.someevent", "ce_source": "/mycontext/subcontext", "content-type": "application/avro"}, "\x00\x01", "bad_envelope datacontenttype"},
		{"subject", change{"ce_subject": "acme"}, `{"value":2,"contact":"li"}`, strings.NewReplacer(`:1,`, `:2,`, `,"source"`, `,"contact":"li","source"`).Replace(fromAttributes)},
		{"JSON", change{"content-type": "application/json; charset=utf-8"}, `{}`, fromAttributes},
		{"extensions", change{"ce_traceparent": "00-1", "traceparent": "00-2"}, `{}`, fromAttributes},
		{"names in any case", change{"ce_id": "-", "CE_ID": "C234-1234-1234", "ce_type": "-", "Ce_Type": "com.example.call"}, `{}`, fromAttributes},
		{"names of the HTTP binding", change{"ce_specversion": "-", "CE-SpecVersion": "1.0", "ce_source": "-", "ce-source": "/mycontext"}, `{}`, fromAttributes},
		{"Content-Type", change{"Content-Type": "application/avro"}, "\x00", "bad_envelope \"application/avro\": only JSON is read"},
		{"structured, by Content-Type", change{"Content-Type": "application/cloudevents-batch+json"}, `[]`, "bad_envelope a batch"},
		{"one name in two cases", change{"CE_ID": "2"}, `{}`, "duplicate_field stands twice"},
		{"names that are longer or shorter", change{"ce_": "x", "ce_idx": "1", "CONTENT-TYPE-2": "application/avro"}, `{}`, fromAttributes},
		{"no version", change{"ce_specversion": ""}, `{}`, "bad_envelope the event has no specversion"},
		{"another version", change{"ce_specversion": "0.3"}, `{}`, `bad_envelope specversion is "0.3", not 1.0`},
		{"data_base64 is no header", change{"ce_data_base64": "!", "ce_data": "!"}, `{}`, fromAttributes},
		{"a specversion in the data is data", nil, `{"specversion":"0.1"}`, fromAttributes},
		{"version 0.3", change{"ce_specversion": "0.3"}, `{}`, "bad_envelope specversion"},
		{"no id", change{"ce_id": "-"}, `{}`, "bad_envelope no id"},
		{"empty type", change{"ce_type": ""}, `{}`, "bad_envelope no type"},
		{"source not UTF-8", change{"ce_source": "\xff"}, `{}`, "invalid_utf8 the event's source"},
		{"bad time", change{"ce_time": "now"}, `{}`, "bad_time the event's time"},
		{"no time", change{"ce_time": "-"}, `{}`, "missing_field time"},
		{"truncated data", nil, `{"value":1`, "malformed ends too early"},
		{"data of an array", nil, `[]`, "wrong_type an array"},
		{"structured by its type", change{"content-type": "Application/CloudEvents+JSON"},
			`{"specversion":"1.0","type":"mail","source":"s","id":"1","time":"2018-04-05T17:31:00Z"}`,
			`{"time":"2018-04-05T17:31:00Z","account":"acme","signal":"mail","value":1,"id":"1","source":"s"}`},
		{"a batch", change{"content-type": "application/cloudevents-batch+json"}, `[]`, "bad_envelope a batch"},
		{"structured avro", change{"content-type": "application/cloudevents+avro"}, `x`, "bad_envelope another format"},
		{"structured by its type, but plain", change{"content-type": "application/cloudevents+json", "ce_specversion": "-"}, ordinary, "bad_envelope specversion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := signals.Record{Key: []byte("acme"), Value: []byte(c.value)}
			for name, value := range event {
				if changed, ok := c.change[name]; ok {
					value = changed
				}
				if value != "-" {
					r.Headers = append(r.Headers, signals.Header{Key: name, Value: []byte(value)})
				}
			}
			for name, value := range c.change {
				if _, ok := event[name]; !ok {
					r.Headers = append(r.Headers, signals.Header{Key: name, Value: []byte(value)})
				}
			}
			judge(t, &r, c.want)
		})
	}
}

func TestBinaryCloudEventWithAnAttributeTwice(t *testing.T) {
	r := signals.Record{Key: []byte("acme"), Headers: []signals.Header{{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: nil}, {Key: "ce_id", Value: []byte("2")}}}
	judge(t, &r, "duplicate_field the header ce_id stands twice")
}

func TestDecodeAccepts(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"the example of the contract", `{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1,
			"id":"cdr-88f1","contact":"li-wei","source":"pbx","text":"...","attributes":{"direction":"inbound"}}`,
			`{"time":"2026-03-02T01:30:11Z","account":"acme","signal":"call","value":1,"id":"cdr-88f1","contact":"li-wei","source":"pbx","text":"...","attributes":{"direction":"inbound"}}`},
		{"the least", good + `}`, good + `,"value":1}`},
		{"white space", "\r\n\t " + strings.NewReplacer(`:"a`, " :\t\"a", `,`, " ,\n").Replace(good) + " } \n", good + `,"value":1}`},
		{"nulls are absent", good + `,"value":null,"id":null,"contact":null,"source":null,"text":null,"attributes":null}`, good + `,"value":1}`},
		{"unknown fields", good + `,"x":{"time":[1,-2.5e+10,"\ud83d\ude00",true,false,null,{}]},"y":1e999}`, good + `,"value":1}`},
		{"value of many digits", good + `,"value":0.1000000000000000055511151231257827}`, good + `,"value":0.1}`},
		{"negative value", good + `,"value":-12.75E-1}`, good + `,"value":-1.275}`},
		{"value zero", good + `,"value":0}`, good + `,"value":0}`},
		{"value beyond the smallest", good + `,"value":1e-999}`, good + `,"value":0}`},
		{"escapes", good + `,"text":"\"\\\/\b\f\n\r\t\u00e9\u674E\ud83d\ude00"}`, good + `,"value":1,"text":"\"\\/\u0008\u000c\u000a\u000d\u0009é李😀"}`},
		{"escaped key", good + `,"\u0074ext":"x"}`, good + `,"value":1,"text":"x"}`},
		{"other scripts", good + `,"contact":"李伟","text":"مرحبا 😀"}`, good + `,"value":1,"contact":"李伟","text":"مرحبا 😀"}`},
		{"flat attributes", good + `,"attributes":{"a":"","b":1.50,"c":true,"d":null,"e":{"f":1},"g":[2],"h":"\u0041"}}`, good + `,"value":1,"attributes":{"a":"","b":"1.50","c":"true","h":"A"}}`},
		{"names of 256 bytes", good + `,"id":"` + strings.Repeat("x", 256) + `"}`, good + `,"value":1,"id":"` + strings.Repeat("x", 256) + `"}`},
		{"256 attributes", good + `,"attributes":{` + manyAttributes(256) + `}}`, good + `,"value":1,"attributes":{` + strings.ReplaceAll(manyAttributes(256), ":1", `:"1"`) + `}}`},
		{"as deep as allowed", good + `,"x":` + strings.Repeat(`[`, 63) + strings.Repeat(`]`, 63) + `}`, good + `,"value":1}`},
		{"control characters in a text", good + `,"text":"\u0000\u007f"}`, good + `,"value":1,"text":"\u0000` + "\x7f" + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			judge(t, &signals.Record{Key: []byte("acme"), Value: []byte(c.value)}, c.want)
		})
	}
}
