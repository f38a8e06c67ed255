package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// ErrBroken marks bytes of a response that cannot be read; fetching them again
// gives the same.
var ErrBroken = errors.New("the broker's answer cannot be read")

// ClientID is how brokers see us in their logs and quotas.
const ClientID = "firstsign"

// fetchVersion of the Fetch API: Kafka 2.3 and later, 4.x included.
const fetchVersion = 11

// maxResponse bounds what a broker may make us allocate.
const maxResponse = 512 << 20

// FetchRequest asks for one partition from one offset. kafka-go's transport
// routes it to the partition's leader and hands it the connection; the
// exchange itself is done here, so that the answer lands in a buffer of ours
// and nothing is allocated per record.
type FetchRequest struct {
	Topic     string
	Partition int32
	Offset    int64
	MaxBytes  int32
	MaxWaitMs int32
	Buf       []byte // reused for the answer
}

// FetchResponse is the partition's part of the answer; it points into the
// request's buffer.
type FetchResponse struct {
	Code    int16
	high    int64 // the end
	stable  int64 // the first offset that cannot be read yet: the end, or an open transaction
	start   int64 // the first offset that is kept
	aborted []abortedTransaction
	batches []byte
}

type abortedTransaction struct {
	producer, first int64
}

// ApiKey implements protocol.Message.
func (r *FetchRequest) ApiKey() protocol.ApiKey { return protocol.Fetch } //nolint:staticcheck // the name is of the interface

// ApiKey implements protocol.Message.
func (r *FetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch } //nolint:staticcheck // the name is of the interface

// Broker makes the transport send the request to the partition's leader.
func (r *FetchRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	return leader(cluster, r.Topic, r.Partition)
}

func leader(cluster protocol.Cluster, topic string, partition int32) (protocol.Broker, error) {
	p, ok := cluster.Topics[topic].Partitions[partition]
	if !ok {
		return protocol.Broker{}, fmt.Errorf("no broker knows partition %d of %s (yet)", partition, topic)
	}
	b, ok := cluster.Brokers[p.Leader]
	if !ok {
		return protocol.Broker{}, fmt.Errorf("partition %d of %s has no leader at the moment", partition, topic)
	}
	return b, nil
}

// Required makes the transport leave the exchange to RawExchange.
func (r *FetchRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange writes the request and reads the whole answer.
func (r *FetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	body, err := exchange(rw, protocol.Fetch, fetchVersion, r.encode(nil), r.Buf)
	if err != nil {
		return nil, err
	}
	r.Buf = body
	return r.decode(body)
}

func (r *FetchRequest) encode(b []byte) []byte {
	be := binary.BigEndian
	b = be.AppendUint32(b, 0xffffffff) // replica: none, a consumer
	b = be.AppendUint32(b, uint32(r.MaxWaitMs))
	b = be.AppendUint32(b, 1) // answer as soon as there is a byte
	b = be.AppendUint32(b, uint32(r.MaxBytes))
	b = append(b, 1)                   // read committed: nothing of open transactions, and a list of the aborted
	b = be.AppendUint32(b, 0)          // no fetch session
	b = be.AppendUint32(b, 0xffffffff) // and none to be made
	b = be.AppendUint32(b, 1)
	b = appendString(b, r.Topic)
	b = be.AppendUint32(b, 1)
	b = be.AppendUint32(b, uint32(r.Partition))
	b = be.AppendUint32(b, 0xffffffff) // leader epoch: not known
	b = be.AppendUint64(b, uint64(r.Offset))
	b = be.AppendUint64(b, 0xffffffffffffffff) // log start offset: for followers only
	b = be.AppendUint32(b, uint32(r.MaxBytes))
	b = be.AppendUint32(b, 0)  // no forgotten topics
	return appendString(b, "") // no rack
}

func (r *FetchRequest) decode(body []byte) (*FetchResponse, error) {
	d := reader{b: body}
	d.int32() // throttle
	code := d.int16()
	d.int32() // session
	if code != 0 {
		return &FetchResponse{Code: code}, d.err()
	}
	topics := d.int32()
	d.skip(int(d.int16()))
	partitions := d.int32()
	if d.bad || topics != 1 || partitions != 1 || d.int32() != r.Partition {
		return nil, fmt.Errorf("%w: a fetch of one partition was answered with %d topics", ErrBroken, topics)
	}
	res := &FetchResponse{Code: d.int16()}
	res.high = d.int64()
	res.stable = d.int64()
	if res.stable < 0 {
		res.stable = res.high
	}
	res.start = d.int64()
	for range max(d.int32(), 0) {
		if d.bad {
			break
		}
		res.aborted = append(res.aborted, abortedTransaction{producer: d.int64(), first: d.int64()})
	}
	d.int32() // preferred replica
	res.batches = d.bytes(int(d.int32()))
	return res, d.err()
}

// exchange is one request and its answer on a connection that carries nothing
// else meanwhile. The answer's body is read into buf, grown when needed.
func exchange(rw io.ReadWriter, key protocol.ApiKey, version int16, body, buf []byte) ([]byte, error) {
	const correlation = 0x66736e31 // any number will do: there is one request at a time
	be := binary.BigEndian
	req := make([]byte, 4, 32+len(body))
	req = be.AppendUint16(req, uint16(key))
	req = be.AppendUint16(req, uint16(version))
	req = be.AppendUint32(req, correlation)
	req = appendString(req, ClientID)
	req = append(req, body...)
	be.PutUint32(req, uint32(len(req)-4))
	if _, err := rw.Write(req); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, fmt.Errorf("read the broker's answer: %w", err)
	}
	size := int(be.Uint32(head[:])) - 4
	if size < 0 || size > maxResponse || be.Uint32(head[4:]) != correlation {
		return nil, fmt.Errorf("the broker's answer does not belong to the request (size %d)", size)
	}
	if cap(buf) < size {
		buf = make([]byte, size+size/8)
	}
	buf = buf[:size]
	if _, err := io.ReadFull(rw, buf); err != nil {
		return nil, fmt.Errorf("read the broker's answer: %w", err)
	}
	return buf, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

// reader reads the fields of an answer; bad is set when it ends too early.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 {
		return nil
	}
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) skip(n int) { r.bytes(n) }

func (r *reader) int16() int16 {
	if v := r.bytes(2); v != nil {
		return int16(binary.BigEndian.Uint16(v))
	}
	return 0
}

func (r *reader) int32() int32 {
	if v := r.bytes(4); v != nil {
		return int32(binary.BigEndian.Uint32(v))
	}
	return 0
}

func (r *reader) int64() int64 {
	if v := r.bytes(8); v != nil {
		return int64(binary.BigEndian.Uint64(v))
	}
	return 0
}

func (r *reader) err() error {
	if r.bad {
		return fmt.Errorf("%w: it ends too early", ErrBroken)
	}
	return nil
}
