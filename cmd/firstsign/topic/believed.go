package topic

import (
	"context"
	"errors"
	"fmt"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
)

// newest is how many records of a partition are searched for signatures: a service writes a
// tick a minute.
const newest = 5000

// Believed returns an error when control records that are written with this configuration
// would not count, because those in the topic are signed with keys that it does not have.
// The command would say that it is done, and the service refuse what it wrote.
func Believed(ctx context.Context, client *kafka.Client, cfg *config.Config) error {
	topic, err := client.Find(ctx)
	if err != nil {
		return err
	}
	for id := range topic.Partitions {
		if err := believed(ctx, client.Partition(id), cfg.Service.Kafka.Authority); err != nil {
			return fmt.Errorf("partition %d of %s: %w", id, topic.Topic, err)
		}
	}
	return nil
}

func believed(ctx context.Context, p *kafka.Partition, authority *signals.Authority) error {
	defer p.Close()
	start, end, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	signed := false // the newest tick is
	for r := Between(p, max(start, end-newest), end); ; {
		rec, err := r.Record(ctx)
		if err != nil {
			return err
		}
		if rec == nil {
			break
		}
		c, control, bad := decode.Control(rec)
		if !control || bad != nil || c.Kind != signals.Tick {
			continue
		}
		if authority != nil && authority.Signed(p.ID, rec, c.Kind) == nil {
			return nil
		}
		signed = rec.Header(signals.SignatureHeader) != nil
	}
	if signed {
		return errors.New("control records are signed with keys that service.yaml does not name (control: keys_file), so what this command writes would not count; nothing was done")
	}
	return nil
}
