package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"time"

	"github.com/segmentio/kafka-go/compress"

	"firstsign/signals"
)

// BatchWriter encodes records as one batch, compressed where that makes it smaller.
type BatchWriter struct {
	b      []byte
	packed bytes.Buffer // the compressed batch
	Count  uint32       // records
	time   int64        // of the batch, ms
	newest int64        // of its records, ms
}

// codec compresses what we write. LZ4 packs a batch of interactions 2.7 times as fast as
// zstd, to a quarter of its size instead of a sixth. Both unpack at the same speed.
const codec = compress.Lz4

// worthPacking is the least size in bytes that is compressed. A tick is one small
// record, and would only grow.
const worthPacking = 512

// NewBatchWriter begins a batch. Records that are added without a time of their own
// carry the given one: a historic one would let retention delete them at once.
func NewBatchWriter(now time.Time) *BatchWriter {
	w := &BatchWriter{b: make([]byte, batchOverhead, 4<<10)}
	w.Reset(now)
	return w
}

// Reset begins another batch in the same memory.
func (w *BatchWriter) Reset(now time.Time) {
	w.b, w.Count, w.time, w.newest = w.b[:batchOverhead], 0, now.UnixMilli(), math.MinInt64
}

// Size of the batch so far in bytes.
func (w *BatchWriter) Size() int { return len(w.b) }

// Add appends a record of the batch's time.
func (w *BatchWriter) Add(key, value []byte, headers []signals.Header) {
	w.AddAt(w.time, key, value, headers)
}

// AddAt appends a record of a time of its own, in Unix milliseconds.
func (w *BatchWriter) AddAt(at int64, key, value []byte, headers []signals.Header) {
	delta, later := int64(w.Count), at-w.time
	size := 1 + varintLen(later) + varintLen(delta) + fieldLen(key) + fieldLen(value) + varintLen(int64(len(headers)))
	for _, h := range headers {
		size += varintLen(int64(len(h.Key))) + len(h.Key) + fieldLen(h.Value)
	}
	b := binary.AppendVarint(w.b, int64(size))
	b = append(b, 0) // no attributes
	b = binary.AppendVarint(b, later)
	b = binary.AppendVarint(b, delta)
	b = appendField(b, key)
	b = appendField(b, value)
	b = binary.AppendVarint(b, int64(len(headers)))
	for _, h := range headers {
		b = append(binary.AppendVarint(b, int64(len(h.Key))), h.Key...)
		b = appendField(b, h.Value)
	}
	w.b = b
	w.newest = max(w.newest, at)
	w.Count++
}

// Bytes completes the batch. sequence is the number of its first record among
// those of the producer to the partition. The bytes are valid until the next call.
func (w *BatchWriter) Bytes(by ProducerID, sequence int32) []byte {
	clear(w.b[:batchOverhead])
	be, b := binary.BigEndian, w.b
	if packed := w.pack(); packed != nil {
		b = packed
		be.PutUint16(b[atAttributes:], uint16(codec))
	}
	be.PutUint32(b[atLength:], uint32(len(b)-12))
	be.PutUint32(b[12:], 0xffffffff) // leader epoch: the broker's to set
	b[atMagic] = 2
	be.PutUint32(b[atLastDelta:], w.Count-1)
	be.PutUint64(b[atFirstTime:], uint64(w.time))
	be.PutUint64(b[atMaxTime:], uint64(w.newest))
	be.PutUint64(b[atProducer:], uint64(by.id))
	be.PutUint16(b[atEpoch:], uint16(by.epoch))
	be.PutUint32(b[atSequence:], uint32(sequence))
	if by == NoProducer {
		be.PutUint32(b[atSequence:], 0xffffffff)
	}
	be.PutUint32(b[atCount:], w.Count)
	be.PutUint32(b[atCRC:], crc32.Checksum(b[atAttributes:], castagnoli))
	return b
}

// pack returns the batch with its records compressed, or nil where that gains nothing.
func (w *BatchWriter) pack() []byte {
	if len(w.b) < worthPacking {
		return nil
	}
	w.packed.Reset()
	w.packed.Write(w.b[:batchOverhead])
	z := codec.Codec().NewWriter(&w.packed)
	_, err := z.Write(w.b[batchOverhead:])
	if err := errors.Join(err, z.Close()); err != nil || w.packed.Len() >= len(w.b) {
		return nil
	}
	return w.packed.Bytes()
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
