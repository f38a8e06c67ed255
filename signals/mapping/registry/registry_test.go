package registry_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bufbuild/protocompile"
	"github.com/twmb/avro"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"firstsign/signals"
	"firstsign/signals/mapping"
	"firstsign/signals/mapping/registry"
)

// schemas that the registry of the tests has, by number.
const (
	callSchema = 7 + iota
	orderSchema
	jsonSchema
	brokenSchema
	referringSchema
	danglingSchema
)

const call = `{"type":"record","name":"Call","fields":[
	{"name":"id","type":"string"},
	{"name":"customer","type":["null","long"]},
	{"name":"start","type":{"type":"long","logicalType":"timestamp-millis"}},
	{"name":"day","type":{"type":"int","logicalType":"date"}},
	{"name":"wall","type":{"type":"long","logicalType":"local-timestamp-millis"}},
	{"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
	{"name":"whole","type":{"type":"fixed","name":"Whole","size":9,"logicalType":"decimal","precision":20,"scale":0}},
	{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["CALL","VISIT"]}},
	{"name":"rate","type":"float"},
	{"name":"tags","type":{"type":"map","values":"string"}},
	{"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[{"name":"net","type":"double"}]}}}]}`

const order = `syntax = "proto3";
package erp;
import "google/protobuf/timestamp.proto";
import "erp/money.proto";
message Other {}
message Order {
	enum Kind { UNKNOWN = 0; SALE = 1; }
	message Line { double net = 1; }
	string id = 1;
	uint64 customer = 2;
	google.protobuf.Timestamp at = 3;
	Money total = 4;
	Kind kind = 5;
	optional string note = 6;
	repeated Line lines = 7;
	map<string, int32> counts = 8;
	float rate = 9;
	bytes raw = 10;
}`

const money = `syntax = "proto3"; package erp; message Money { int64 units = 1; string currency = 2; }`

// fake is a schema registry.
type fake struct {
	asked  atomic.Int64
	status atomic.Int64 // answered instead; 0: none
	user   string
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked.Add(1)
	if user, password, _ := r.BasicAuth(); f.user != "" && (user != f.user || password != "s3cret") {
		http.Error(w, `{"error_code":401,"message":"not you"}`, http.StatusUnauthorized)
		return
	}
	if status := f.status.Load(); status != 0 {
		http.Error(w, `{"error_code":50001,"message":"out of order"}`, int(status))
		return
	}
	reference := func(name string) []map[string]any {
		return []map[string]any{{"name": name, "subject": name, "version": 1}}
	}
	found, ok := map[string]map[string]any{
		"/schemas/ids/7":                         {"schema": call},
		"/schemas/ids/8":                         {"schema": order, "schemaType": "PROTOBUF", "references": reference("erp/money.proto")},
		"/schemas/ids/9":                         {"schema": `{"type":"object"}`, "schemaType": "JSON"},
		"/schemas/ids/10":                        {"schema": `{"type":"record"`},
		"/schemas/ids/11":                        {"schema": `{"type":"record","name":"Out","fields":[{"name":"inner","type":"Inner"}]}`, "references": reference("Inner")},
		"/schemas/ids/12":                        {"schema": `{"type":"record","name":"Out2","fields":[]}`, "references": reference("Gone")},
		"/subjects/erp%2Fmoney.proto/versions/1": {"subject": "money", "version": 1, "id": 20, "schema": money, "schemaType": "PROTOBUF"},
		"/subjects/Inner/versions/1":             {"subject": "Inner", "version": 1, "id": 21, "schema": `{"type":"record","name":"Inner","fields":[{"name":"n","type":"long"}]}`},
	}[r.URL.EscapedPath()]
	if !ok {
		http.Error(w, `{"error_code":40403,"message":"Schema not found"}`, http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(found)
}

func start(t testing.TB, f *fake) *registry.Registry {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return registry.New(registry.Config{URL: server.URL})
}

// framed is a value behind the number of its schema.
func framed(id int, value ...byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(id)), value...)
}

// avroCall is a record of Call.
func avroCall(t testing.TB, change func(map[string]any)) []byte {
	t.Helper()
	record := map[string]any{
		"id": "u1", "customer": int64(9007199254740993), "start": time.UnixMilli(1772415011123), "day": int32(20514), "wall": int64(1772443811000),
		"amount": "1234.50", "whole": "-12345678901234567890", "kind": "CALL", "rate": float32(0.1), "tags": map[string]any{"direction": "inbound"},
		"lines": []any{map[string]any{"net": 1.5}, map[string]any{"net": 2.0}},
	}
	change(record)
	value, err := avro.MustParse(call).Encode(record)
	if err != nil {
		t.Fatal(err)
	}
	return framed(callSchema, value...)
}

