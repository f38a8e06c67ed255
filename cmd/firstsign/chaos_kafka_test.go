package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The kinds that strike Kafka, or the topic.
var kafkaFaults = []faultKind{
	{name: "stop Kafka", strike: func(s *storm) error { return s.restart("kafka", "TERM") }},
	{name: "kill Kafka", strike: func(s *storm) error { return s.restart("kafka", "KILL") }},
	{name: "freeze Kafka", strike: func(s *storm) error { return s.freezePart("kafka") }},
	{name: "somebody's transaction is open, and given up", strike: (*storm).transaction},
	{name: "a stranger joins the consumer group", strike: (*storm).stranger},
	{name: "many malformed records", strike: (*storm).garbage},
	{name: "many records a second time", strike: (*storm).repeat},
}

// transaction writes a record into every partition that is never committed: what
// comes behind it waits until the transaction is given up.
func (s *storm) transaction() error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(s.own.Brokers), kgo.TransactionalID(fmt.Sprintf("foreign-%d", time.Now().UnixNano())),
		kgo.TransactionTimeout(15*time.Second), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.DefaultProduceTopic(s.config.Service.Kafka.Topic))
	if err != nil {
		return err
	}
	if err := cl.BeginTransaction(); err != nil {
		return err
	}
	var records []*kgo.Record
	for p := range s.config.Service.Kafka.Partitions {
		records = append(records, &kgo.Record{Partition: int32(p), Key: []byte("nobody"), Value: []byte(`{"never":"committed"}`)})
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	if err := cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
		cancel()
		cl.Close()
		return err
	}
	s.malformed.Add(int64(len(records))) // dead letters as well
	pause := s.between(time.Second, 6*time.Second)
	s.note("  open for %s", pause)
	s.goesOn(pause, func() error {
		defer cl.Close()
		defer cancel()
		if err := cl.EndTransaction(ctx, kgo.TryAbort); err != nil {
			s.note("  Kafka gives the transaction up by itself: %v", err) // it timed out meanwhile
		}
		return nil
	})
	return nil
}

// stranger is a program of somebody else with our group's name: it is given partitions
// and does nothing with them.
func (s *storm) stranger() error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(s.own.Brokers), kgo.ConsumerGroup(s.name), kgo.ConsumeTopics(s.config.Service.Kafka.Topic),
		kgo.Balancers(kgo.RangeBalancer()), kgo.SessionTimeout(6*time.Second), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	pause := s.between(4*time.Second, 9*time.Second)
	s.note("  it stays for %s", pause)
	ctx, cancel := context.WithTimeout(s.t.Context(), pause)
	s.lasts.Go(func() {
		defer cancel()
		defer cl.Close()
		for ctx.Err() == nil {
			cl.PollRecords(ctx, 10)
		}
	})
	return nil
}

// garbage writes records that nobody can read.
func (s *storm) garbage() error {
	const many = 300
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	for i := range many {
		record := &kgo.Record{Topic: s.config.Service.Kafka.Topic, Key: fmt.Appendf(nil, "nobody-%d", i), Value: fmt.Appendf(nil, `{"account":"nobody-%d","time":`, i)}
		s.franz.Produce(ctx, record, nil)
	}
	s.malformed.Add(many)
	return s.franz.Flush(ctx)
}

// repeat writes the newest records again, as a producer does that has lost an answer.
func (s *storm) repeat() error {
	list := s.recent.all()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	for _, r := range list {
		s.franz.Produce(ctx, &kgo.Record{Topic: s.config.Service.Kafka.Topic, Partition: int32(r.partition), Key: r.key, Value: r.value}, nil)
	}
	s.repeated.Add(int64(len(list)))
	s.note("  %d records", len(list))
	return s.franz.Flush(ctx)
}
