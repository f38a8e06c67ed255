package topic

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// Attempt is a load that the topic takes.
type Attempt struct {
	load    string
	first   int64 // Unix nanoseconds of the history's first event
	states  []*topicState
	earlier *resumption // nil: it begins anew
	quiet   time.Duration
}

// A load that goes on with another listens for so long whether that one is over: one that
// is not writes every second.
const (
	listenFor  = 5 * time.Second
	writeEvery = time.Second
)

// entries are what a history is in the topic. See Load for now.
func (a *Attempt) entries(cfg *config.Config, now int64, stream history.Stream) iter.Seq2[history.Entry, error] {
	sequence := history.Log{
		Partitions: len(a.states), Zone: signals.NewZone(cfg.Calendar.Location),
		Lateness: cfg.Detector.Lateness, First: a.first, Now: now, Load: a.load,
	}
	return sequence.All(stream)
}

// Compare refuses a history that is not the one whose load was interrupted. It writes
// nothing.
func (a *Attempt) Compare(ctx context.Context, client *kafka.Client, cfg *config.Config, now int64, stream history.Stream) error {
	if a.earlier == nil {
		return nil
	}
	_, again, err := resume(ctx, client, a.states)
	if err != nil {
		return err
	}
	return again.compare(ctx, a.entries(cfg, now, stream))
}

// Load writes a history and its ticks to the topic, as backtest feeds them to its
// engines. It leaves out what an earlier load has written. No tick is later than now, in
// Unix nanoseconds: the service closes the days after it. With 0 all days are over.
func Load(ctx context.Context, client *kafka.Client, cfg *config.Config, now int64, stream history.Stream, a *Attempt) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	producer, err := client.Producer(ctx)
	if err != nil {
		return err
	}
	defer producer.Close()
	begun := false
	written := time.NewTicker(writeEvery)
	defer written.Stop()
	for entry, err := range a.entries(cfg, now, stream) {
		if err != nil {
			return errors.Join(err, producer.Flush())
		}
		if entry.Control != nil && entry.Control.Kind == signals.LoadBegin {
			if !begun {
				if err := a.begin(ctx, client, owner(rand.Text())); err != nil {
					return err
				}
			}
			begun = true
			continue
		}
		select {
		case <-written.C:
			if err := producer.Flush(); err != nil {
				return fmt.Errorf("load: %w", err)
			}
		default:
		}
		if a.earlier != nil {
			if written, err := a.earlier.written(ctx, &entry); err != nil {
				return err
			} else if written {
				continue
			}
		}
		if entry.Control != nil {
			err = producer.Control(entry.Partition, *entry.Control)
		} else {
			err = producer.PutTo(entry.Partition, entry.Line.Interaction.Account, entry.Line.Value, nil)
		}
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
	}
	return producer.Flush()
}

// Prepare reads what the topic holds. With resume it prepares to go on with an
// interrupted load. Otherwise it refuses a topic whose clock is past the history's first
// event, because those days are closed and the records would be too late.
func Prepare(ctx context.Context, client *kafka.Client, cfg *config.Config, partitions int, first int64, goOn bool) (*Attempt, error) {
	if err := Believed(ctx, client, cfg); err != nil {
		return nil, err
	}
	a := &Attempt{load: rand.Text(), first: first, states: make([]*topicState, partitions), quiet: listenFor}
	for p := range a.states {
		var err error
		if a.states[p], err = look(ctx, client, p, cfg); err != nil {
			return nil, err
		}
	}
	if goOn {
		var err error
		if a.load, a.earlier, err = resume(ctx, client, a.states); err != nil {
			return nil, err
		}
	}
	for p, f := range a.states {
		switch {
		case a.earlier != nil && (a.earlier.ended[p] || a.earlier.logs[p] != nil):
		case f.load != "":
			return nil, errors.New("a load into this topic goes on, or was interrupted, and until it is whole no day is closed: firstsign load --resume with the same file puts in the rest")
		case f.refuses(first):
			return nil, a.tooLate(f)
		}
	}
	return a, nil
}

// tooLate says that a partition would not take the history.
func (a *Attempt) tooLate(f *topicState) error {
	return fmt.Errorf("partition %d of the topic is at %s already and the history begins at %s: what was before is closed. "+
		"To start anew from this history, name a fresh topic and group in service.yaml (or delete the topic and the state), load, and then run the service and the sources",
		f.partition, time.Unix(0, f.clock).UTC().Format(time.RFC3339), time.Unix(0, a.first).UTC().Format(time.RFC3339))
}
