package topic

import (
	"context"
	"time"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
)

// topicState is what a partition's log says about time and loads, by the rules of the
// detector (detector/clock.go): what it would not take must not be written.
type topicState struct {
	zone      *signals.Zone
	authority *signals.Authority
	skew      time.Duration
	partition int
	signed    bool

	clock           int64 // newest tick that counts; before the first, newest event
	started, ticked bool
	load            string // id of a load that was begun and has not ended
	from            int64  // offset of its load-begin
	loaded          string // id of the last load that ended
	begins          int    // load-begin records of any load
	end             int64  // up to which offset this is true

	decoder decode.Decoder
	in      signals.Interaction
}

// look reads a partition's log to its end.
func look(ctx context.Context, client *kafka.Client, partition int, cfg *config.Config) (*topicState, error) {
	p := client.Partition(partition)
	defer p.Close()
	r, err := NewReader(ctx, p)
	if err != nil {
		return nil, err
	}
	f := &topicState{
		zone: signals.NewZone(cfg.Calendar.Location), authority: cfg.Service.Kafka.Authority, skew: cfg.Service.MaxClockSkew,
		partition: partition, end: r.end,
	}
	for {
		rec, err := r.Record(ctx)
		if rec == nil || err != nil {
			return f, err
		}
		f.apply(rec)
	}
}

// apply takes the next record. It returns the control record that it was, if it was one.
func (f *topicState) apply(rec *signals.Record) *signals.Control {
	if len(rec.Headers) > 0 {
		if c, control, bad := decode.Control(rec); control || bad != nil {
			if bad == nil && f.authority.Doubt(f.partition, rec, &c, &f.signed, f.skew) == nil {
				f.control(&c, rec.Offset)
			}
			return &c
		}
	}
	if !f.ticked && f.decoder.Decode(rec, &f.in) == nil && (rec.Time <= 0 || f.in.Time <= rec.Time+int64(24*time.Hour)) {
		f.tell(f.in.Time)
	}
	return nil
}

func (f *topicState) tell(at int64) {
	if !f.started || at > f.clock {
		f.clock = at
	}
	f.started = true
}

func (f *topicState) control(c *signals.Control, offset int64) {
	switch c.Kind {
	case signals.Tick:
		if c.Load == f.load {
			f.tell(c.Time)
			f.ticked = true
		}
	case signals.LoadBegin:
		if f.begins++; f.load != "" || f.past(c.Time) {
			return
		}
		f.load, f.from, f.ticked = c.Load, offset, true
		f.tell(c.Time)
	case signals.LoadEnd:
		if c.Load == f.load {
			f.load, f.loaded = "", c.Load
		}
	}
}

// past tells of a time that is on a day before that of the clock.
func (f *topicState) past(at int64) bool {
	return f.started && f.zone.Day(at) < f.zone.Day(f.clock)
}

// refuses tells that a history that begins at first comes too late.
func (f *topicState) refuses(first int64) bool {
	return f.past(first) || f.ticked && f.clock > first
}
