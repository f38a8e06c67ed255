package topic

import (
	"context"
	"errors"
	"fmt"

	"firstsign/signals"
	"firstsign/signals/kafka"
)

// ErrRefused means that the topic has changed since it was looked at, and takes the
// history no more. No interaction was written.
var ErrRefused = errors.New("nothing was loaded")

// owner of a load-begin, by which a load knows its own.
type owner string

// begin writes the load-begins. The first one decides between two loads that are started
// at once, and no other partition is touched before: the detector goes by the first, and
// the load that came second ends here. Nor must a service, or a source, have moved the
// clock of a partition since it was looked at.
func (a *Attempt) begin(ctx context.Context, client *kafka.Client, us owner) error {
	decided := false
	for id, f := range a.states {
		resumed := a.earlier != nil && a.earlier.logs[id] != nil
		if a.earlier != nil && a.earlier.ended[id] || resumed && decided {
			continue
		}
		decided = true
		p := client.Partition(id)
		err := p.Append(ctx, signals.Control{Kind: signals.LoadBegin, Time: a.first, Load: a.load, Owner: string(us)})
		if err == nil {
			err = a.alone(ctx, p, f, us)
		}
		p.Close()
		if err != nil {
			return errors.Join(err, a.giveUp(ctx, client, id))
		}
	}
	return nil
}

// alone reads on to our load-begin, and returns an error when it does not count.
func (a *Attempt) alone(ctx context.Context, p *kafka.Partition, f *topicState, us owner) error {
	_, end, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	begins := f.begins
	for r := Between(p, f.end, end); ; {
		rec, err := r.Record(ctx)
		if err != nil {
			return err
		}
		if rec == nil {
			return fmt.Errorf("partition %d does not hold the beginning of this load", p.ID)
		}
		load, late := f.load, f.refuses(a.first)
		c := f.apply(rec)
		switch ours := c != nil && c.Kind == signals.LoadBegin && c.Owner == string(us); {
		case !ours:
		case f.begins > begins+1 || load != "" && load != a.load:
			return fmt.Errorf("%w: another load was started at the same moment, and goes on", ErrRefused)
		case load == "" && late:
			return fmt.Errorf("%w: %w", ErrRefused, a.tooLate(f))
		default:
			return nil
		}
	}
}

// giveUp ends a load of which a later partition cannot be a part.
func (a *Attempt) giveUp(ctx context.Context, client *kafka.Client, before int) error {
	if a.earlier != nil {
		return nil // it stays interrupted
	}
	for id := range before {
		p := client.Partition(id)
		err := p.Append(ctx, signals.Control{Kind: signals.LoadEnd, Time: a.first, Load: a.load})
		if p.Close(); err != nil {
			return err
		}
	}
	return nil
}
