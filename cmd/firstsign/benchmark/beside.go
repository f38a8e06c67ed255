package benchmark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// held says where the open day of a topic is that Hold keeps. Other programs read the same
// records there (deploy/bench/peers).
type held struct {
	Topic       string  `json:"topic"`
	Day         int64   `json:"day"` // first offset of the open day
	End         int64   `json:"end"` // offset after its last record
	RecordBytes float64 `json:"record_bytes"`
}

// Hold writes the topic of a benchmark, says on out where its open day is, and removes the
// topic when in ends or ctx is done.
func Hold(ctx context.Context, c Options, in io.Reader, out io.Writer) error {
	b, err := start(ctx, c)
	if err != nil {
		return err
	}
	defer b.close()
	h := held{Topic: b.config.Service.Kafka.Topic}
	if h.Day, h.End, err = b.fill(ctx, keyAccounts(b.Accounts)); err != nil {
		return err
	}
	h.RecordBytes = b.report.RecordBytes
	if err := json.NewEncoder(out).Encode(h); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, in)
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Work lets the worker read a topic that Hold keeps, from its start with an empty store.
// It writes a line to out when the worker begins the open day, when it has read half of it and
// when all of it is committed: "first", "half" or "end", and how many of the day's
// interactions were read by then. Who reads the lines measures in between. The last line says
// how many of the day were counted.
func Work(ctx context.Context, c Options, out io.Writer) error {
	b, err := start(ctx, c)
	if err != nil {
		return err
	}
	defer b.close()
	id, err := b.kafka.Find(ctx)
	if err != nil {
		return err
	}
	events := int64(b.Events)
	m := marks{day: b.Day, half: b.Day + events/2, out: out}
	if _, _, err := b.work(ctx, id, &timedLog{day: b.Day, end: b.Day + events, asked: m.reached}); err != nil {
		return err
	}
	m.write("end", events)
	m.write("counted", events) // all of the topic were, or work had failed
	return m.err
}

// marks writes how far a worker has read.
type marks struct {
	day, half          int64 // offsets
	begun, halfWritten bool
	out                io.Writer
	err                error
}

// reached is told of each offset from which the worker reads on.
func (m *marks) reached(offset int64) {
	if !m.begun && offset >= m.day {
		m.begun = true
		m.write("first", offset-m.day)
	}
	if !m.halfWritten && offset >= m.half {
		m.halfWritten = true
		m.write("half", offset-m.day)
	}
}

func (m *marks) write(what string, events int64) {
	_, err := fmt.Fprintln(m.out, what, events)
	m.err = errors.Join(m.err, err)
}
