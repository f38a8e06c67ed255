package kafka

import (
	"context"
	"fmt"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// RawReaderRate reads n records of a partition from its start through
// kafka-go's own Reader, doing nothing with them, and returns how many it read
// per second: what a benchmark of our own reading is compared with.
func (c *Client) RawReaderRate(ctx context.Context, partition, n int) (float64, error) {
	r := kafkago.NewReader(kafkago.ReaderConfig{
		Brokers: c.config.Brokers, Topic: c.config.Topic, Partition: partition, Dialer: c.dialer(),
		MinBytes: 1, MaxBytes: 10 << 20, MaxWait: fetchWait, // Close waits for the fetch at the log's end
	})
	defer r.Close()
	if err := r.SetOffset(kafkago.FirstOffset); err != nil {
		return 0, fmt.Errorf("raw reader: %w", err)
	}
	var begun time.Time
	for i := range n {
		if _, err := r.ReadMessage(ctx); err != nil {
			return 0, fmt.Errorf("raw reader at record %d: %w", i, err)
		}
		if i == 0 {
			begun = c.now() // connecting is not reading
		}
	}
	return float64(n-1) / c.now().Sub(begun).Seconds(), nil
}

// ReadRate reads n records of a partition from its start as its owner does,
// doing nothing with them, and returns how many it read per second.
func (c *Client) ReadRate(ctx context.Context, partition, n int) (float64, error) {
	p := c.Partition(partition)
	defer p.Close()
	at, _, err := p.Bounds(ctx)
	if err != nil {
		return 0, err
	}
	var begun time.Time
	first, read := 0, 0
	for read < n {
		batch, err := p.Read(ctx, at)
		if err != nil {
			return 0, err
		}
		if read == 0 {
			begun, first = c.now(), len(batch.Records)
		}
		read += len(batch.Records)
		at = batch.Next
	}
	return float64(read-first) / c.now().Sub(begun).Seconds(), nil
}
