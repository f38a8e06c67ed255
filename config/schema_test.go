package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/expect"
	"firstsign/alerting/message"
	"firstsign/config/calendar"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/signals/mapping"
	"firstsign/signals/text"
	"firstsign/web/access"
)

var update = flag.Bool("update", false, "write the JSON Schemas anew")

// The JSON Schemas in schema/ are for editors, which complete keys and mark
// slips with them. They are derived from the structs that Load fills, so that
// they cannot say anything else; `go test ./config -update` writes them.
func TestSchemas(t *testing.T) {
	generate := generator(t)
	for name, file := range map[string]reflect.Type{
		serviceFile:       reflect.TypeFor[Service](),
		signalsFile:       reflect.TypeFor[Detector](),
		wordsFile:         reflect.TypeFor[text.Config](),
		mappingsFile:      reflect.TypeFor[mappingsText](),
		routingFile:       reflect.TypeFor[alerting.Routing](),
		calendarFile:      reflect.TypeFor[calendar.Text](),
		accessFile:        reflect.TypeFor[access.Policy](),
		gradingFile:       reflect.TypeFor[accounts.Grading](),
		calibrationFile:   reflect.TypeFor[Calibration](),
		accountsYAMLFile:  reflect.TypeFor[accountsText](),
		"cases_test.yaml": reflect.TypeFor[casesText](),
	} {
		schema := generate.ReflectFromType(file)
		schema.Version = "http://json-schema.org/draft-07/schema#"
		schema.Title = "Firstsign: " + name
		want, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		path := filepath.Join("schema", name[:len(name)-len(".yaml")]+".json")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what %s is read into (%v): run go test ./config -update", path, name, err)
		}
	}
}

// texts that can be given as a number or as text.
var loose = []reflect.Type{reflect.TypeFor[amount](), reflect.TypeFor[digits](), reflect.TypeFor[date]()}

// closed sets, by the type that holds one of them.
var sets = map[reflect.Type]any{
	reflect.TypeFor[detector.Kind]():    kinds,
	reflect.TypeFor[detector.Side]():    sides,
	reflect.TypeFor[detector.Whose]():   whose,
	reflect.TypeFor[detector.Means]():   meanings,
	reflect.TypeFor[detector.Worse]():   directions,
	reflect.TypeFor[detector.Sequel]():  sequels,
	reflect.TypeFor[accounts.Grade]():   accounts.Grades,
	reflect.TypeFor[access.Role]():      access.Roles,
	reflect.TypeFor[access.Scope]():     access.Scopes,
	reflect.TypeFor[message.Language](): message.Languages,
	reflect.TypeFor[text.Sign]():        text.Signs,
	reflect.TypeFor[mapping.Format]():   mapping.Formats,

	reflect.TypeFor[detector.FindingKind](): slices.Concat(expect.Kinds[expect.Alerts], expect.Kinds[expect.Neglects], expect.Kinds[expect.Feeds]),
	reflect.TypeFor[detector.Verdict]():     verdicts,
	reflect.TypeFor[detector.Term]():        terms,
	reflect.TypeFor[alerting.Severity]():    alerting.Severities,
}

func init() {
	grades, ranks, roles, stances := accounts.Spellings()
	sets[reflect.TypeFor[grade]()], sets[reflect.TypeFor[rank]()] = grades, ranks
	sets[reflect.TypeFor[role]()], sets[reflect.TypeFor[stance]()] = roles, stances
}

// generator derives schemas; descriptions are the comments of fields and types.
func generator(t *testing.T) *jsonschema.Reflector {
	t.Helper()
	g := &jsonschema.Reflector{
		FieldNameTag: "yaml", KeyNamer: strings.ToLower, RequiredFromJSONSchemaTags: true, // nothing is required: Load tells what lacks
		Anonymous: true, DoNotReference: true,
	}
	for _, folder := range []string{"config", "detector", "accounts", "alerting", "signals", "web/access"} {
		if err := g.AddGoComments("firstsign", "../"+folder); err != nil {
			t.Fatal(err)
		}
	}
	comments := map[string]string{}
	for name, text := range g.CommentMap { // the path ".." takes the module's name away
		comments["firstsign/"+name] = strings.Join(strings.Fields(text), " ")
	}
	g.CommentMap = comments
	g.Mapper = func(of reflect.Type) *jsonschema.Schema { return ofType(g, of) }
	return g
}

// ofType is the schema of types that are written in another way than Go keeps
// them, nil for all others.
func ofType(g *jsonschema.Reflector, t reflect.Type) *jsonschema.Schema {
	either := func(types ...string) *jsonschema.Schema {
		return &jsonschema.Schema{Extras: map[string]any{"type": types}}
	}
	switch {
	case t == reflect.TypeFor[personEntry]():
		full := *g
		full.Mapper = func(of reflect.Type) *jsonschema.Schema {
			if of == t {
				return nil
			}
			return ofType(g, of)
		}
		entry := full.ReflectFromType(t)
		entry.Version = ""
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, entry}}
	case slices.Contains(loose, t):
		return either("string", "number")
	case t == reflect.TypeFor[document.YesNo]():
		return either("string", "boolean")
	case t == document.DayType:
		return &jsonschema.Schema{Type: "string", Format: "date"}
	case t == document.DurationType:
		return &jsonschema.Schema{Type: "string", Pattern: `^[0-9.]+(ns|us|µs|ms|s|m|h|d)([0-9.]+(ns|us|µs|ms|s|m|h))*$`}
	case sets[t] != nil:
		return &jsonschema.Schema{Enum: members(t)}
	case t.Kind() == reflect.Map && sets[t.Key()] != nil:
		values := g.ReflectFromType(t.Elem())
		values.Version = ""
		return &jsonschema.Schema{Type: "object", PropertyNames: &jsonschema.Schema{Enum: members(t.Key())}, AdditionalProperties: values}
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map || t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer:
		return nil
	case t.Kind() == reflect.Bool || t.Kind() == reflect.Float64 || t.Kind() == reflect.Int:
		return nil
	}
	return &jsonschema.Schema{Type: "string"}
}

// members of a closed set.
func members(t reflect.Type) (list []any) {
	set := reflect.ValueOf(sets[t])
	for i := range set.Len() {
		list = append(list, set.Index(i).Interface())
	}
	return list
}
