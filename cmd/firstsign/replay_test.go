package main

import (
	"testing"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
	"firstsign/signals/text"
)

func TestReplayPutsBackNoText(t *testing.T) {
	const record = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"message","value":1,"text":"This is unacceptable."}`
	value := rewritten(text.New(text.Config{}), nil)
	letter := func(text string, headers ...signals.Header) *kafka.DeadLetter {
		return &kafka.DeadLetter{Record: signals.Record{Value: []byte(text), Headers: headers}}
	}
	var in signals.Interaction
	if reject := new(decode.Decoder).DecodeValue(value(letter(record)), &in); reject != nil || in.Text != nil || string(in.Attribute("words")) != "complaint" {
		t.Errorf("%v: %+v", reject, in)
	}
	for name, l := range map[string]*kafka.DeadLetter{
		"no text":            letter(`{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"message"}`),
		"nothing":            letter("hello"),
		"read by its header": letter(record, signals.Header{Key: "content-type", Value: []byte("application/cloudevents+json")}),
	} {
		if got := value(l); got != nil {
			t.Errorf("%s: %s goes back", name, got)
		}
	}
}
