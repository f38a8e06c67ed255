package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/internal/stall"
	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// Partition is one partition of the topic as its owner uses it: the detector's
// Log. It is used by one goroutine at a time; Close ends it.
type Partition struct {
	ID int

	client  *Client
	topic   string
	metrics *partitionMetrics
	stream  *stream
	told    *offsets // nil outside of a group
	lag     atomic.Int64
}

// Lag is how many records lay between the last read and the partition's end. It may be
// called concurrently with Read.
func (p *Partition) Lag() int64 { return p.lag.Load() }

func (p *Partition) behind(records int64) {
	p.lag.Store(max(records, 0))
	p.metrics.behind(records)
}

// Partition opens a partition of the topic outside of a group, to read it from
// any offset; the fence of the state decides whose work counts.
func (c *Client) Partition(id int) *Partition { return c.partition(c.config.Topic, id) }

func (c *Client) partition(topic string, id int) *Partition {
	p := &Partition{ID: id, client: c, topic: topic}
	if topic == c.config.Topic {
		p.metrics = c.metrics.partition(id)
	}
	return p
}

// Close stops reading ahead. The last batch is not valid any more.
func (p *Partition) Close() {
	if p.stream != nil {
		p.stream.close()
		p.stream = nil
	}
}

// Bounds returns the first offset that is kept and the one after the last that
// can be read.
func (p *Partition) Bounds(ctx context.Context) (start, end int64, err error) {
	what := fmt.Sprintf("ask for the bounds of partition %d of %s", p.ID, p.topic)
	err = p.client.retry(ctx, what, func(ctx context.Context) error {
		start, end, err = p.client.bounds(ctx, p.topic, p.ID)
		return err
	})
	return start, end, err
}

func (c *Client) bounds(ctx context.Context, topic string, partition int) (start, end int64, err error) {
	res, err := c.client.ListOffsets(ctx, &kafkago.ListOffsetsRequest{
		Topics:         map[string][]kafkago.OffsetRequest{topic: {kafkago.FirstOffsetOf(partition), kafkago.LastOffsetOf(partition)}},
		IsolationLevel: kafkago.ReadCommitted, // as in fetches
	})
	if err != nil {
		return 0, 0, err
	}
	for _, o := range res.Topics[topic] {
		switch {
		case o.Partition != partition:
		case o.Error != nil:
			return 0, 0, o.Error
		case o.FirstOffset >= 0 && o.LastOffset >= 0:
			return o.FirstOffset, o.LastOffset, nil
		}
	}
	return 0, 0, fmt.Errorf("no broker knows the bounds of partition %d of %s (yet)", partition, topic)
}

// Read returns the records at or after offset, waiting for them for about a
// second; then it returns an empty batch, but only once a broker has said that
// there are none. While brokers are away it waits for them. The batch is valid
// until the next Read or Close. Reading goes on in the background, so reading
// where the last batch ended costs no wait.
func (p *Partition) Read(ctx context.Context, offset int64) (signals.Batch, error) {
	s := p.stream
	if s == nil || s.wanted != offset {
		p.Close()
		s = p.newStream(offset)
		p.stream = s
	}
	s.recycle()
	c, err := s.take(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.Close() // the stream has ended with this error
		}
		return signals.Batch{}, err
	}
	if c == nil {
		p.behind(s.high.Load() - offset)
		return signals.Batch{Next: offset, End: s.end.Load()}, nil
	}
	s.wanted = c.Next
	p.metrics.read(c)
	p.behind(c.High - c.Next)
	return signals.Batch{Records: c.Records, Next: c.Next, End: c.End}, nil
}

// readAhead is how many answers are decoded and waiting while the owner works
// on another.
const readAhead = 2

// stream reads a partition from an offset on, ahead of its reader.
type stream struct {
	p      *Partition
	wanted int64 // what the reader asks for next
	using  *wire.Answer
	full   chan *wire.Answer // decoded; closed when failed is set
	free   chan *wire.Answer
	failed error
	asked  atomic.Int64 // how many answers held nothing
	end    atomic.Int64
	high   atomic.Int64
	cancel context.CancelFunc
	timer  *time.Timer
}

func (p *Partition) newStream(offset int64) *stream {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stream{
		p: p, wanted: offset, cancel: cancel, timer: time.NewTimer(time.Hour),
		full: make(chan *wire.Answer, readAhead+1), free: make(chan *wire.Answer, readAhead+1),
	}
	for range readAhead + 1 {
		s.free <- new(wire.Answer)
	}
	go s.run(ctx, offset)
	return s
}

// close ends the stream and waits for its goroutine.
func (s *stream) close() {
	s.cancel()
	for range s.full {
	}
	s.timer.Stop()
}

