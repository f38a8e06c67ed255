package backtest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// A neglect by our side is no alert that could be false: it is left out of what
// is measured, and stands in the file of alerts with its kind.
func TestNeglectIsNotMeasured(t *testing.T) {
	finding := func(kind detector.FindingKind, id string, d int) detector.Finding {
		return detector.Finding{Kind: kind, ID: id, Account: "acme", Time: time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC).UnixNano(), Risk: 2}
	}
	o := &Outcome{Findings: []detector.Finding{
		finding(detector.Neglected, "acme-2026-03-01-care", 2),
		finding(detector.Raised, "acme-2026-03-03", 4),
		finding(detector.Erased, "acme-2026-03-05", 5),
		finding(detector.CaredFor, "acme-2026-03-01-care", 9),
		finding(detector.Closed, "acme-2026-03-03", 20),
	}}
	zone := signals.NewZone(time.UTC)
	var got []string
	for _, e := range o.Episodes(zone) {
		got = append(got, fmt.Sprint(e.Account, " ", e.Told, " ", e.Ended))
	}
	if want := []string{"acme 2026-03-04 2026-03-20"}; !slices.Equal(got, want) {
		t.Errorf("episodes %q, want %q", got, want)
	}
	var file bytes.Buffer
	if n, err := o.WriteAlerts(&file, message.English); n != 2 || err != nil || strings.Count(file.String(), `"kind":"neglected"`) != 1 {
		t.Errorf("%d alerts, %v:\n%s", n, err, &file)
	}
}
