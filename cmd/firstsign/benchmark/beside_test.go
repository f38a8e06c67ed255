package benchmark

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
	"firstsign/signals/kafka"
)

// A worker reads a topic that another run keeps, says how far it is, and leaves the topic for the
// next. It is gone when who keeps it has nothing more to read.
func TestHeldTopic(t *testing.T) {
	place := config.Default()
	parts, err := embedded.Start(place)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	c := Options{
		Kafka: strings.Join(place.Service.Kafka.Brokers, ","), Redis: place.Service.Redis.Addr,
		Events: 100_000, Accounts: 50, HistoryDays: 3, Repeat: 1, Portfolio: 1, Histories: []int{1}, Sample: 1,
	}
	in, release := io.Pipe()
	out, says := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := Hold(t.Context(), c, in, says)
		_ = says.CloseWithError(errors.Join(io.EOF, err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var h held
	if err := json.Unmarshal(line, &h); err != nil {
		t.Fatal(err)
	}
	if h.Topic == "" || h.Day < 450 || h.End != h.Day+100_000 || h.RecordBytes < 150 {
		t.Errorf("%s", line)
	}
	c.Topic, c.Day = h.Topic, h.Day
	for range 2 {
		checkMarks(t, c)
	}
	if err := release.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := Work(t.Context(), c, io.Discard); !errors.Is(err, kafka.ErrNoTopic) {
		t.Errorf("a worker read a topic that is gone: %v", err)
	}
}

// checkMarks lets a worker read the day and checks what it says.
func checkMarks(t *testing.T, c Options) {
	t.Helper()
	var lines bytes.Buffer
	if err := Work(t.Context(), c, &lines); err != nil {
		t.Fatal(err)
	}
	var first, half, end, counted int
	if _, err := fmt.Sscanf(lines.String(), "first %d\nhalf %d\nend %d\ncounted %d\n", &first, &half, &end, &counted); err != nil {
		t.Fatalf("%v in %s", err, lines.String())
	}
	if first >= half || half < c.Events/2 || half > c.Events || end != c.Events || counted != c.Events {
		t.Errorf("%s", lines.String())
	}
}
