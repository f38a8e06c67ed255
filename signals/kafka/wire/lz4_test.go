package wire

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/pierrec/lz4/v4"
	"pgregory.net/rapid"
)

// frame is data in lz4 as a producer with some habits packs it.
func frame(t *rapid.T, data []byte) []byte {
	sizes := []lz4.BlockSize{lz4.Block64Kb, lz4.Block256Kb, lz4.Block1Mb, lz4.Block4Mb}
	options := []lz4.Option{
		lz4.BlockSizeOption(rapid.SampledFrom(sizes).Draw(t, "block size")),
		lz4.BlockChecksumOption(rapid.Bool().Draw(t, "block checksum")),
		lz4.ChecksumOption(rapid.Bool().Draw(t, "checksum")),
	}
	if rapid.Bool().Draw(t, "says its size") {
		options = append(options, lz4.SizeOption(uint64(len(data))))
	}
	var b bytes.Buffer
	w := lz4.NewWriter(&b)
	if err := w.Apply(options...); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts are bytes of which some can be compressed and some cannot.
func texts(t *rapid.T) []byte {
	var data []byte
	for range rapid.IntRange(0, 5).Draw(t, "pieces") {
		piece := rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "piece")
		data = append(data, bytes.Repeat(piece, rapid.IntRange(1, 60).Draw(t, "times"))...)
	}
	return data
}

// A frame is unpacked to what was packed, behind what was there, which stays as it was.
func TestLZ4Frames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := texts(t)
		before := append(make([]byte, 0, rapid.IntRange(10, 100_000).Draw(t, "room")), "earlier"...)
		a := Answer{plain: before}
		got, ok := a.unpackLZ4(frame(t, data))
		if !ok || !bytes.Equal(got, data) || a.unpacked != len(data) {
			t.Fatalf("%v, %d bytes of %d, %d counted", ok, len(got), len(data), a.unpacked)
		}
		if string(before) != "earlier" {
			t.Fatalf("what was there became %q", before)
		}
	})
}

// What is cut off, or more than one frame, is left to the codec.
func TestLZ4FramesThatAreNotWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := frame(t, texts(t))
		cut := rapid.IntRange(0, len(whole)-1).Draw(t, "cut")
		for _, packed := range [][]byte{whole[:cut:cut], append(slices.Clone(whole), whole...), append(slices.Clone(whole), 0)} {
			a := Answer{plain: []byte("earlier")}
			if _, ok := a.unpackLZ4(packed); ok {
				t.Fatalf("%d bytes are read as if they were the whole frame of %d", len(packed), len(whole))
			}
		}
	})
	linked := append(binary.LittleEndian.AppendUint32(nil, lz4Magic), lz4Version, 4<<4, 0)
	if _, _, _, ok := lz4Header(linked); ok {
		t.Error("blocks that need those before them are read alone")
	}
}

// A frame of which a byte is wrong takes no memory that its size does not explain, and leaves
// what was there as it was.
func TestLZ4FramesDamaged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		packed := frame(t, texts(t))
		packed[rapid.IntRange(0, len(packed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		before := append(make([]byte, 0, 100_000), "earlier"...)
		a := Answer{plain: before}
		if got, _ := a.unpackLZ4(packed); len(got) > 255*len(packed) || string(before) != "earlier" {
			t.Fatalf("%d bytes of %d; what was there is %q", len(got), len(packed), before)
		}
	})
}
