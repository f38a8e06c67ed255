package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/expect"
	"firstsign/alerting/message"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/signals/mapping"
	"firstsign/signals/text"
)

var update = flag.Bool("update", false, "write the JSON Schemas anew")

// The JSON Schemas in schema/ are for editors, which complete keys and mark
// slips with them. They are derived from the structs that Load fills, so that
// they cannot say anything else; `go test ./config -update` writes them.
func TestSchemas(t *testing.T) {
	for name, file := range map[string]reflect.Type{
		serviceFile:       reflect.TypeFor[Service](),
		signalsFile:       reflect.TypeFor[Detector](),
		wordsFile:         reflect.TypeFor[text.Config](),
		mappingsFile:      reflect.TypeFor[mappingsText](),
		routingFile:       reflect.TypeFor[alerting.Routing](),
		calendarFile:      reflect.TypeFor[calendarText](),
		gradingFile:       reflect.TypeFor[accounts.Grading](),
		calibrationFile:   reflect.TypeFor[Calibration](),
		accountsYAMLFile:  reflect.TypeFor[accountsText](),
		"cases_test.yaml": reflect.TypeFor[casesText](),
	} {
		schema := schemaOf(file)
		schema["$schema"] = "http://json-schema.org/draft-07/schema#"
		schema["title"] = "Firstsign: " + name
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

type schema = map[string]any

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

func schemaOf(t reflect.Type) schema {
	if t == reflect.TypeFor[personEntry]() {
		return schema{"oneOf": []schema{{"type": "string"}, structOf(t)}}
	}
	if slices.Contains(loose, t) {
		return schema{"type": []string{"string", "number"}}
	}
	if t == reflect.TypeFor[document.YesNo]() {
		return schema{"type": []string{"string", "boolean"}}
	}
	if t == document.DayType {
		return schema{"type": "string", "format": "date"}
	}
	if t == document.DurationType {
		return schema{"type": "string", "pattern": `^[0-9.]+(ns|us|µs|ms|s|m|h|d)([0-9.]+(ns|us|µs|ms|s|m|h))*$`}
	}
	if set, ok := sets[t]; ok {
		return schema{"enum": set}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		return structOf(t)
	case reflect.Map:
		s := schema{"type": "object", "additionalProperties": schemaOf(t.Elem())}
		if set, ok := sets[t.Key()]; ok {
			s["propertyNames"] = schema{"enum": set}
		}
		return s
	case reflect.Slice:
		return schema{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Int:
		return schema{"type": "integer"}
	}
	return schema{"type": "string"}
}

func structOf(t reflect.Type) schema {
	properties := schema{}
	document.Fields(reflect.New(t).Elem(), func(name string, field reflect.Value) { properties[name] = schemaOf(field.Type()) })
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}
