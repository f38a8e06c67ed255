package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	generate "github.com/invopop/jsonschema"

	"firstsign/internal/schematest"
	"firstsign/signals"
)

var update = flag.Bool("update", false, "write record.schema.json anew")

// InteractionRecord is one interaction as a producer writes it to firstsign.interactions. Other
// fields may stand beside these and are passed over. A CloudEvent 1.0 is accepted as well.
type InteractionRecord struct {
	// Time is when it happened: RFC 3339 with an offset, at most nine digits of a second,
	// from 1970 to 2261.
	Time string `json:"time"`
	// Account is the id of the account. The record's key must be the same.
	Account string `json:"account"`
	// Signal is the name of what happened, as signals.yaml defines it: call, meeting, order.
	Signal string `json:"signal"`
	// Value is how often or how much, or the score. It is 1 when it is left out.
	Value *float64 `json:"value,omitempty"`
	// ID names the record within its source. A repeat with the same id is dropped.
	ID *string `json:"id,omitempty"`
	// Contact is the id of the account's person.
	Contact *string `json:"contact,omitempty"`
	// Source is the system that it comes from. Each source is watched for failures.
	Source *string `json:"source,omitempty"`
	// Text is what somebody said or wrote. It is read for signs and not kept.
	Text *string `json:"text,omitempty"`
	// Attributes are flat entries: direction (inbound, outbound or internal) says who acted.
	// Objects and lists in them are passed over.
	Attributes map[string]any `json:"attributes,omitempty"`
}

// recordSchema derives the schema from the struct above. Its bounds are those of the decoder.
func recordSchema(t *testing.T) []byte {
	t.Helper()
	r := &generate.Reflector{Anonymous: true, AllowAdditionalProperties: true, DoNotReference: true}
	if err := r.AddGoComments("firstsign/signals/decode", "."); err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	for name, text := range r.CommentMap {
		comments[name] = strings.Join(strings.Fields(text), " ")
	}
	r.CommentMap = comments
	s := r.Reflect(InteractionRecord{})
	s.Title = "Firstsign: a record of firstsign.interactions"
	least := uint64(1)
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		switch name, v := p.Key, p.Value; name {
		case "time":
			v.Format = "date-time"
			v.Pattern = `^(19[7-9][0-9]|2[01][0-9]{2}|22[0-5][0-9]|226[01])-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$`
		case "account", "signal", "id", "contact", "source":
			longest := uint64(MaxIdentifier)
			v.MaxLength, v.Pattern = &longest, `^[^\x00-\x1f\x7f-\x9f]*$`
			if name == "account" || name == "signal" {
				v.MinLength = &least
			}
		case "attributes":
			longest := uint64(MaxIdentifier)
			v.PropertyNames = &generate.Schema{MaxLength: &longest}
		}
		if slices.Contains(s.Required, p.Key) {
			continue
		}
		p.Value.Extras = map[string]any{"type": []string{p.Value.Type, "null"}} // null is the same as absent
		p.Value.Type = ""
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func TestRecordSchema(t *testing.T) {
	want := recordSchema(t)
	if *update {
		if err := os.WriteFile("record.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(RecordSchema, want) {
		t.Error("record.schema.json is not what the decoder reads: run go test ./signals/decode -update")
	}
}

// unsaid are the reasons that a schema cannot say: about the text itself, about numbers that no
// program can hold, and about CloudEvents.
var unsaid = []signals.Reason{signals.DuplicateField, signals.InvalidUTF8, signals.Malformed, signals.Oversized, signals.BadEnvelope, signals.BadValue}

// beyond are records that the decoder refuses and the schema takes: it counts characters where
// the decoder counts bytes, sees the date and not the instant, and counts attributes that the
// decoder passes over, so it must not limit them.
var beyond = []string{"long contact", "after 2261 by its offset", "before 1970 by its offset", "257 attributes"}

// The schema takes what the decoder takes, and refuses what the decoder refuses.
func TestRecordSchemaIsTheDecoders(t *testing.T) {
	schema := schematest.Compile(t, RecordSchema)
	var d Decoder
	var in signals.Interaction
	values := map[string][]byte{
		"shortest": []byte(good + `}`), "nulls": []byte(good + `,"value":null,"id":null,"contact":null,"source":null,"text":null,"attributes":null}`),
		"all":           []byte(good + `,"value":-2.5e3,"id":"1","contact":"li-wei","source":"pbx","text":"","attributes":{"direction":"inbound","n":1,"l":[1],"o":{},"z":null,"t":true},"other":{}}`),
		"empty id":      []byte(good + `,"id":"","contact":"","source":""}`),
		"Chinese":       []byte(`{"time":"2026-03-02t09:30:11.123456789+08:00","account":"客户一","signal":"通话"}`),
		"longest":       []byte(`{"time":"2026-03-02T09:30:11Z","signal":"call","account":"` + strings.Repeat("a", MaxIdentifier) + `"}`),
		"too long":      []byte(`{"time":"2026-03-02T09:30:11Z","signal":"call","account":"` + strings.Repeat("a", MaxIdentifier+1) + `"}`),
		"leap second":   []byte(recordAt("2016-12-31T23:59:60Z")),
		"leap day":      []byte(recordAt("2026-02-29T00:00:00Z")),
		"space":         []byte(recordAt("2026-03-02 09:30:11Z")),
		"no offset":     []byte(recordAt("2026-03-02T09:30:11")),
		"ten digits":    []byte(recordAt("2026-03-02T09:30:11.1234567890Z")),
		"1969":          []byte(recordAt("1969-03-02T09:30:11Z")),
		"2262":          []byte(recordAt("2262-03-02T09:30:11Z")),
		"2261":          []byte(recordAt("2261-03-02T09:30:11Z")),
		"a time's null": []byte(`{"time":null,"account":"acme","signal":"call"}`),
	}
	for _, c := range malformed {
		values[c.name] = []byte(c.value)
	}
	for name, b := range benchmarks {
		if len(b.record.Headers) == 0 {
			values["benchmark "+string(rune('0'+name))] = b.record.Value
		}
	}
	compared := 0
	for name, value := range values {
		valid := schema.Validate(value)
		if errors.Is(valid, schematest.ErrNoJSON) || bytes.Contains(value, []byte("specversion")) {
			continue
		}
		reject := d.DecodeValue(value, &in)
		if reject != nil && (slices.Contains(unsaid, reject.Reason) || slices.Contains(beyond, name)) {
			continue
		}
		compared++
		if (valid == nil) != (reject == nil) {
			t.Errorf("%s: %.200s\nthe decoder says %v\nthe schema says %v", name, value, reject, valid)
		}
	}
	if t.Logf("%d records compared", compared); compared < 50 {
		t.Errorf("only %d records were compared", compared)
	}
}

// What the program itself writes is valid.
func TestAppendedRecordsAreValid(t *testing.T) {
	schema := schematest.Compile(t, RecordSchema)
	text := signals.Append(nil, &signals.Interaction{
		Time: 1772443811_123456789, Account: []byte("acme"), Signal: []byte("call"), Value: 2.5, ID: []byte("1"), Contact: []byte("li-wei"), Source: []byte("pbx"),
		Text: []byte("a\u2028b"), Attributes: []signals.Attribute{{Key: []byte("direction"), Value: []byte("inbound")}},
	})
	if err := schema.Validate(text); err != nil {
		t.Errorf("%s: %v", text, err)
	}
}
