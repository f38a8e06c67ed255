package kafka

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"firstsign/signals"
)

// batchWriter encodes records as one batch, uncompressed.
type batchWriter struct {
	b     []byte
	count uint32
	time  int64 // ms
}

// newBatchWriter begins a batch. All its records carry the given time: a
// historic one would let retention delete them at once.
func newBatchWriter(now time.Time) *batchWriter {
	return &batchWriter{b: make([]byte, batchOverhead, 4<<10), time: now.UnixMilli()}
}

// reset begins another batch in the same memory.
func (w *batchWriter) reset(now time.Time) {
	w.b, w.count, w.time = w.b[:batchOverhead], 0, now.UnixMilli()
}

func (w *batchWriter) size() int { return len(w.b) }

func (w *batchWriter) add(key, value []byte, headers []signals.Header) {
	delta := int64(w.count)
	size := 1 + 1 + varintLen(delta) + fieldLen(key) + fieldLen(value) + varintLen(int64(len(headers)))
	for _, h := range headers {
		size += varintLen(int64(len(h.Key))) + len(h.Key) + fieldLen(h.Value)
	}
	b := binary.AppendVarint(w.b, int64(size))
	b = append(b, 0, 0) // no attributes, no time after the batch's
	b = binary.AppendVarint(b, delta)
	b = appendField(b, key)
	b = appendField(b, value)
	b = binary.AppendVarint(b, int64(len(headers)))
	for _, h := range headers {
		b = append(binary.AppendVarint(b, int64(len(h.Key))), h.Key...)
		b = appendField(b, h.Value)
	}
	w.b = b
	w.count++
}

// bytes completes the batch. sequence is the number of its first record among
// those of the author to the partition.
func (w *batchWriter) bytes(author author, sequence int32) []byte {
	be, b := binary.BigEndian, w.b
	clear(b[:batchOverhead])
	be.PutUint32(b[atLength:], uint32(len(b)-12))
	be.PutUint32(b[12:], 0xffffffff) // leader epoch: the broker's to set
	b[atMagic] = 2
	be.PutUint32(b[atLastDelta:], w.count-1)
	be.PutUint64(b[atFirstTime:], uint64(w.time))
	be.PutUint64(b[atMaxTime:], uint64(w.time))
	be.PutUint64(b[atProducer:], uint64(author.id))
	be.PutUint16(b[atEpoch:], uint16(author.epoch))
	be.PutUint32(b[atSequence:], uint32(sequence))
	if author == nobody {
		be.PutUint32(b[atSequence:], 0xffffffff)
	}
	be.PutUint32(b[atCount:], w.count)
	be.PutUint32(b[atCRC:], crc32.Checksum(b[atAttributes:], castagnoli))
	return b
}

func varintLen(n int64) int {
	size := 1
	for u := uint64(n<<1) ^ uint64(n>>63); u >= 0x80; u >>= 7 {
		size++
	}
	return size
}

func fieldLen(b []byte) int {
	if b == nil {
		return 1 // the length -1
	}
	return varintLen(int64(len(b))) + len(b)
}

func appendField(to, field []byte) []byte {
	if field == nil {
		return binary.AppendVarint(to, -1)
	}
	return append(binary.AppendVarint(to, int64(len(field))), field...)
}

// author is the producer id under which a broker recognises a batch that it
// has already: a repeat after a lost answer is not written twice.
type author struct {
	id    int64
	epoch int16
}

// nobody writes without the broker's help against repeats; for records whose
// repetition is harmless.
var nobody = author{id: -1, epoch: -1}

// produce writes a batch and returns when all in-sync replicas have it. It
// repeats what is temporary until ctx ends.
func (c *Client) produce(ctx context.Context, topic string, partition int, batch []byte) error {
	size := binary.BigEndian.AppendUint32(nil, uint32(len(batch))) // kafka-go leaves it to us
	what := fmt.Sprintf("write %d bytes to partition %d of %s", len(batch), partition, topic)
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
func (c *Client) identify(ctx context.Context) (author, error) {
	var a author
	err := c.retry(ctx, "ask for a producer id", func(ctx context.Context) error {
		msg, err := c.transport.RoundTrip(ctx, c.addr, identityRequest{})
		if err != nil {
			return err
		}
		res := msg.(identityResponse)
		a = res.author
		return brokerError(res.code)
	})
	return a, err
}
