package kafka

import (
	"context"
	"fmt"
	"sync"
	"time"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// producerBatch is the size at which a batch is sent; below the 1 MiB that
// brokers accept unless told otherwise.
const producerBatch = 512 << 10

// Producer writes many records to the topic: in the order they were given per
// partition, each once even when an answer of a broker is lost, and with all
// in-sync replicas having them. Not safe for concurrent use.
type Producer struct {
	client   *Client
	topic    string
	author   wire.ProducerID
	batchers []*partitionBatcher
	ctx      context.Context
	stop     context.CancelFunc
	ended    sync.WaitGroup
}

// partitionBatcher is the way to one partition: one batch being filled, one on its way.
type partitionBatcher struct {
	filling  *wire.BatchWriter
	full     chan *wire.BatchWriter
	empty    chan *wire.BatchWriter
	sequence int32

	mu  sync.Mutex
	err error // the first; the partition gets nothing more then
}

// Producer opens a producer for the topic, which must exist. ctx bounds its
// whole life.
func (c *Client) Producer(ctx context.Context) (*Producer, error) {
	return c.producer(ctx, c.config.Topic)
}

// AlertsProducer opens a producer for the topic of alerts, like Producer.
func (c *Client) AlertsProducer(ctx context.Context) (*Producer, error) {
	return c.producer(ctx, c.config.Alerts)
}

func (c *Client) producer(ctx context.Context, topic string) (*Producer, error) {
	partitions, err := c.partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	author, err := c.identify(ctx)
	if err != nil {
		return nil, err
	}
	p := &Producer{client: c, topic: topic, author: author}
	p.ctx, p.stop = context.WithCancel(ctx)
	for i := range partitions {
		l := &partitionBatcher{filling: wire.NewBatchWriter(c.now()), full: make(chan *wire.BatchWriter), empty: make(chan *wire.BatchWriter, 2)}
		l.empty <- wire.NewBatchWriter(c.now())
		p.batchers = append(p.batchers, l)
		p.ended.Go(func() { p.drive(i, l) })
	}
	return p, nil
}

// Partitions of the topic.
func (p *Producer) Partitions() int { return len(p.batchers) }

// Put writes a record to the partition of its key. It keeps nothing of what it
// is given. An error may belong to an earlier record; the producer is of no
// use after it.
func (p *Producer) Put(key, value []byte, headers []signals.Header) error {
	return p.PutTo(signals.PartitionOf(key, len(p.batchers)), key, value, headers)
}

// PutTo writes a record to a given partition.
func (p *Producer) PutTo(partition int, key, value []byte, headers []signals.Header) error {
	l, err := p.roomFor(partition, len(key)+len(value))
	if err == nil {
		l.filling.Add(key, value, headers)
	}
	return err
}

// Copy writes a record of another topic to a given partition, with the time that it
// has there, so that retention removes it when it would have there.
func (p *Producer) Copy(partition int, r *signals.Record) error {
	l, err := p.roomFor(partition, len(r.Key)+len(r.Value))
	if err == nil {
		at := min(r.Time/int64(time.Millisecond), p.client.now().UnixMilli()) // brokers refuse times ahead of theirs
		l.filling.AddAt(at, r.Key, r.Value, r.Headers)
	}
	return err
}

// roomFor sends the batch of a partition when some bytes more would be too much.
func (p *Producer) roomFor(partition, size int) (*partitionBatcher, error) {
	l := p.batchers[partition]
	if l.filling.Count > 0 && l.filling.Size()+size > producerBatch {
		return l, p.send(l)
	}
	return l, nil
}

// Control writes a control record to a given partition.
func (p *Producer) Control(partition int, c signals.Control) error {
	value, headers := p.client.config.Authority.Sign(partition, &c, p.client.now().UnixNano())
	return p.PutTo(partition, nil, value, headers)
}

// Flush returns when everything that was put is written.
func (p *Producer) Flush() error {
	for _, l := range p.batchers {
		if l.filling.Count > 0 {
			if err := p.send(l); err != nil {
				return err
			}
		}
	}
	for i, l := range p.batchers { // having the other batch back means that it is written
		w, err := p.spare(l)
		if err != nil {
			return fmt.Errorf("partition %d: %w", i, err)
		}
		l.empty <- w
	}
	return nil
}

// Close gives up what was not flushed.
func (p *Producer) Close() {
	p.stop()
	p.ended.Wait()
}

// send hands the batch over and begins the other one. At most one batch of a
// partition is on its way, so a repeat cannot overtake.
func (p *Producer) send(l *partitionBatcher) error {
	next, err := p.spare(l)
	if err != nil {
		return err
	}
	select {
	case l.full <- l.filling:
	case <-p.ctx.Done():
		return l.failure(p.ctx.Err())
	}
	next.Reset(p.client.now())
	l.filling = next
	return nil
}

func (p *Producer) spare(l *partitionBatcher) (*wire.BatchWriter, error) {
	select {
	case w := <-l.empty:
		return w, nil
	case <-p.ctx.Done():
		return nil, l.failure(p.ctx.Err())
	}
}

func (p *Producer) drive(partition int, l *partitionBatcher) {
	for {
		select {
		case w := <-l.full:
			if err := p.client.produce(p.ctx, p.topic, partition, w.Bytes(p.author, l.sequence)); err != nil {
				l.fail(err)
				p.stop()
				return
			}
			l.sequence = next(l.sequence, w.Count)
			l.empty <- w
		case <-p.ctx.Done():
			return
		}
	}
}

// next sequence number after count records; it starts again at 0 above the
// largest int32.
func next(sequence int32, count uint32) int32 {
	return int32((uint32(sequence) + count) & 0x7fffffff)
}

func (l *partitionBatcher) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func (l *partitionBatcher) failure(otherwise error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	return otherwise
}

// Pair is a record without headers.
type Pair struct{ Key, Value []byte }

// Publish writes keyed records to the alerts topic and returns when all in-sync
// replicas have them. Records of one key keep their order. After an error some may be
// there. Safe for concurrent use.
func (c *Client) Publish(ctx context.Context, records ...Pair) error {
	n, err := c.partitions(ctx, c.config.Alerts)
	if err != nil {
		return err
	}
	w := c.keyed(ctx, c.config.Alerts, n)
	for _, r := range records {
		id := signals.PartitionOf(r.Key, n)
		if err := w.put(id, r, c.config.Authority.SignAlert(id, r.Value, c.now().UnixNano())); err != nil {
			return err
		}
	}
	return w.flush()
}

// keyedWriter writes a few keyed records to the partitions of a topic, in as few
// batches as they need. Unlike a Producer it waits for each, and opens nothing.
type keyedWriter struct {
	batches []*wire.BatchWriter // by partition; nil: nothing waits
	send    func(partition int, batch []byte) error
	now     func() time.Time
}

func (c *Client) keyed(ctx context.Context, topic string, partitions int) *keyedWriter {
	return &keyedWriter{
		batches: make([]*wire.BatchWriter, partitions), now: c.now,
		send: func(id int, batch []byte) error { return c.produce(ctx, topic, id, batch) },
	}
}

// put adds a record to the batch of its partition, and sends what was in it when both
// would be too much.
func (w *keyedWriter) put(id int, r Pair, headers []signals.Header) error {
	if b := w.batches[id]; b != nil && b.Size()+len(r.Key)+len(r.Value) > producerBatch {
		if err := w.sendBatch(id); err != nil {
			return err
		}
	}
	if w.batches[id] == nil {
		w.batches[id] = wire.NewBatchWriter(w.now())
	}
	w.batches[id].Add(r.Key, r.Value, headers)
	return nil
}

// flush sends all batches.
func (w *keyedWriter) flush() error {
	for id, b := range w.batches {
		if b == nil {
			continue
		}
		if err := w.sendBatch(id); err != nil {
			return err
		}
	}
	return nil
}

func (w *keyedWriter) sendBatch(id int) error {
	b := w.batches[id]
	w.batches[id] = nil
	return w.send(id, b.Bytes(wire.NoProducer, 0))
}

// AlertPartitions returns how many partitions the topic of alerts has, and AlertPartition
// opens one to read it.
func (c *Client) AlertPartitions(ctx context.Context) (int, error) {
	return c.partitions(ctx, c.config.Alerts)
}

// AlertPartition opens a partition of the topic of alerts, to read it from any offset.
func (c *Client) AlertPartition(id int) *Partition { return c.partition(c.config.Alerts, id) }

// Control writes a control record to the partition of its account, or to each
// one when it is about none, and returns to how many when all in-sync replicas
// have it. After an error some may have it. Safe for concurrent use.
func (c *Client) Control(ctx context.Context, record signals.Control) (partitions int, err error) {
	n, err := c.partitions(ctx, c.config.Topic)
	if err != nil {
		return 0, err
	}
	for p := range n {
		if record.Account != "" && p != signals.PartitionOf([]byte(record.Account), n) {
			continue
		}
		if err := c.append(ctx, c.config.Topic, p, record); err != nil {
			return partitions, fmt.Errorf("%s: %w", record.Kind, err)
		}
		partitions++
	}
	return partitions, nil
}
