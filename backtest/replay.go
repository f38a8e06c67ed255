package backtest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Replay describes how a history is run through engines.
type Replay struct {
	Rules      *detector.Rules
	Partitions int
	// First is the time of the earliest event in Unix nanoseconds, as a Survey
	// finds it.
	First int64
	// Until is the last day to judge, even when nothing happens on it. By default
	// it is the day of the last event.
	Until signals.Day
	// Now is the present: days that are not over by then are not judged. 0: all
	// days of the history are over.
	Now int64
	// Scores records the score of every account on every day on which it changed.
	Scores bool
	// Keep keeps the engines, so that Outcome.Inspect can describe accounts at the
	// end.
	Keep bool
	// Guests names the account of which another one is a copy, nil when it is no
	// copy. A copy is judged against the portfolio without being a part of it. Nil
	// is no copies.
	Guests func(account []byte) []byte
	// Progress, when not nil, is called every few thousand lines.
	Progress func()

	observe func(account, signal string, day signals.Day, measures []float64) // see detector.Engine.OnMeasures
}

// A partition receives its records in batches. It hands out its findings every
// commitEvery records, so that the engine need not hold them.
const (
	batchBytes  = 256 << 10
	commitEvery = 100_000
)

// Run replays a history.
func (r *Replay) Run(ctx context.Context, history history.Stream) (*Outcome, error) {
	group, ctx := errgroup.WithContext(ctx)
	partitions := make([]*partition, r.Partitions)
	for p := range partitions {
		one := newPartition(p, r)
		partitions[p] = one
		group.Go(func() error { return one.run(ctx) })
	}
	var read reader
	group.Go(func() error { return read.feed(ctx, r, history, partitions) })
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	return gather(&read, partitions, r.Keep), nil
}

// reader is the one goroutine that reads the history and distributes it to
// partitions.
type reader struct {
	lines   int64
	rejects rejects
}

func (f *reader) feed(ctx context.Context, r *Replay, stream history.Stream, partitions []*partition) error {
	defer func() {
		for _, p := range partitions {
			close(p.in)
		}
	}()
	log := history.Log{
		Partitions: r.Partitions, Zone: signals.NewZone(r.Rules.Location), Lateness: r.Rules.Lateness,
		First: r.First, Load: "backtest", Until: r.Until, Now: r.Now,
	}
	for e, err := range log.All(stream) {
		if bad, ok := errors.AsType[*history.LineError](err); ok {
			f.rejects.add(Example{bad.File, bad.Line, bad.Reject})
			continue
		}
		if err != nil {
			return err
		}
		if err := partitions[e.Partition].add(ctx, &e); err != nil {
			return err
		}
		if e.Control != nil {
			continue
		}
		if f.lines++; f.lines&4095 == 0 && r.Progress != nil {
			r.Progress()
		}
	}
	for _, p := range partitions {
		if err := p.send(ctx); err != nil {
			return err
		}
	}
	return nil
}

// batch is a sequence of records of one partition. It owns their bytes.
type batch struct {
	records   []signals.Record
	locations []location // where each record comes from
	bytes     []byte
}

// location is the file and line of a record; zero for a control record.
type location struct {
	file string
	line int
}

// partition is one engine and the goroutine that runs it.
type partition struct {
	engine   *detector.Engine
	in       chan *batch
	free     chan *batch
	filling  *batch
	offset   int64
	findings []detector.Finding
	scores   []Score
	rejects  rejects
}

func newPartition(number int, r *Replay) *partition {
	p := &partition{
		engine:  detector.NewEngine(number, r.Partitions, r.Rules),
		in:      make(chan *batch, 2),
		free:    make(chan *batch, 4),
		filling: new(batch),
	}
	p.engine.Guests(r.Guests)
	if r.observe != nil {
		p.engine.OnMeasures(r.observe)
	}
	if r.Scores {
		p.engine.OnScore(func(account string, day signals.Day, score float64) {
			p.scores = append(p.scores, Score{account, day, score})
		})
	}
	return p
}

