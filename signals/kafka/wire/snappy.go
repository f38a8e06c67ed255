package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// xerial begins a body that Java's producers compress with snappy: a header of
// 16 bytes and then blocks, each with its length before it. Others write one
// block without it.
var xerial = []byte("\x82SNAPPY\x00")

// checkSnappy refuses sizes that cannot be: the codec believes what a body
// says of itself, and would set aside gigabytes for a few broken bytes.
func checkSnappy(packed []byte) error {
	if !bytes.HasPrefix(packed, xerial) {
		return checkBlock(packed)
	}
	for rest := packed[min(16, len(packed)):]; len(rest) > 0; {
		if len(rest) < 4 {
			return fmt.Errorf("snappy block ends too early")
		}
		size := binary.BigEndian.Uint32(rest)
		rest = rest[4:]
		if uint64(size) > uint64(len(rest)) {
			return fmt.Errorf("snappy block of %d bytes where there are %d", size, len(rest))
		}
		if err := checkBlock(rest[:size]); err != nil {
			return err
		}
		rest = rest[size:]
	}
	return nil
}

func checkBlock(block []byte) error {
	// The shortest copy element takes 2 bytes and makes 64 at the most.
	if plain, n := binary.Uvarint(block); n <= 0 || plain > 64*uint64(len(block)) {
		return fmt.Errorf("snappy block of %d bytes that says it unpacks to %d", len(block), plain)
	}
	return nil
}
