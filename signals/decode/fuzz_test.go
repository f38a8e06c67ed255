package decode

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// FuzzDecode compares with encoding/json: what is accepted is JSON with the
// same values, and what is called malformed is not JSON.
func FuzzDecode(f *testing.F) {
	for _, c := range malformed {
		if len(c.value) < 1000 {
			f.Add([]byte(c.value), "", "")
		}
	}
	for _, b := range benchmarks {
		f.Add(b.record.Value, "", "")
		f.Add(b.record.Value, "application/cloudevents+json; charset=UTF-8", "1.0")
		f.Add(b.record.Value, "application/json", "1.0")
	}
	f.Add([]byte(good+`,"value":1234567890.12345e-7,"attributes":{"a":1.50,"b":null,"c":{"d":[]},"\u0065":true}}`), "", "")
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"s","type":"a.call","subject":"acme","data_base64":"eyJ0aW1lIjoiMjAyNi0wMy0wMlQwOTozMDoxMVoifQ=="}`), "", "")
	var d Decoder
	var in signals.Interaction
	f.Fuzz(func(t *testing.T, value []byte, contentType, version string) {
		r := signals.Record{Key: []byte("acme"), Value: value}
		if contentType != "" {
			r.Headers = append(r.Headers, signals.Header{Key: "content-type", Value: []byte(contentType)})
		}
		if version != "" {
			r.Headers = append(r.Headers, signals.Header{Key: "ce_specversion", Value: []byte(version)},
				signals.Header{Key: "ce_id", Value: []byte("1")}, signals.Header{Key: "ce_source", Value: []byte("pbx")}, signals.Header{Key: "ce_type", Value: []byte("a.call")}, signals.Header{Key: "ce_time", Value: []byte("2026-03-02T09:30:11Z")})
		}
		reject := d.Decode(&r, &in)
		if reject != nil {
			if !slices.Contains(signals.Reasons, reject.Reason) || reject.Detail == "" || !utf8.ValidString(reject.Detail) {
				t.Fatalf("%q: %q", reject.Reason, reject.Detail)
			}
			inside := strings.Contains(reject.Detail, "data_base64")
			if reject.Reason == signals.Malformed && json.Valid(value) && !inside && !strings.Contains(reject.Detail, "too deep") {
				t.Fatalf("%s, but it is JSON", reject)
			}
			if reject.Reason != signals.Malformed && reject.Reason != signals.InvalidUTF8 && d.mode == plainRecord && !json.Valid(value) {
				t.Fatalf("%s, but it is not even JSON", reject)
			}
			return
		}
		if d.mode != plainRecord {
			if len(value) > 0 && isJSONType(d.contentType()) && !json.Valid(value) {
				t.Fatalf("accepted a CloudEvent that is not JSON: %q", value)
			}
			if d.mode == structuredEvent {
				checkEvent(t, value, &in)
			}
			roundTrip(t, &in)
			return
		}
		want := oracle(t, value)
		got, wanted := signals.Append(nil, &in), signals.Append(nil, want)
		if !bytes.Equal(got, wanted) {
			t.Fatalf("%q: got %s, want %s", value, got, wanted)
		}
		roundTrip(t, &in)
	})
}

// checkEvent compares an accepted structured event with the standard library.
func checkEvent(t *testing.T, value []byte, in *signals.Interaction) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(value, &m); err != nil {
		t.Fatalf("accepted %q: %v", value, err)
	}
	for _, name := range []string{"specversion", "id", "source", "type"} {
		var s string
		if err := json.Unmarshal(m[name], &s); err != nil || s == "" {
			t.Fatalf("accepted %q with %s %q: %v", value, name, m[name], err)
		}
	}
	var data struct{ Value *float64 } // matches in any case: only a lower-case one is compared
	if raw, ok := m["data"]; ok && !bytes.Contains(bytes.ToLower(raw), []byte(`\u`)) && bytes.Count(bytes.ToLower(raw), []byte(`"value"`)) == bytes.Count(raw, []byte(`"value"`)) {
		if err := json.Unmarshal(raw, &data); err == nil && data.Value != nil && *data.Value != in.Value {
			t.Fatalf("%q: value %v, want %v", value, in.Value, *data.Value)
		}
	}
}

// oracle decodes a plain record that was accepted with the standard library.
func oracle(t *testing.T, value []byte) *signals.Interaction {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(value, &m); err != nil {
		t.Fatalf("accepted %q: %v", value, err)
	}
	text := func(name string) []byte {
		var s string
		if raw, ok := m[name]; ok {
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatalf("accepted %q of %q: %v", raw, name, err)
			}
		}
		return []byte(s)
	}
	clean := func(id []byte) []byte { return []byte(identity.CleanString(string(id))) }
	in := &signals.Interaction{
		Value: 1, Account: clean(text("account")), Signal: text("signal"), ID: text("id"),
		Contact: clean(text("contact")), Source: text("source"), Text: text("text"),
	}
	if raw, ok := m["value"]; ok {
		if err := json.Unmarshal(raw, &in.Value); err != nil {
			t.Fatalf("accepted the value %q: %v", raw, err)
		}
	}
	when, err := time.Parse(time.RFC3339Nano, strings.ToUpper(string(text("time"))))
	if err != nil {
		t.Fatalf("accepted %q: %v", text("time"), err)
	}
	in.Time = when.UnixNano()
	in.Attributes = attributesOf(t, m["attributes"])
	return in
}

// attributesOf reads them in the order of the text.
func attributesOf(t *testing.T, raw json.RawMessage) (out []signals.Attribute) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		key, err := dec.Token()
		var v json.RawMessage
		if err == nil {
			err = dec.Decode(&v)
		}
		if err != nil {
			t.Fatal(err)
		}
		switch v[0] {
		case '{', '[', 'n':
			continue
		case '"':
			var s string
			if err := json.Unmarshal(v, &s); err != nil {
				t.Fatal(err)
			}
			v = []byte(s)
		}
		out = append(out, signals.Attribute{Key: []byte(key.(string)), Value: v})
	}
	return out
}

// FuzzControl: whatever is accepted is written and read again the same.
func FuzzControl(f *testing.F) {
	for _, kind := range []signals.Kind{signals.Tick, signals.Heartbeat, signals.LoadBegin, signals.LoadEnd, signals.Feedback, signals.Erase, "other"} {
		f.Add(string(kind), []byte(`{"time":"2026-03-02T09:30:11.5Z","source":"pbx","load":"l1","owner":"host-1"}`))
		f.Add(string(kind), []byte(`{"time":"2026-03-02T09:30:11.5Z","source":null}`))
		f.Add(string(kind), []byte(`{"time":"2026-03-02T09:30:11.5Z","account":"acme","alert":"acme-2026-02-03","label":"expected"}`))
	}
	f.Fuzz(func(t *testing.T, kind string, value []byte) {
		r := signals.Record{Value: value, Headers: []signals.Header{{Key: signals.ControlHeader, Value: []byte(kind)}}}
		c, is, reject := Control(&r)
		if !is {
			t.Fatal("the header is not seen")
		}
		if reject != nil {
			if reject.Reason != signals.BadControl && reject.Reason != signals.Oversized || c != (signals.Control{}) {
				t.Fatalf("%v with %+v", reject, c)
			}
			return
		}
		if !json.Valid(value) {
			t.Fatalf("accepted %q", value)
		}
		var again signals.Record
		again.Value, again.Headers = c.Record()
		if back, _, reject := Control(&again); reject != nil || back != c {
			t.Fatalf("%+v became %+v: %v", c, back, reject)
		}
	})
}
