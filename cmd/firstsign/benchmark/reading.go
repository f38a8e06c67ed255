package benchmark

import (
	"context"
	"fmt"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/signals/kafka"
)

// rawReaderRate reads n records of the topic's first partition through
// kafka-go's own Reader, does nothing with them, and returns how many it read
// per second. Our own reading is compared with it.
func (b *bench) rawReaderRate(ctx context.Context, n int) (float64, error) {
	r := kafkago.NewReader(kafkago.ReaderConfig{
		Brokers: b.config.Service.Kafka.Brokers, Topic: b.config.Service.Kafka.Topic, Partition: 0, Dialer: b.kafka.Dialer(),
		MinBytes: 1, MaxBytes: 10 << 20, MaxWait: 400 * time.Millisecond, // Close waits for the fetch at the log's end
	})
	defer r.Close()
	if err := r.SetOffset(kafkago.FirstOffset); err != nil {
		return 0, fmt.Errorf("raw reader: %w", err)
	}
	var began time.Time
	for i := range n {
		if _, err := r.ReadMessage(ctx); err != nil {
			return 0, fmt.Errorf("raw reader at record %d: %w", i, err)
		}
		if i == 0 {
			began = time.Now() // connecting is not reading
		}
	}
	return float64(n-1) / time.Since(began).Seconds(), nil
}

// readRate reads n records of the first partition as its owner does, does
// nothing with them, and returns how many it read per second.
func readRate(ctx context.Context, c *kafka.Client, n int) (float64, error) {
	p := c.Partition(0)
	defer p.Close()
	at, _, err := p.Bounds(ctx)
	if err != nil {
		return 0, err
	}
	var began time.Time
	first, read := 0, 0
	for read < n {
		batch, err := p.Read(ctx, at)
		if err != nil {
			return 0, err
		}
		if read == 0 {
			began, first = time.Now(), len(batch.Records)
		}
		read += len(batch.Records)
		at = batch.Next
	}
	return float64(read-first) / time.Since(began).Seconds(), nil
}
