package backtest

import (
	"strings"
	"testing"

	"firstsign/alerting"
	"firstsign/backtest/simulate"
	"firstsign/internal/schematest"
	"firstsign/signals/decode"
)

// Each record that a simulated portfolio writes, and each alert that follows from them, is
// valid by the schemas that the service serves.
func TestRecordsOfAReplayAreValid(t *testing.T) {
	validate := func(schema []byte, lines string) (n int) {
		compiled := schematest.Compile(t, schema)
		for line := range strings.Lines(lines) {
			if err := compiled.Validate([]byte(line)); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			n++
		}
		return n
	}
	p := plan(t, 30, 130)
	alerts, _, _ := replayed(t, &Replay{Rules: simulationRules(p), Partitions: 1, First: start(p)}, simulate.New(p).History())
	records := validate(decode.RecordSchema, string(written(t, simulate.New(p))))
	told := validate(alerting.TopicSchema, alerts)
	if t.Logf("%d records and %d alerts", records, told); records < 8000 || told == 0 {
		t.Errorf("%d records and %d alerts", records, told)
	}
}
