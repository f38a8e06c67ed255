package signals

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestControlRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[^"]{1,40}`)
		c := Control{
			Kind:   rapid.SampledFrom([]Kind{Tick, Heartbeat, LoadBegin, LoadEnd, Erase}).Draw(t, "kind"),
			Time:   rapid.Int64Range(0, pastSecond*1e9-1).Draw(t, "time"),
			Source: name.Draw(t, "source"),
			Load:   name.Draw(t, "load"),
			Owner:  rapid.SampledFrom([]string{"", "host-1", "主机"}).Draw(t, "owner"),

			Account: rapid.SampledFrom([]string{"", "acme", "恒达"}).Draw(t, "account"),
			Contact: name.Draw(t, "contact"),
		}
		var r Record
		r.Value, r.Headers = c.Record()
		if got, is, reject := ControlOf(&r); !is || reject != nil || got != c {
			t.Fatalf("%+v became %+v, %v, %v by %s", c, got, is, reject, r.Value)
		}
	})
}

func TestControlOf(t *testing.T) {
	const noon = `{"time":"2026-03-02T12:00:00Z"`
	for _, c := range []struct {
		name, kind, value string
		want              Reason
		detail            string
	}{
		{"tick", "tick", noon + `}`, "", ""},
		{"tick of an owner and fields to come", "tick", noon + `,"owner":"host-1","x":[1]}`, "", ""},
		{"tick of a load", "tick", noon + `,"load":"l1"}`, "", ""},
		{"heartbeat", "heartbeat", noon + `,"source":"crm"}`, "", ""},
		{"load-begin", "load-begin", noon + `,"load":"l1"}`, "", ""},
		{"load-end", "load-end", noon + `,"load":"l1"}`, "", ""},
		{"feedback", "feedback", noon + `,"account":"acme","alert":"acme-2026-02-03","label":"false"}`, "", ""},
		{"feedback on nothing", "feedback", noon + `,"label":"false"}`, BadControl, `"alert" is absent`},
		{"feedback that says nothing", "feedback", noon + `,"alert":"acme-2026-02-03"}`, BadControl, `the label is ""`},
		{"feedback with a label of its own", "feedback", noon + `,"alert":"acme-2026-02-03","label":"meh"}`, BadControl, `"meh", not one of [false expected`},
		{"erase", "erase", noon + `,"account":"acme","contact":"li-wei"}`, "", ""},
		{"erase of nobody", "erase", noon + `,"account":"acme"}`, BadControl, `"contact" is absent`},
		{"unknown", "tock", noon + `}`, BadControl, `"tock"`},
		{"no kind", "", noon + `}`, BadControl, `""`},
		{"other case", "Tick", noon + `}`, BadControl, `"Tick"`},
		{"tick without a value", "tick", ``, BadControl, "byte 0"},
		{"tick of an array", "tick", `[]`, BadControl, "an array, not an object"},
		{"truncated", "tick", noon, BadControl, "ends too early"},
		{"followed", "tick", noon + `}}`, BadControl, "something follows"},
		{"time as number", "tick", `{"time":1772415011}`, BadControl, `"time" at byte 8: a number`},
		{"no time", "tick", `{}`, BadControl, "the time is absent"},
		{"null time", "tick", `{"time":null}`, BadControl, "the time is absent"},
		{"bad time", "tick", `{"time":"2026-03-02"}`, BadControl, "not like"},
		{"year 9999", "tick", `{"time":"9999-03-02T12:00:00Z"}`, BadControl, "1970 to 2261"},
		{"time twice", "tick", noon + `,"time":null}`, BadControl, "stands twice"},
		{"owner not UTF-8", "tick", noon + `,"owner":"` + "\xff" + `"}`, BadControl, "invalid_utf8"},
		{"long owner", "tick", noon + `,"owner":"` + strings.Repeat("x", 257) + `"}`, BadControl, "256"},
		{"heartbeat of nobody", "heartbeat", noon + `}`, BadControl, `"source" is absent`},
		{"load-begin of nothing", "load-begin", noon + `,"load":""}`, BadControl, `"load" is absent`},
		{"load-end of nothing", "load-end", noon + `}`, BadControl, `"load" is absent`},
		{"oversized", "tick", strings.Repeat(" ", MaxRecord+1), Oversized, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Record{Value: []byte(c.value), Headers: []Header{{"traceparent", nil}, {ControlHeader, []byte(c.kind)}}}
			got, is, reject := ControlOf(&r)
			switch {
			case !is:
				t.Error("not taken for a control record")
			case c.want == "" && (reject != nil || got.Kind != Kind(c.kind) || got.Time != 1772452800e9):
				t.Errorf("got %+v, %v", got, reject)
			case c.want != "" && (reject == nil || reject.Reason != c.want || !strings.Contains(reject.Detail, c.detail)):
				t.Errorf("got %v, want %s: ...%s...", reject, c.want, c.detail)
			}
		})
	}
}

func TestControlOfAborted(t *testing.T) {
	r := Record{Flaw: AbortedTransaction}
	r.Value, r.Headers = Control{Kind: Tick, Time: 1}.Record()
	if c, is, reject := ControlOf(&r); !is || reject == nil || reject.Reason != AbortedTransaction || c != (Control{}) {
		t.Errorf("got %+v, %v, %v", c, is, reject)
	}
}

func TestOrdinaryRecordIsNoControl(t *testing.T) {
	for _, headers := range [][]Header{nil, {{"traceparent", []byte("tick")}}, {{"Firstsign", []byte("tick")}}} {
		if _, is, reject := ControlOf(&Record{Headers: headers, Value: []byte(`{"time":"2026-03-02T12:00:00Z"}`)}); is || reject != nil {
			t.Errorf("%v: %v, %v", headers, is, reject)
		}
	}
}
