package main

import (
	"sync/atomic"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/kafka"
	"firstsign/signals/mapping"
	"firstsign/signals/text"
)

// mappings are those in force: foreign records become interactions, without
// texts and under pseudonyms as load writes them.
type mappings struct{ now atomic.Pointer[mapped] }

// mapped is a configuration's.
type mapped struct {
	set    *mapping.Set
	finish func(*signals.Interaction)
}

func mappedBy(c *config.Config) (*mapped, error) {
	set, err := c.Mapped()
	if err != nil {
		return nil, err
	}
	reader, names := text.New(c.Words), c.Pseudonyms
	return &mapped{set: set, finish: func(in *signals.Interaction) {
		reader.Score(in)
		if len(in.Contact) > 0 {
			in.Contact = []byte(names.Of(string(in.Contact)))
		}
	}}, nil
}

// Topics implements kafka.Mappings.
func (m *mappings) Topics() []string { return m.now.Load().set.Topics() }

// Mapper implements kafka.Mappings: one that follows what is in force, from one
// record to the next.
func (m *mappings) Mapper() kafka.Mapper { return &currentMapper{of: m} }

type currentMapper struct {
	of     *mappings
	by     *mapped
	mapper *mapping.Mapper
}

// Map implements kafka.Mapper.
func (c *currentMapper) Map(of mapping.Origin, r *signals.Record) []mapping.Result {
	if now := c.of.now.Load(); now != c.by {
		c.by, c.mapper = now, now.set.Mapper(now.finish)
	}
	return c.mapper.Map(of, r)
}

// again maps a dead letter by the mapping that could make nothing of it.
func (m *mapped) again() func(*kafka.DeadLetter) []mapping.Result {
	mapper := m.set.Mapper(m.finish)
	return func(l *kafka.DeadLetter) []mapping.Result {
		results := mapper.Map(mapping.Origin{Topic: l.Topic, Partition: l.Partition, Mapping: l.Mapping}, &l.Record)
		if len(results) == 0 {
			text := "mapping " + l.Mapping + ": mappings.yaml has it no more, or for another topic"
			results = []mapping.Result{{Mapping: l.Mapping, Reject: &signals.Reject{Reason: signals.Unmappable, Detail: text}}}
		}
		return results
	}
}