// protobufOrder is a record of Order, which is the second message of its file.
func protobufOrder(t testing.TB, text string) []byte {
	t.Helper()
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: protocompile.SourceAccessorFromMap(map[string]string{"order.proto": order, "erp/money.proto": money})})}
	files, err := compiler.Compile(context.Background(), "order.proto")
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(files[0].Messages().Get(1))
	if err := protojson.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	value, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return framed(orderSchema, append([]byte{2, 2}, value...)...) // a path of one index, 1, both as zigzag
}

const anOrder = `{"id":"o1","customer":"18446744073709551615","at":"2026-03-02T01:30:11Z","total":{"units":"12","currency":"CNY"},"kind":"SALE",
	"lines":[{"net":1.5}],"counts":{"a":2},"rate":0.1,"raw":"AfQ="}`

// told is what a mapping makes of a value: the record, or why not.
func told(t testing.TB, r *registry.Registry, c mapping.Config, value []byte) string {
	t.Helper()
	shanghai := time.FixedZone("CST", 8*3600)
	c.Name, c.Topic = "m", "t"
	for field, text := range map[*string]string{&c.Account: `"a"`, &c.Signal: `"call"`, &c.Time: `"2026-03-02T01:30:11Z"`, &c.ID: `"x"`} {
		if *field == "" {
			*field = text
		}
	}
	set, faults := mapping.Compile([]mapping.Config{c}, shanghai)
	if faults != nil {
		t.Fatalf("%+v", faults)
	}
	set.Use(r)
	mapper, of, record := set.Mapper(nil), mapping.Origin{Topic: "t"}, &signals.Record{Offset: 1, Time: 1772415011e9, Value: value}
	if err := mapper.Prepare(t.Context(), of, record); err != nil {
		return "waits: " + err.Error()
	}
	result := mapper.Map(of, record)[0]
	if result.Reject != nil {
		return result.Reject.Error()
	}
	return string(result.Value)
}

