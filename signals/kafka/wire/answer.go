package wire

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/segmentio/kafka-go/compress"

	"firstsign/signals"
)

// The layout of a record batch, magic 2 (Kafka 0.11 and later). Offsets into
// it; https://kafka.apache.org/documentation/#recordbatch
const (
	atLength      = 8
	atMagic       = 16
	atCRC         = 17
	atAttributes  = 21
	atLastDelta   = 23
	atFirstTime   = 27
	atMaxTime     = 35
	atProducer    = 43
	atEpoch       = 51
	atSequence    = 53
	atCount       = 57
	batchOverhead = 61

	maskCodec         = 0x07
	flagAppendTime    = 0x08
	flagTransactional = 0x10
	flagControl       = 0x20
)

// maxPlain bounds what one compressed batch may unpack to.
const maxPlain = 256 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Answer is the decoded answer to a fetch. It is decoded into again and again, and
// its records are valid until then.
type Answer struct {
	Raw      []byte // the answer; records point into it
	Records  []signals.Record
	Next     int64  // the offset after the last batch
	End      int64  // the partition's end when it answered, as far as it can be read
	High     int64  // its end, with what an open transaction holds back; at least End
	Size     int    // bytes of the batches
	plain    []byte // unpacked batches; records point into it
	unpacked int    // bytes of them. The next answer is likely to need as many
	headers  []signals.Header
	names    names
	gone     map[int64]bool // producers inside an aborted transaction
}

// Decode fills the answer with the records at or after offset.
func (a *Answer) Decode(res *FetchResponse, offset int64) error {
	a.Records, a.headers = a.Records[:0], a.headers[:0]
	if cap(a.plain) < a.unpacked {
		a.plain = make([]byte, 0, a.unpacked+a.unpacked/8)
	}
	a.plain, a.unpacked = a.plain[:0], 0
	a.Next, a.End, a.High, a.Size = offset, res.stable, max(res.high, res.stable), len(res.batches)
	clear(a.gone)
	aborted := res.aborted
	slices.SortFunc(aborted, func(x, y abortedTransaction) int { return cmp.Compare(x.first, y.first) })
	for b := res.batches; len(b) > atMagic; {
		size := 12 + int(binary.BigEndian.Uint32(b[atLength:]))
		if size > len(b) {
			break // the broker cuts the last batch off where the limit is
		}
		batch := b[:size:size]
		b = b[size:]
		base := int64(binary.BigEndian.Uint64(batch))
		if err := check(batch); err != nil {
			return fmt.Errorf("%w: batch at offset %d: %w", ErrBroken, base, err)
		}
		last := base + int64(binary.BigEndian.Uint32(batch[atLastDelta:]))
		attributes := binary.BigEndian.Uint16(batch[atAttributes:])
		producer := int64(binary.BigEndian.Uint64(batch[atProducer:]))
		for len(aborted) > 0 && aborted[0].first <= last {
			a.abort(aborted[0].producer)
			aborted = aborted[1:]
		}
		if attributes&flagControl != 0 {
			delete(a.gone, producer) // commit or abort: its transaction is over
		} else if last >= offset {
			flaw := signals.Reason("")
			if attributes&flagTransactional != 0 && a.gone[producer] {
				flaw = signals.AbortedTransaction
			}
			if err := a.batch(batch, base, offset, flaw); err != nil {
				return fmt.Errorf("%w: batch at offset %d: %w", ErrBroken, base, err)
			}
		}
		a.Next = max(a.Next, last+1)
	}
	if a.Next == offset && len(res.batches) > 0 {
		return fmt.Errorf("%w: %d bytes at offset %d hold no whole batch", ErrBroken, len(res.batches), offset)
	}
	return nil
}

func (a *Answer) abort(producer int64) {
	if a.gone == nil {
		a.gone = map[int64]bool{}
	}
	a.gone[producer] = true
}

// Shrink frees memory above limit that a huge record or batch took. The records
// still hold it until the next Decode.
func (a *Answer) Shrink(limit int) {
	if cap(a.Raw) > limit {
		a.Raw = nil
	}
	if max(cap(a.plain), a.unpacked) > limit {
		a.plain, a.unpacked = nil, 0
	}
}

func check(batch []byte) error {
	if len(batch) > atMagic && batch[atMagic] != 2 {
		return fmt.Errorf("written in message format %d; Kafka 0.11 and later write 2", batch[atMagic])
	}
	if len(batch) < batchOverhead {
		return fmt.Errorf("%d bytes are no batch", len(batch))
	}
	if crc32.Checksum(batch[atAttributes:], castagnoli) != binary.BigEndian.Uint32(batch[atCRC:]) {
		return fmt.Errorf("its checksum is wrong")
	}
	return nil
}

