package decode

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firstsign/internal/identity"
	"firstsign/signals"
)

func TestControlRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[^"]{1,40}`)
		c := signals.Control{
			Kind:   rapid.SampledFrom([]signals.Kind{signals.Tick, signals.Heartbeat, signals.LoadBegin, signals.LoadEnd, signals.Erase}).Draw(t, "kind"),
			Time:   rapid.Int64Range(0, pastSecond*1e9-1).Draw(t, "time"),
			Source: name.Draw(t, "source"),
			Load:   name.Draw(t, "load"),
			Owner:  rapid.SampledFrom([]string{"", "host-1", "主机"}).Draw(t, "owner"),

			Account: rapid.SampledFrom([]string{"", "acme", "恒达"}).Draw(t, "account"),
			Contact: rapid.Map(name, identity.CleanString).Filter(func(id string) bool { return id != "" }).Draw(t, "contact"),
		}
		var r signals.Record
		r.Value, r.Headers = c.Record()
		if got, is, reject := Control(&r); !is || reject != nil || got != c {
			t.Fatalf("%+v became %+v, %v, %v by %s", c, got, is, reject, r.Value)
		}
	})
}

func TestControl(t *testing.T) {
	const noon = `{"time":"2026-03-02T12:00:00Z"`
	for _, c := range []struct {
		name, kind, value string
		want              signals.Reason
		detail            string
	}{
		{"tick", "tick", noon + `}`, "", ""},
		{"tick of an owner and fields to come", "tick", noon + `,"owner":"host-1","x":[1]}`, "", ""},
		{"tick of a load", "tick", noon + `,"load":"l1"}`, "", ""},
		{"heartbeat", "heartbeat", noon + `,"source":"crm"}`, "", ""},
		{"load-begin", "load-begin", noon + `,"load":"l1"}`, "", ""},
		{"load-end", "load-end", noon + `,"load":"l1"}`, "", ""},
		{"feedback", "feedback", noon + `,"account":"acme","alert":"acme-2026-02-03","label":"false"}`, "", ""},
		{"feedback on nothing", "feedback", noon + `,"label":"false"}`, signals.BadControl, `"alert" is absent`},
		{"feedback that says nothing", "feedback", noon + `,"alert":"acme-2026-02-03"}`, signals.BadControl, `the label is ""`},
		{"feedback with a label of its own", "feedback", noon + `,"alert":"acme-2026-02-03","label":"meh"}`, signals.BadControl, `"meh", not one of [false expected`},
		{"erase", "erase", noon + `,"account":"acme","contact":"li-wei"}`, "", ""},
		{"erase of nobody", "erase", noon + `,"account":"acme"}`, signals.BadControl, `"contact" is absent`},
		{"unknown", "tock", noon + `}`, signals.BadControl, `"tock"`},
		{"no kind", "", noon + `}`, signals.BadControl, `""`},
		{"other case", "Tick", noon + `}`, signals.BadControl, `"Tick"`},
		{"tick without a value", "tick", ``, signals.BadControl, "byte 0"},
		{"tick of an array", "tick", `[]`, signals.BadControl, "an array, not an object"},
		{"truncated", "tick", noon, signals.BadControl, "ends too early"},
		{"followed", "tick", noon + `}}`, signals.BadControl, "something follows"},
		{"time as number", "tick", `{"time":1772415011}`, signals.BadControl, `"time" at byte 8: a number`},
		{"no time", "tick", `{}`, signals.BadControl, "the time is absent"},
		{"null time", "tick", `{"time":null}`, signals.BadControl, "the time is absent"},
		{"bad time", "tick", `{"time":"2026-03-02"}`, signals.BadControl, "not like"},
		{"year 9999", "tick", `{"time":"9999-03-02T12:00:00Z"}`, signals.BadControl, "1970 to 2261"},
		{"time twice", "tick", noon + `,"time":null}`, signals.BadControl, "stands twice"},
		{"owner not UTF-8", "tick", noon + `,"owner":"` + "\xff" + `"}`, signals.BadControl, "invalid_utf8"},
		{"long owner", "tick", noon + `,"owner":"` + strings.Repeat("x", 257) + `"}`, signals.BadControl, "256"},
		{"heartbeat of nobody", "heartbeat", noon + `}`, signals.BadControl, `"source" is absent`},
		{"load-begin of nothing", "load-begin", noon + `,"load":""}`, signals.BadControl, `"load" is absent`},
		{"load-end of nothing", "load-end", noon + `}`, signals.BadControl, `"load" is absent`},
		{"oversized", "tick", strings.Repeat(" ", signals.MaxRecord+1), signals.Oversized, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := signals.Record{Value: []byte(c.value), Headers: []signals.Header{{Key: "traceparent", Value: nil}, {Key: signals.ControlHeader, Value: []byte(c.kind)}}}
			got, is, reject := Control(&r)
			switch {
			case !is:
				t.Error("not taken for a control record")
			case c.want == "" && (reject != nil || got.Kind != signals.Kind(c.kind) || got.Time != 1772452800e9):
				t.Errorf("got %+v, %v", got, reject)
			case c.want != "" && (reject == nil || reject.Reason != c.want || !strings.Contains(reject.Detail, c.detail)):
				t.Errorf("got %v, want %s: ...%s...", reject, c.want, c.detail)
			}
		})
	}
}

func TestControlAborted(t *testing.T) {
	r := signals.Record{Flaw: signals.AbortedTransaction}
	r.Value, r.Headers = signals.Control{Kind: signals.Tick, Time: 1}.Record()
	if c, is, reject := Control(&r); !is || reject == nil || reject.Reason != signals.AbortedTransaction || c != (signals.Control{}) {
		t.Errorf("got %+v, %v, %v", c, is, reject)
	}
}

func TestOrdinaryRecordIsNoControl(t *testing.T) {
	for _, headers := range [][]signals.Header{nil, {{Key: "traceparent", Value: []byte("tick")}}, {{Key: "Firstsign", Value: []byte("tick")}}} {
		if _, is, reject := Control(&signals.Record{Headers: headers, Value: []byte(`{"time":"2026-03-02T12:00:00Z"}`)}); is || reject != nil {
			t.Errorf("%v: %v, %v", headers, is, reject)
		}
	}
}
