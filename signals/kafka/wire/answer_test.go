package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"
	"time"

	"firstsign/signals"
)

// answer is the fetch response that holds the given batches.
func answer(batches ...[]byte) *FetchResponse {
	res := &FetchResponse{}
	for _, b := range batches {
		res.batches = append(res.batches, b...)
	}
	return res
}

func oneBatch(values ...string) []byte {
	w := NewBatchWriter(time.UnixMilli(1700000000000))
	for _, v := range values {
		w.Add([]byte("acme"), []byte(v), []signals.Header{{Key: "firstsign", Value: []byte("tick")}})
	}
	return w.Bytes(NoProducer, 0)
}

func TestDecodeRefusesWhatItCannotRead(t *testing.T) {
	change := func(at int, to byte) []byte {
		b := oneBatch("one", "two")
		b[at] = to
		return b
	}
	for what, b := range map[string][]byte{
		"old format":        change(atMagic, 1),
		"wrong checksum":    change(len(oneBatch("one", "two"))-1, 'x'),
		"half a batch":      oneBatch("one", "two")[:70],
		"less than a batch": change(atLength+3, 20)[:32],
	} {
		var c Answer
		if err := c.Decode(answer(b), 0); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A second batch that is cut off is only not there yet.
	var c Answer
	whole := oneBatch("one", "two")
	if err := c.Decode(answer(whole, whole[:70]), 0); err != nil || len(c.Records) != 2 || c.Next != 2 {
		t.Errorf("%d records, next %d, %v", len(c.Records), c.Next, err)
	}
}

func TestDecodeAllocatesNothingPerRecord(t *testing.T) {
	values := make([]string, 1000)
	for i := range values {
		values[i] = "some value"
	}
	res := answer(oneBatch(values...))
	var c Answer
	decode := func() {
		if err := c.Decode(res, 0); err != nil || len(c.Records) != len(values) {
			t.Fatalf("%d records, %v", len(c.Records), err)
		}
	}
	decode()
	// What unpacks a batch costs a few each time, and more after a collection has emptied its pools.
	if n := testing.AllocsPerRun(20, decode); n >= float64(len(values))/10 {
		t.Errorf("%v allocations for %d records", n, len(values))
	}
}

func TestSnappySizesAreNotBelieved(t *testing.T) {
	block := func(size uint64, b ...byte) []byte { return append(binary.AppendUvarint(nil, size), b...) }
	framed := func(blocks ...[]byte) []byte {
		b := append(bytes.Clone(xerial), make([]byte, 8)...)
		for _, block := range blocks {
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(block))), block...)
		}
		return b
	}
	good := block(3, 2<<2, 'a', 'b', 'c')
	cut := framed(good)
	for what, c := range map[string]struct {
		body []byte
		ok   bool
	}{
		"one block":        {good, true},
		"two framed":       {framed(good, good), true},
		"gigabytes":        {block(4<<30, 0), false},
		"framed gigabytes": {framed(good, block(4<<30, 0)), false},
		"a frame too long": {cut[:len(cut)-1], false},
		"nothing":          {nil, false},
	} {
		if err := checkSnappy(c.body); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzDecode feeds broken answers; the checksum is repaired so that what lies
// behind it is reached.
func FuzzDecode(f *testing.F) {
	f.Add(oneBatch("one", "two"), int64(0))
	f.Add(oneBatch(""), int64(1))
	f.Add((&FetchRequest{Topic: "t"}).encode(nil), int64(0))
	for codec := byte(1); codec < 6; codec++ {
		b := oneBatch("one")
		b[atAttributes+1] = codec
		f.Add(b, int64(0))
	}
	f.Fuzz(func(t *testing.T, b []byte, offset int64) {
		if offset < 0 {
			return
		}
		if len(b) >= batchOverhead {
			b = bytes.Clone(b)
			binary.BigEndian.PutUint32(b[atLength:], uint32(len(b)-12))
			binary.BigEndian.PutUint32(b[atCRC:], crc32.Checksum(b[atAttributes:], castagnoli))
			b[atMagic] = 2
		}
		var c Answer
		if c.Decode(answer(b), offset) == nil {
			for _, r := range c.Records {
				if r.Offset < offset {
					t.Errorf("record %d below %d", r.Offset, offset)
				}
			}
		}
		if res, err := (&FetchRequest{}).decode(b); err == nil && res == nil {
			t.Error("no answer and no error")
		}
	})
}