// add appends an entry of the log to the batch that is being filled.
func (p *partition) add(ctx context.Context, e *history.Entry) error {
	record, at := signals.Record{Offset: p.offset}, location{}
	p.offset++
	if e.Control != nil {
		record.Time = e.Control.Time
		record.Value, record.Headers = e.Control.Record()
	} else {
		record.Time, at = e.Line.Interaction.Time, location{e.Line.File, e.Line.Number}
		record.Key, record.Value = p.filling.keep(e.Line.Interaction.Account), p.filling.keep(e.Line.Value)
	}
	p.filling.records = append(p.filling.records, record)
	p.filling.locations = append(p.filling.locations, at)
	if len(p.filling.bytes) < batchBytes {
		return nil
	}
	return p.send(ctx)
}

// keep copies bytes into the batch. Earlier copies stay valid when the batch grows.
func (b *batch) keep(s []byte) []byte {
	from := len(b.bytes)
	b.bytes = append(b.bytes, s...)
	return b.bytes[from:len(b.bytes):len(b.bytes)]
}

// send hands the batch over and takes an empty one, used before if possible.
func (p *partition) send(ctx context.Context) error {
	select {
	case p.in <- p.filling:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case p.filling = <-p.free:
	default:
		p.filling = new(batch)
	}
	return nil
}

// run feeds the engine until the history ends.
func (p *partition) run(ctx context.Context) error {
	for since := 0; ; {
		select {
		case b, more := <-p.in:
			if !more {
				return p.commit()
			}
			p.apply(b)
			if since += len(b.records); since >= commitEvery {
				since = 0
				if err := p.commit(); err != nil {
					return err
				}
			}
			b.records, b.locations, b.bytes = b.records[:0], b.locations[:0], b.bytes[:0]
			select {
			case p.free <- b:
			default:
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *partition) apply(b *batch) {
	for i := range b.records {
		if reject := p.engine.Apply(&b.records[i]); reject != nil {
			p.rejects.add(Example{b.locations[i].file, b.locations[i].line, reject})
		}
	}
}

// commit takes the findings out of the engine. The state is discarded.
func (p *partition) commit() error {
	return p.engine.Commit(500, p.offset, 0, func(c *detector.Changes) error {
		for _, text := range c.Findings {
			var f detector.Finding
			if err := json.Unmarshal(text, &f); err != nil {
				return fmt.Errorf("read finding %s: %w", text, err)
			}
			p.findings = append(p.findings, f)
		}
		return nil
	})
}

// gather joins what the partitions found, in an order that depends on the history
// alone.
func gather(read *reader, partitions []*partition, keep bool) *Outcome {
	o := &Outcome{Lines: read.lines, Counted: read.lines}
	var findings []detector.Finding
	rejects := &read.rejects
	for _, p := range partitions {
		findings = append(findings, p.findings...)
		o.Scores = append(o.Scores, p.scores...)
		o.Stats = append(o.Stats, p.engine.Stats())
		if keep {
			o.engines = append(o.engines, p.engine)
		}
		for _, n := range p.rejects.counts {
			o.Counted -= n
		}
		rejects.join(&p.rejects)
	}
	o.collect(findings)
	slices.SortStableFunc(o.Scores, func(a, b Score) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day))
	})
	o.Rejected, o.Examples = rejects.counts, rejects.first
	return o
}

// collect orders findings and lists those of several partitions once, as alerting
// does.
func (o *Outcome) collect(findings []detector.Finding) {
	slices.SortStableFunc(findings, func(a, b detector.Finding) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Account, b.Account), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind))
	})
	o.Findings = slices.CompactFunc(findings, func(a, b detector.Finding) bool {
		return a.ID == b.ID && a.Kind == b.Kind && a.Time == b.Time
	})
}
