package topic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// Patience is how long commands that only read wait for brokers that do not answer, and for
// a topic that does not exist.
const Patience = 20 * time.Second

// Past is what the topic held when it was read.
type Past struct {
	*history.Topic
	Name string
	Dir  string // of temporary files
}

// ReadPast reads the topic of interactions up to its present end.
func ReadPast(ctx context.Context, cfg *config.Config) (past *Past, err error) {
	if err := cfg.CanRun(); err != nil {
		return nil, err
	}
	client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	identity, err := find(ctx, client, cfg)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "firstsign-")
	if err != nil {
		return nil, err
	}
	past = &Past{Name: identity.Topic, Dir: dir, Topic: &history.Topic{
		Partitions: identity.Partitions, Zone: signals.NewZone(cfg.Calendar.Location), Lateness: cfg.Detector.Lateness,
		Now: time.Now().UnixNano(), Pseudonyms: cfg.Pseudonyms, Dir: dir,
		Authority: cfg.Service.Kafka.Authority, ClockSkew: cfg.Service.MaxClockSkew,
	}}
	if err := past.read(ctx, client); err != nil {
		past.Close()
		return nil, err
	}
	return past, nil
}

// find looks for the topic and waits for a while.
func find(ctx context.Context, client *kafka.Client, cfg *config.Config) (kafka.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, Patience,
		fmt.Errorf("no answer from Kafka at %s for %s", strings.Join(cfg.Service.Kafka.Brokers, ", "), Patience))
	defer cancel()
	identity, err := client.Find(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = context.Cause(ctx)
	}
	return identity, err
}

// read reads all partitions, one after the other, up to the ends that they have when it
// begins.
func (p *Past) read(ctx context.Context, client *kafka.Client) error {
	if err := client.PutBack(ctx, p.LeaveOut); err != nil {
		return err
	}
	logs := make([]*Reader, p.Partitions)
	var all int64
	for id := range logs {
		r, err := NewReader(ctx, client.Partition(id))
		if err != nil {
			return err
		}
		all += r.end - r.next
		logs[id] = r
	}
	at, end := console.Progress("reading "+p.Name, all)
	defer end()
	var done int64
	for id := range logs {
		n, err := p.readPartition(ctx, logs[id], func(n int64) { at(done + n) })
		if err != nil {
			return err
		}
		done += n
	}
	return nil
}

func (p *Past) readPartition(ctx context.Context, r *Reader, at func(done int64)) (n int64, err error) {
	defer r.partition.Close()
	for {
		rec, err := r.Record(ctx)
		if rec == nil || err != nil {
			return n, err
		}
		if err := p.Add(r.partition.ID, rec); err != nil {
			return n, err
		}
		if n++; n&4095 == 0 {
			at(n)
		}
	}
}

// Write writes the history to a file. It reports on standard error how far the history
// reaches and what was left out.
func (p *Past) Write(ctx context.Context, path string, through func(history.Stream) history.Stream) error {
	stream, err := p.Stream()
	if err != nil {
		return err
	}
	at, end := console.Progress("writing "+p.Name+" in order of time", p.Kept)
	var lines int64
	err = backtest.WriteFile(path, func(w io.Writer) error {
		lines, err = backtest.WriteHistory(w, through(patient{ctx, stream, at}))
		if err == nil && lines == 0 {
			err = fmt.Errorf("%s holds no interaction of a day that is over", p.Name)
		}
		return err
	})
	end()
	if err != nil {
		return err
	}
	p.tell(lines)
	return p.Topic.Close()
}

// patient is a stream that shows its progress and ends with its context.
type patient struct {
	ctx context.Context
	history.Stream
	at func(line int64)
}

// Next implements history.Stream.
func (p patient) Next() (*history.Line, error) {
	line, err := p.Stream.Next()
	if err == nil && line.Number%4096 == 0 {
		p.at(int64(line.Number))
		err = p.ctx.Err()
	}
	return line, err
}

// tell reports on standard error.
func (p *Past) tell(lines int64) {
	say := func(format string, args ...any) { fmt.Fprintf(console.Err, format+"\n", args...) }
	day := func(t int64) signals.Day { return p.Zone.Day(t) }
	say("%s (%s): %s from %s to %s", p.Name, plural.Count(p.Partitions, "partition"), plural.Count(lines, "interaction"), day(p.First), day(p.Last))
	console.LeftOut(p.Rejected)
	for _, e := range p.Examples {
		say("  partition %d, offset %d: %s", e.Partition, e.Offset, e.Reject)
	}
	if p.PutBack > 0 {
		say("%s left out: refused at first, and counted where replay has put them back", plural.Count(p.PutBack, "record"))
	}
	if p.Repeated > 0 {
		say("%s left out: sent again under the same source and id", plural.Count(p.Repeated, "record"))
	}
	if p.Open > 0 {
		say("%s left out: of %s or later, and that day is not over", plural.Count(p.Open, "interaction"), day(p.Until))
	}
	if p.Erased > 0 {
		say("%s without the person, who was erased", plural.Count(p.Erased, "interaction"))
	}
	if p.Loading() {
		say("a load has not ended, and a part of its history is missing here: firstsign load --resume puts in the rest")
	}
	for _, b := range p.Blind {
		say("from %s to %s, after a load, no service was there to write: days that the service takes as blind look silent here", b.From, b.To)
	}
}

// Close removes the temporary files.
func (p *Past) Close() { _ = errors.Join(p.Topic.Close(), os.RemoveAll(p.Dir)) }
