package backtest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"firstsign/alerting"
	"firstsign/backtest/simulate"
	"firstsign/signals/decode"
)

// Each record that a simulated portfolio writes, and each alert that follows from them, is
// valid by the schemas that the service serves.
func TestRecordsOfAReplayAreValid(t *testing.T) {
	compiled := func(text []byte) *jsonschema.Schema {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("schema.json", doc); err != nil {
			t.Fatal(err)
		}
		schema, err := c.Compile("schema.json")
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
	validate := func(schema *jsonschema.Schema, lines string) (n int) {
		for line := range strings.Lines(lines) {
			parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
			if err == nil {
				err = schema.Validate(parsed)
			}
			if n++; err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		return n
	}
	p := plan(t, 30, 130)
	alerts, _, _ := replayed(t, &Replay{Rules: simulationRules(p), Partitions: 1, First: start(p)}, simulate.New(p).History())
	records := validate(compiled(decode.RecordSchema), string(written(t, simulate.New(p))))
	told := validate(compiled(alerting.TopicSchema), alerts)
	if t.Logf("%d records and %d alerts", records, told); records < 8000 || told == 0 {
		t.Errorf("%d records and %d alerts", records, told)
	}
}
