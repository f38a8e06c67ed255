package topic

import (
	"context"
	"errors"
	"fmt"

	"firstsign/internal/backoff"
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

// alone reads on to our load-begin, and returns an error when it does not count, or when
// the load that we would go on with is not over.
func (a *Attempt) alone(ctx context.Context, p *kafka.Partition, f *topicState, us owner) error {
	begins, resumed := f.begins, f.load != ""
	r, err := readOn(ctx, p, f)
	if err != nil {
		return err
	}
	for {
		load, late := f.load, f.refuses(a.first)
		rec, err := r.Record(ctx)
		if err != nil {
			return err
		}
		if rec == nil {
			return fmt.Errorf("partition %d does not hold the beginning of this load", p.ID)
		}
		switch c := f.apply(rec); {
		case a.lives(c):
			return errLives
		case c == nil || c.Kind != signals.LoadBegin || c.Owner != string(us):
		case f.begins > begins+1 || load != "" && load != a.load:
			return fmt.Errorf("%w: another load was started at the same moment, and goes on", ErrRefused)
		case load == "" && late:
			return fmt.Errorf("%w: %w", ErrRefused, a.tooLate(f))
		case resumed:
			return a.listen(ctx, p, f)
		default:
			return nil
		}
	}
}

var errLives = fmt.Errorf("%w: the load still goes on; --resume is for one that was interrupted", ErrRefused)

// lives tells of a record that only a load writes that goes on.
func (a *Attempt) lives(c *signals.Control) bool {
	return c != nil && c.Load == a.load && (c.Kind == signals.Tick || c.Kind == signals.LoadEnd)
}

// listen returns an error when the load that we would go on with writes: it would write the
// same as we do.
func (a *Attempt) listen(ctx context.Context, p *kafka.Partition, f *topicState) error {
	if backoff.Sleep(ctx, a.quiet); ctx.Err() != nil {
		return ctx.Err()
	}
	r, err := readOn(ctx, p, f)
	for err == nil {
		rec, wrong := r.Record(ctx)
		if rec == nil || wrong != nil {
			return wrong
		}
		if a.lives(f.apply(rec)) {
			err = errLives
		}
	}
	return err
}

// readOn reads from where a partition was looked at last to its present end.
func readOn(ctx context.Context, p *kafka.Partition, f *topicState) (*Reader, error) {
	_, end, err := p.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	r := Between(p, f.end, end)
	f.end = end
	return r, nil
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
