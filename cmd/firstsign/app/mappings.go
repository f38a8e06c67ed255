package app

import (
	"context"
	"sync/atomic"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/kafka"
	"firstsign/signals/mapping"
	"firstsign/signals/text"
)

// Mappings are those in force: records of other systems become interactions, without
// texts and under pseudonyms as load writes them.
type Mappings struct{ now atomic.Pointer[Mapped] }

// Mapped holds the mappings of one configuration.
type Mapped struct {
	set    *mapping.Set
	finish func(*signals.Interaction)
}

// MappedBy prepares the mappings of a configuration.
func MappedBy(c *config.Config) (*Mapped, error) {
	set, err := c.Mapped()
	if err != nil {
		return nil, err
	}
	reader, names := text.New(c.Words), c.Pseudonyms
	return &Mapped{set: set, finish: func(in *signals.Interaction) {
		reader.Score(in)
		if len(in.Contact) > 0 {
			in.Contact = []byte(names.Of(string(in.Contact)))
		}
	}}, nil
}

// Topics implements kafka.Mappings.
func (m *Mappings) Topics() []string { return m.now.Load().set.Topics() }

// Mapper implements kafka.Mappings: one that follows what is in force, from one
// record to the next.
func (m *Mappings) Mapper() kafka.Mapper { return &currentMapper{of: m} }

type currentMapper struct {
	of     *Mappings
	by     *Mapped
	mapper *mapping.Mapper
}

// Prepare implements kafka.Mapper.
func (c *currentMapper) Prepare(ctx context.Context, of mapping.Origin, r *signals.Record) error {
	return c.current().Prepare(ctx, of, r)
}

// Map implements kafka.Mapper.
func (c *currentMapper) Map(of mapping.Origin, r *signals.Record) []mapping.Result {
	return c.current().Map(of, r)
}

func (c *currentMapper) current() *mapping.Mapper {
	if now := c.of.now.Load(); now != c.by {
		c.by, c.mapper = now, now.Mapper()
	}
	return c.mapper
}

// Mapper returns a mapper for one goroutine.
func (m *Mapped) Mapper() *mapping.Mapper { return m.set.Mapper(m.finish) }

// Again maps a dead letter with the mapping that refused it before.
func (m *Mapped) Again() func(*kafka.DeadLetter) []mapping.Result {
	mapper := m.Mapper()
	return func(l *kafka.DeadLetter) []mapping.Result {
		origin := mapping.Origin{Topic: l.Topic, Partition: l.Partition, Mapping: l.Mapping, Items: mapping.Items(l.Items)}
		if err := mapper.Prepare(context.Background(), origin, &l.Record); err != nil { // it stays a dead letter
			text := "mapping " + l.Mapping + ": " + err.Error()
			return []mapping.Result{{Mapping: l.Mapping, Items: origin.Items, Reject: &signals.Reject{Reason: signals.Unmappable, Detail: text}}}
		}
		results := mapper.Map(origin, &l.Record)
		if len(results) == 0 {
			text := "mapping " + l.Mapping + ": mappings.yaml has it no more, or for another topic"
			results = []mapping.Result{{Mapping: l.Mapping, Reject: &signals.Reject{Reason: signals.Unmappable, Detail: text}}}
		}
		return results
	}
}