// batch appends the records of one batch that are at or after offset.
func (a *Answer) batch(batch []byte, base, offset int64, flaw signals.Reason) error {
	attributes := binary.BigEndian.Uint16(batch[atAttributes:])
	body := batch[batchOverhead:]
	if codec := attributes & maskCodec; codec != 0 {
		var err error
		if body, err = a.unpack(compress.Compression(codec), body); err != nil {
			return err
		}
	}
	first := int64(binary.BigEndian.Uint64(batch[atFirstTime:]))
	appended := int64(0)
	if attributes&flagAppendTime != 0 {
		appended = int64(binary.BigEndian.Uint64(batch[atMaxTime:]))
	}
	v := varints{b: body}
	for range binary.BigEndian.Uint32(batch[atCount:]) {
		size := v.int()
		end := len(v.b) - int(size)
		if v.bad || size < 0 || end < 0 || len(v.b) == 0 {
			return fmt.Errorf("a record ends too early")
		}
		v.b = v.b[1:] // attributes, unused
		time := first + v.int()
		at := base + v.int()
		if at < offset { // the fetch was in the middle of the batch
			v.b = v.b[max(len(v.b)-end, 0):]
			continue
		}
		if appended != 0 {
			time = appended
		}
		key := v.bytes()
		value := v.bytes()
		headers := a.readHeaders(&v)
		if v.bad || len(v.b) != end {
			return fmt.Errorf("the record at offset %d does not fill its length", at)
		}
		a.Records = append(a.Records, signals.Record{Offset: at, Time: time * 1e6, Key: key, Value: value, Headers: headers, Flaw: flaw})
	}
	return nil
}

func (a *Answer) readHeaders(v *varints) []signals.Header {
	n := v.int()
	if n == 0 {
		return nil
	}
	from := len(a.headers)
	for ; n > 0 && !v.bad; n-- {
		key := a.names.name(v.bytes())
		a.headers = append(a.headers, signals.Header{Key: key, Value: v.bytes()})
	}
	return a.headers[from:len(a.headers):len(a.headers)]
}

// unpack appends the unpacked body to plain and returns it.
func (a *Answer) unpack(codec compress.Compression, packed []byte) ([]byte, error) {
	if codec.Codec() == nil {
		return nil, fmt.Errorf("compressed in a way that is not known (%d)", codec)
	}
	if codec == compress.Snappy {
		if err := checkSnappy(packed); err != nil {
			return nil, err
		}
	}
	if codec == compress.Lz4 {
		if plain, ok := a.unpackLZ4(packed); ok {
			return plain, nil
		}
	}
	r := codec.Codec().NewReader(bytes.NewReader(packed))
	defer r.Close()
	from := len(a.plain)
	for {
		if len(a.plain) == cap(a.plain) {
			from = a.grow(from, 4*len(packed))
		}
		n, err := r.Read(a.plain[len(a.plain):cap(a.plain)])
		a.plain = a.plain[:len(a.plain)+n]
		switch {
		case err == io.EOF:
			a.unpacked += len(a.plain) - from
			return a.plain[from:len(a.plain):len(a.plain)], nil
		case err != nil:
			return nil, fmt.Errorf("unpack %s: %w", codec, err)
		case len(a.plain)-from > maxPlain:
			return nil, fmt.Errorf("it unpacks to more than %d bytes", maxPlain)
		}
	}
}

// grow makes room for some more bytes behind those since from, which are what may move: what is in
// use by earlier records must stay where it is. It returns where they begin now.
func (a *Answer) grow(from, more int) int {
	if cap(a.plain)-len(a.plain) >= more {
		return from
	}
	used := len(a.plain) - from
	grown := make([]byte, used, max(2*used, used+more, 64<<10))
	copy(grown, a.plain[from:])
	a.plain = grown
	return 0
}

// varints reads the body of a batch; bad is set when it ends too early.
type varints struct {
	b   []byte
	bad bool
}

// int is a zigzag varint.
func (v *varints) int() int64 {
	if len(v.b) > 0 && v.b[0] < 0x80 { // most are
		u := v.b[0]
		v.b = v.b[1:]
		return int64(u>>1) ^ -int64(u&1)
	}
	return v.long()
}

func (v *varints) long() int64 {
	n, size := binary.Varint(v.b)
	if size <= 0 {
		v.bad, v.b = true, nil
		return 0
	}
	v.b = v.b[size:]
	return n
}

// bytes is a field with its length before it; nil when the length is -1.
func (v *varints) bytes() []byte {
	n := v.int()
	if n < 0 {
		return nil
	}
	if n > int64(len(v.b)) {
		v.bad, v.b = true, nil
		return nil
	}
	f := v.b[:n:n]
	v.b = v.b[n:]
	return f
}

// names keeps the strings of header keys: a topic has a handful of them, and
// every record repeats them.
type names map[string]string

// maxNames bounds what a producer with random header keys can make us keep.
const maxNames = 256

func (n *names) name(key []byte) string {
	if s, ok := (*n)[string(key)]; ok {
		return s
	}
	if *n == nil || len(*n) >= maxNames {
		*n = names{}
	}
	s := string(key)
	(*n)[s] = s
	return s
}
