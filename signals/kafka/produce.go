package kafka

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"firstsign/signals/kafka/wire"
)

// produce writes a batch and returns when all in-sync replicas have it. It
// repeats what is temporary until ctx ends.
func (c *Client) produce(ctx context.Context, topic string, partition int, batch []byte) error {
	size := binary.BigEndian.AppendUint32(nil, uint32(len(batch))) // kafka-go leaves it to us
	what := fmt.Sprintf("write to partition %d of %s", partition, topic)
	return c.retry(ctx, what, func(ctx context.Context) error {
		begun := c.now()
		res, err := c.client.RawProduce(ctx, &kafkago.RawProduceRequest{
			Topic: topic, Partition: partition, RequiredAcks: kafkago.RequireAll,
			RawRecords: protocol.RawRecordSet{Reader: io.MultiReader(bytes.NewReader(size), bytes.NewReader(batch))},
		})
		if err == nil {
			err = res.Error
		}
		if errors.Is(err, kafkago.DuplicateSequenceNumber) {
			err = nil // an earlier attempt had arrived
		}
		if err == nil {
			c.metrics.produced.Observe(c.now().Sub(begun).Seconds())
		}
		return err
	})
}

// identify asks a broker for a producer id.
func (c *Client) identify(ctx context.Context) (wire.ProducerID, error) {
	var a wire.ProducerID
	err := c.retry(ctx, "ask for a producer id", func(ctx context.Context) error {
		msg, err := c.transport.RoundTrip(ctx, c.addr, wire.ProducerIDRequest{})
		if err != nil {
			return err
		}
		res := msg.(wire.ProducerIDResponse)
		a = res.ProducerID
		return brokerError(res.Code)
	})
	return a, err
}
