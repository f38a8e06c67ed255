package topic

import (
	"log/slog"
	"testing"
	"time"

	"firstsign/signals"
	"firstsign/signals/kafka"
)

// A command without the keys of the service, or with others, is told so.
func TestBelieved(t *testing.T) {
	client, cfg := loadTopic(t)
	old, key, other := []byte("an older key"), []byte("the present key"), []byte("another key")
	believes := func(name string, keys [][]byte, want bool) {
		t.Helper()
		with := *cfg
		with.Service.Kafka.Authority = signals.NewAuthority(keys...)
		if err := Believed(t.Context(), client, &with); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	write := func(keys ...[]byte) {
		t.Helper()
		c := cfg.Service.Kafka
		c.Authority = signals.NewAuthority(keys...)
		writer, err := kafka.Open(c, slog.New(slog.DiscardHandler), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer writer.Close()
		if err := writer.Partition(1).Append(t.Context(), signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()}); err != nil {
			t.Fatal(err)
		}
	}
	write()
	believes("nobody signs", nil, true)
	believes("nobody signs yet", [][]byte{key}, true)
	write(old)
	believes("without keys", nil, false)
	believes("with another key", [][]byte{other}, false)
	believes("with the key", [][]byte{old}, true)
	write(key, old)
	believes("while keys are changed", [][]byte{key, old}, true)
	believes("with the older key alone", [][]byte{old}, true)
	write()
	believes("keys are given up", nil, true)
}
