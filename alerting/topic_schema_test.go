package alerting

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	generate "github.com/invopop/jsonschema"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/schematest"
	"firstsign/signals"
)

var update = flag.Bool("update", false, "write topic.schema.json anew")

// topicSchema derives the schema from the types that are written.
func topicSchema(t *testing.T) []byte {
	t.Helper()
	r := &generate.Reflector{Anonymous: true, AllowAdditionalProperties: true}
	for _, folder := range []string{"alerting", "detector"} {
		if err := r.AddGoComments("firstsign", "../"+folder); err != nil {
			t.Fatal(err)
		}
	}
	comments := map[string]string{}
	for name, text := range r.CommentMap { // the path ".." takes the module's name away
		comments["firstsign/"+name] = strings.Join(strings.Fields(text), " ")
	}
	r.CommentMap = comments
	text := func(format string, words ...any) *generate.Schema {
		return &generate.Schema{Type: "string", Format: format, Enum: words}
	}
	r.Mapper = func(of reflect.Type) *generate.Schema {
		switch of {
		case reflect.TypeFor[signals.Day]():
			return text("date")
		case reflect.TypeFor[accounts.Grade]():
			return text("", anyOf(accounts.Grades)...)
		case reflect.TypeFor[signals.Label]():
			return text("", anyOf(signals.Labels)...)
		case reflect.TypeFor[detector.Side]():
			return text("", detector.Theirs, detector.Ours)
		case reflect.TypeFor[detector.Verdict]():
			return text("", detector.Defection, detector.EarlyDefection, detector.Downturn)
		case reflect.TypeFor[detector.FindingKind](), reflect.TypeFor[detector.Term]():
			return text("")
		}
		return nil
	}
	definitions := generate.Definitions{}
	for _, one := range []any{TopicFinding{}, TopicAnswer{}} {
		for name, s := range r.Reflect(one).Definitions {
			definitions[name] = s
		}
	}
	property := func(of, name string) *generate.Schema {
		s, ok := definitions[of].Properties.Get(name)
		if !ok {
			t.Fatalf("%s has no %s", of, name)
		}
		return s
	}
	for _, kind := range detector.FindingKinds {
		if kind.Raises() {
			property("TopicFinding", "kind").Enum = append(property("TopicFinding", "kind").Enum, kind)
		}
	}
	property("TopicAnswer", "kind").Enum = []any{acknowledged, snoozed, labelled, assigned, noted, withdrawn}
	property("TopicFinding", "time").Format = "date-time"
	property("TopicFinding", "since").Format, property("TopicReason", "since").Format = "date", "date"
	all, err := json.MarshalIndent(&generate.Schema{
		Version: generate.Version, Title: "Firstsign: a record of firstsign.alerts", Definitions: definitions,
		OneOf: []*generate.Schema{{Ref: "#/$defs/TopicFinding"}, {Ref: "#/$defs/TopicAnswer"}},
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(all, '\n')
}

func anyOf[T any](list []T) (all []any) {
	for _, one := range list {
		all = append(all, one)
	}
	return all
}

func TestTopicSchema(t *testing.T) {
	want := topicSchema(t)
	if *update {
		if err := os.WriteFile("topic.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(TopicSchema, want) {
		t.Error("topic.schema.json is not what is written to the topic: run go test ./alerting -update")
	}
}

// What is written to the topic is valid, and what is not is refused.
func TestTopicLinesAreValid(t *testing.T) {
	schema := schematest.Compile(t, TopicSchema)
	valid := func(line []byte) error {
		err := schema.Validate(line)
		if errors.Is(err, schematest.ErrNoJSON) {
			t.Fatal(err)
		}
		return err
	}
	var lines [][]byte
	for _, l := range message.Languages {
		for _, kind := range detector.FindingKinds {
			for _, f := range []*detector.Finding{
				story(), {ID: "x", Source: "pbx", Since: 20487, Time: 5e9 + 1}, {ID: "y", Account: "acme", Since: 20487, Verdict: detector.Defection, ShareNoted: 20400, SeasonUnknown: true, IDs: &detector.IDChange{Ended: 3}},
			} {
				f.Kind = kind
				line, err := TopicLine(f, l)
				if err != nil {
					t.Fatal(err)
				}
				if line != nil {
					lines = append(lines, line)
				}
			}
		}
	}
	at := time.Date(2026, 3, 3, 2, 10, 0, 5, time.UTC)
	for _, e := range []Event{
		{Kind: acknowledged, Time: at, By: "wang.fang", Of: &at}, {Kind: snoozed, Time: at, By: "wang.fang", Until: &at}, {Kind: labelled, Time: at, By: "x", Label: signals.FalseAlarm},
	} {
		line, err := answerLine(&Alert{ID: "acme-1", Account: "acme"}, &e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		if err := valid(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if len(lines) < 50 {
		t.Errorf("%d lines", len(lines))
	}
	good := string(lines[slices.IndexFunc(lines, func(line []byte) bool { return bytes.Contains(line, []byte(`"contact"`)) })])
	for _, wrong := range []string{
		`{}`, `[]`, strings.Replace(good, `"kind":"raised"`, `"kind":"closed"`, 1), strings.Replace(good, `"risk":`, `"risk":"`, 1), strings.Replace(good, `"since":"2026`, `"since":"26`, 1), strings.Replace(good, `"side":"theirs"`, `"side":"his"`, 1),
	} {
		if json.Valid([]byte(wrong)) && valid([]byte(wrong)) == nil {
			t.Errorf("valid: %s", wrong)
		}
	}
}
