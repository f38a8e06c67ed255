package main

import (
	"testing"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
	"firstsign/signals/text"
)

func letterOf(text string, headers ...signals.Header) *kafka.DeadLetter {
	return &kafka.DeadLetter{
		Record: signals.Record{Offset: 7, Key: []byte("acme"), Value: []byte(text), Headers: headers}, Topic: "interactions", Partition: 2,
	}
}

func TestReplayPutsBackNoText(t *testing.T) {
	const record = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"message","value":1,"id":"1","text":"This is unacceptable."}`
	open := &letters{reader: text.New(text.Config{})}
	var in signals.Interaction
	if reject := new(decode.Decoder).DecodeValue(open.value(letterOf(record)), &in); reject != nil || in.Text != nil || string(in.Attribute("words")) != "complaint" {
		t.Errorf("%v: %+v", reject, in)
	}
	for name, l := range map[string]*kafka.DeadLetter{
		"no text":            letterOf(`{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"message","id":"1"}`),
		"nothing":            letterOf("hello"),
		"read by its header": letterOf(record, signals.Header{Key: "content-type", Value: []byte("application/cloudevents+json")}),
	} {
		if got := open.value(l); got != nil {
			t.Errorf("%s: %s goes back", name, got)
		}
	}
}

// A letter may be put back twice: by a replay after one that was killed, by two at once,
// or because the letter stands there twice. What has no id gets one that is always the
// same, by which the detector counts it once.
func TestReplayedTwiceHasOneID(t *testing.T) {
	const record = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"`
	event := []signals.Header{{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: []byte("e1")}, {Key: "ce_source", Value: []byte("pbx")}, {Key: "ce_type", Value: []byte("call")}}
	open := &letters{reader: text.New(text.Config{})}
	for _, c := range []struct {
		letter *kafka.DeadLetter
		id     string // empty: it goes back as it was
	}{
		{letterOf(record + `}`), "interactions/2/7"},
		{letterOf(record+`}`, signals.Header{Key: "traceparent", Value: []byte("00-1")}), "interactions/2/7"},
		{letterOf(record + `,"id":"cdr-1"}`), ""},
		{letterOf(record+`}`, event...), ""},
		{&kafka.DeadLetter{Record: signals.Record{Offset: 8, Value: []byte(record + `}`)}, Topic: "interactions"}, "interactions/0/8"},
	} {
		var in signals.Interaction
		value := open.value(c.letter)
		if value != nil {
			if reject := new(decode.Decoder).DecodeValue(value, &in); reject != nil {
				t.Error(reject)
			}
		}
		if string(in.ID) != c.id {
			t.Errorf("%s goes back as %s", c.letter.Record.Value, value)
		}
	}
}
