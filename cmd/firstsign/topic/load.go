package topic

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// Load writes a history and its ticks to the topic, as backtest feeds them to its
// engines. It leaves out what an earlier load has written. No tick is later than now, in
// Unix nanoseconds: the service closes the days after it. With 0 all days are over.
func Load(ctx context.Context, client *kafka.Client, cfg *config.Config, first, now int64, stream history.Stream, earlier *resumption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	producer, err := client.Producer(ctx)
	if err != nil {
		return err
	}
	defer producer.Close()
	sequence := history.Log{
		Partitions: producer.Partitions(), Zone: signals.NewZone(cfg.Calendar.Location),
		Lateness: cfg.Detector.Lateness, First: first, Now: now, Load: rand.Text(),
	}
	if earlier != nil {
		sequence.Load = earlier.load
	}
	for entry, err := range sequence.All(stream) {
		if err != nil {
			return errors.Join(err, producer.Flush())
		}
		if earlier != nil {
			if written, err := earlier.written(ctx, &entry); err != nil {
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

// Earlier reads what the topic holds. With resume it prepares to go on with an
// interrupted load. Otherwise it refuses a topic whose clock is past the history's first
// event, because those days are closed and the records would be too late.
func Earlier(ctx context.Context, client *kafka.Client, partitions int, first int64, goOn bool) (*resumption, error) {
	all := make([]topicState, partitions)
	for p := range all {
		var err error
		if all[p], err = look(ctx, client.Partition(p)); err != nil {
			return nil, err
		}
	}
	if goOn {
		return resume(ctx, client, all)
	}
	for p, f := range all {
		if f.load != "" {
			return nil, errors.New("a load into this topic was interrupted, and until it is whole no day is closed: firstsign load --resume with the same file puts in the rest")
		}
		if f.clock > first {
			return nil, fmt.Errorf("partition %d of the topic is at %s already and the history begins at %s: what was before is closed. "+
				"To start anew from this history, name a fresh topic and group in service.yaml (or delete the topic and the state), load, and then run",
				p, time.Unix(0, f.clock).UTC().Format(time.RFC3339), time.Unix(0, first).UTC().Format(time.RFC3339))
		}
	}
	return nil, nil
}