// What logical types and messages are to expressions.
func TestValues(t *testing.T) {
	r := start(t, &fake{})
	tests := []struct {
		name    string
		config  mapping.Config
		want    string
		changed func(map[string]any)
	}{
		{name: "a long beyond 2^53", config: mapping.Config{Account: "msg.customer"}, want: `"account":"9007199254740993"`},
		{name: "null in a union", config: mapping.Config{Account: "msg.customer"}, want: "account: it is null", changed: func(m map[string]any) { m["customer"] = nil }},
		{name: "an instant", config: mapping.Config{Time: "msg.start"}, want: `"time":"2026-03-02T01:30:11.123Z"`},
		{name: "calculated with an instant", config: mapping.Config{Time: `msg.start + duration("1s")`}, want: `"time":"2026-03-02T01:30:12.123Z"`},
		{name: "a day begins in the zone", config: mapping.Config{Time: "msg.day"}, want: `"time":"2026-03-01T16:00:00Z"`},
		{name: "a clock on the wall is the zone's", config: mapping.Config{Time: "msg.wall"}, want: `"time":"2026-03-02T01:30:11Z"`},
		{name: "a decimal", config: mapping.Config{Value: "msg.amount"}, want: `"value":1234.5,`},
		{name: "a decimal is a number in calculations", config: mapping.Config{Value: "msg.amount * 2.0"}, want: `"value":2469,`},
		{name: "a whole decimal keeps its digits", config: mapping.Config{Account: "msg.whole"}, want: `"account":"-12345678901234567890"`},
		{name: "an enum", config: mapping.Config{When: `msg.kind == "CALL"`}, want: `"signal":"call"`},
		{name: "a float is what was meant", config: mapping.Config{Value: "msg.rate"}, want: `"value":0.1,`},
		{name: "a map", config: mapping.Config{Attributes: map[string]string{"direction": "msg.tags.direction"}}, want: `"attributes":{"direction":"inbound"}`},
		{name: "a list of records", config: mapping.Config{Value: "msg.lines[1].net"}, want: `"value":2,`},
		{name: "each", config: mapping.Config{Each: "msg.lines", Value: "item.net"}, want: `"value":1.5,"id":"x/0"`},
		{name: "no such field", config: mapping.Config{Account: "msg.who"}, want: "account: no such key: who"},
	}
	for _, test := range tests {
		t.Run("avro "+test.name, func(t *testing.T) {
			test.config.Format = mapping.Avro
			change := test.changed
			if change == nil {
				change = func(map[string]any) {}
			}
			if got := told(t, r, test.config, avroCall(t, change)); !strings.Contains(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	for name, c := range map[string]struct {
		config mapping.Config
		want   string
	}{
		"an unsigned number":        {mapping.Config{Account: "msg.customer"}, `"account":"18446744073709551615"`},
		"a timestamp":               {mapping.Config{Time: "msg.at"}, `"time":"2026-03-02T01:30:11Z"`},
		"an imported message":       {mapping.Config{Value: "msg.total.units"}, `"value":12,`},
		"an enum":                   {mapping.Config{When: `msg.kind == "SALE"`}, `"signal":"call"`},
		"optional and not set":      {mapping.Config{Account: "msg.note"}, "account: no such key: note"},
		"a list":                    {mapping.Config{Each: "msg.lines", Value: "item.net"}, `"value":1.5,`},
		"a map":                     {mapping.Config{Value: "msg.counts.a"}, `"value":2,`},
		"a float is what was meant": {mapping.Config{Value: "msg.rate"}, `"value":0.1,`},
		"bytes":                     {mapping.Config{Value: "decimal(msg.raw, 2)"}, `"value":5,`},
	} {
		t.Run("protobuf "+name, func(t *testing.T) {
			c.config.Format = mapping.Protobuf
			if got := told(t, r, c.config, protobufOrder(t, anOrder)); !strings.Contains(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// What never can be read is a dead letter with its reason.
func TestRefused(t *testing.T) {
	r := start(t, &fake{})
	good := avroCall(t, func(map[string]any) {})
	for name, c := range map[string]struct {
		format mapping.Format
		value  []byte
		want   string
	}{
		"no schema's number":       {mapping.Avro, []byte(`{"a":1}`), "it names no schema"},
		"too short":                {mapping.Avro, []byte{0, 0, 0}, "it names no schema"},
		"a number of no schema":    {mapping.Avro, framed(99, 1), "the schema registry has no schema 99"},
		"another format":           {mapping.Protobuf, good, "schema 7 is avro, and the mapping says protobuf"},
		"JSON Schema":              {mapping.Avro, framed(jsonSchema, 1), "schema 9 cannot be used: it is JSON; only Avro and Protobuf"},
		"a schema that is none":    {mapping.Avro, framed(brokenSchema, 1), "schema 10 cannot be used: "},
		"a reference that is gone": {mapping.Avro, framed(danglingSchema, 1), "schema 12 cannot be used: what it refers to: Gone: "},
		"cut off":                  {mapping.Avro, good[:len(good)-3], "by schema 7: "},
		"bytes too many":           {mapping.Avro, append(good[:len(good):len(good)], 1), "by schema 7: 1 bytes follow the value"},
		"no message":               {mapping.Protobuf, framed(orderSchema, 2, 20), "by schema 8: the schema has no message at [10]"},
		"no protobuf":              {mapping.Protobuf, framed(orderSchema, 2, 2, 0xff), "by schema 8: "},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(t, r, mapping.Config{Format: c.format}, c.value)
			if !strings.HasPrefix(got, "unmappable: mapping m: malformed: "+c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestReferencesAreFollowed(t *testing.T) {
	if got := told(t, start(t, &fake{}), mapping.Config{Format: mapping.Avro, Value: "msg.inner.n"}, framed(referringSchema, 84)); !strings.Contains(got, `"value":42,`) {
		t.Error(got)
	}
}

// A registry that is away, or refuses us, is waited for: nothing is a dead letter.
// Once it is back, each schema is asked for once.
func TestRegistryAway(t *testing.T) {
	f := &fake{}
	r := start(t, f)
	c, value := mapping.Config{Format: mapping.Avro}, avroCall(t, func(map[string]any) {})
	for _, status := range []int64{http.StatusServiceUnavailable, http.StatusUnauthorized, http.StatusTooManyRequests} {
		f.status.Store(status)
		if got := told(t, r, c, value); got != "waits: schema 7: the schema registry: out of order" {
			t.Errorf("%d: %s", status, got)
		}
	}
	f.status.Store(0)
	before := f.asked.Load()
	for range 3 {
		for _, v := range [][]byte{value, framed(99, 1)} {
			if got := told(t, r, c, v); strings.HasPrefix(got, "waits") {
				t.Error(got)
			}
		}
	}
	if n := f.asked.Load() - before; n != 2 {
		t.Errorf("asked %d times for two numbers", n)
	}
	nobody := registry.New(registry.Config{URL: "http://127.0.0.1:1"})
	if got := told(t, nobody, c, value); !strings.HasPrefix(got, "waits: schema 7: the schema registry: ") {
		t.Error(got)
	}
}

func TestSecrets(t *testing.T) {
	f := &fake{user: "reader"}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("REGISTRY_PASSWORD", "s3cret")
	value := avroCall(t, func(map[string]any) {})
	for name, c := range map[string]struct {
		config registry.Config
		want   string
	}{
		"file":        {registry.Config{Username: "reader", PasswordFile: file}, `"signal":"call"`},
		"environment": {registry.Config{Username: "reader", PasswordEnv: "REGISTRY_PASSWORD"}, `"signal":"call"`},
		"not set":     {registry.Config{Username: "reader", PasswordEnv: "REGISTRY_NOT_SET"}, "waits: registry: read the password: the environment variable REGISTRY_NOT_SET is not set"},
		"no file":     {registry.Config{Username: "reader", PasswordFile: file + "x"}, "waits: registry: read the password: "},
		"nobody":      {registry.Config{}, "waits: schema 7: the schema registry: not you"},
	} {
		t.Run(name, func(t *testing.T) {
			c.config.URL = server.URL
			if got := told(t, registry.New(c.config), mapping.Config{Format: mapping.Avro}, value); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// One call record as JSON, Avro and Protobuf, mapped alike.
func BenchmarkMap(b *testing.B) {
	r := start(b, &fake{})
	text := `{"id":"u1","customer":9007199254740993,"start":1772415011123,"kind":"CALL","amount":"1234.50","rate":0.1,"tags":{"direction":"inbound"},"lines":[{"net":1.5},{"net":2.0}]}`
	for _, f := range []struct {
		format       mapping.Format
		value        []byte
		time, amount string
	}{
		{mapping.JSON, []byte(text), "msg.start", "msg.amount"},
		{mapping.Avro, avroCall(b, func(map[string]any) {}), "msg.start", "msg.amount"},
		{mapping.Protobuf, protobufOrder(b, anOrder), "msg.at", "msg.total.units"},
	} {
		b.Run(string(f.format), func(b *testing.B) {
			set, faults := mapping.Compile([]mapping.Config{{Name: "m", Topic: "t", Format: f.format, When: `msg.kind != ""`, Time: f.time, Account: "msg.customer",
				Signal: `"call"`, ID: "msg.id", Value: f.amount}}, time.UTC)
			if faults != nil {
				b.Fatal(faults)
			}
			set.Use(r)
			mapper, of, record := set.Mapper(nil), mapping.Origin{Topic: "t"}, &signals.Record{Offset: 1, Time: 1, Value: f.value}
			for b.Loop() {
				if err := mapper.Prepare(b.Context(), of, record); err != nil {
					b.Fatal(err)
				}
				if result := mapper.Map(of, record)[0]; result.Value == nil {
					b.Fatal(result.Reject)
				}
			}
		})
	}
}

// Whatever bytes come: a value or a reason, and nothing of an unbounded size.
func FuzzDecode(f *testing.F) {
	r := start(f, &fake{})
	seed := avroCall(f, func(map[string]any) {})
	for _, id := range []int{callSchema, orderSchema} {
		if err := r.Prepare(context.Background(), framed(id, 0)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(false, seed[5:])
	f.Add(true, protobufOrder(f, anOrder)[5:])
	huge, _ := base64.StdEncoding.DecodeString("AnUxAgIAAAAAAAAAAAAA/v///////////wE=")
	f.Add(false, huge)
	f.Fuzz(func(t *testing.T, protobuf bool, value []byte) {
		id, format := callSchema, mapping.Avro
		if protobuf {
			id, format = orderSchema, mapping.Protobuf
		}
		v, reject := r.Decode(format, framed(id, value...))
		if (v == nil) == (reject == nil) {
			t.Errorf("%v, %v", v, reject)
		}
		if text := fmt.Sprint(v); len(text) > 1<<20+100*len(value) {
			t.Errorf("%d bytes became %d", len(value), len(text))
		}
	})
}