// recycle gives the batch that was read last back to the stream.
func (s *stream) recycle() {
	if s.using != nil {
		s.free <- s.using
		s.using = nil
	}
}

// take returns the next answer, nil when a broker had nothing for a second.
func (s *stream) take(ctx context.Context) (*wire.Answer, error) {
	asked := s.asked.Load()
	s.timer.Reset(time.Second)
	for {
		select {
		case c, ok := <-s.full:
			if !ok {
				return nil, s.failed
			}
			s.using = c
			return c, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.timer.C:
			if s.asked.Load() > asked {
				return nil, nil
			}
			s.timer.Reset(100 * time.Millisecond)
		}
	}
}

// run fetches and decodes until ctx ends or an error is not temporary.
func (s *stream) run(ctx context.Context, offset int64) {
	defer close(s.full)
	what := fmt.Sprintf("read partition %d of %s", s.p.ID, s.p.topic)
	for {
		var c *wire.Answer
		select {
		case c = <-s.free:
		case <-ctx.Done():
			s.failed = ctx.Err()
			return
		}
		for c.Next = offset; c.Next == offset; {
			err := s.p.client.retry(ctx, what, func(ctx context.Context) error { return s.p.fetch(ctx, c, offset) })
			if err != nil {
				s.failed = err
				return
			}
			s.end.Store(c.End)
			s.high.Store(c.High)
			s.p.watch(c)
			if c.Next == offset {
				s.asked.Add(1)
			}
		}
		offset = c.Next
		s.full <- c // never blocks: there are no more answers than places
	}
}

// heldTooLong is how long one open transaction may hold a partition before people are
// told. A producer's transaction ends by itself after 60 s, unless it is told otherwise.
const heldTooLong = time.Minute

// held is the transaction that keeps the end of a partition from being read.
type held struct {
	from  int64 // its first offset
	since time.Time
}

// holds are those of all partitions, by topic and number. They outlast an assignment:
// a partition that changes hands again and again stands still as well.
type holds struct {
	mu sync.Mutex
	of map[string]held
}

// watch notices that the partition grows and its readable end does not move.
func (p *Partition) watch(a *wire.Answer) {
	what := fmt.Sprintf("read partition %d of %s beyond an open transaction", p.ID, p.topic)
	now, h := p.client.now(), p.client.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	before, is := h.of[what]
	switch {
	case a.High == a.End:
		if is {
			delete(h.of, what)
			p.client.stalls.Over(what)
		}
	case !is || before.from != a.End:
		h.of[what] = held{a.End, now}
		p.client.stalls.Over(what)
	case now.Sub(before.since) >= heldTooLong:
		p.client.stalls.Stands(what, stall.OpenTransaction, fmt.Errorf("%s: it begins at offset %d, and %d records wait since %s",
			what, a.End, a.High-a.End, before.since.UTC().Format(time.RFC3339)))
	}
}

// fetchWait is how long a broker may wait for records before it answers that
// there are none.
const fetchWait = 400 * time.Millisecond

// fetch reads and decodes one answer.
func (p *Partition) fetch(ctx context.Context, c *wire.Answer, offset int64) error {
	req := &wire.FetchRequest{
		Topic: p.topic, Partition: int32(p.ID), Offset: offset,
		MaxBytes: int32(p.client.config.FetchBytes), MaxWaitMs: int32(fetchWait.Milliseconds()),
		Buf: c.Raw,
	}
	// The exchange may go on after ctx has ended; what it writes to is then its
	// own.
	c.Raw = nil
	msg, err := p.client.transport.RoundTrip(ctx, p.client.addr, req)
	if err != nil {
		if ctx.Err() == nil {
			p.metrics.failed()
		}
		return err
	}
	c.Raw = req.Buf
	res := msg.(*wire.FetchResponse)
	err = brokerError(res.Code)
	if errors.Is(err, kafkago.OffsetOutOfRange) {
		return fmt.Errorf("%w: offset %d", signals.ErrOutOfRange, offset)
	}
	if err != nil {
		p.metrics.failed()
		return err
	}
	err = c.Decode(res, offset)
	c.Shrink(8 * p.client.config.FetchBytes)
	return err
}

// Append writes a control record to this partition.
func (p *Partition) Append(ctx context.Context, control signals.Control) error {
	return p.client.append(ctx, p.topic, p.ID, control)
}

func (c *Client) append(ctx context.Context, topic string, partition int, control signals.Control) error {
	now := c.now()
	value, headers := c.config.Authority.Sign(partition, &control, now.UnixNano())
	b := wire.NewBatchWriter(now)
	b.Add(nil, value, headers)
	return c.produce(ctx, topic, partition, b.Bytes(wire.NoProducer, 0))
}
