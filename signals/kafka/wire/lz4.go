package wire

import (
	"encoding/binary"

	"github.com/pierrec/lz4/v4"
)

// The header of a frame (LZ4 Frame Format Description 1.6.4).
const (
	lz4Magic       = 0x184D2204
	lz4Version     = 1 << 6
	lz4VersionMask = 3 << 6
	lz4Independent = 1 << 5 // blocks need none before them
	lz4BlockSums   = 1 << 4
	lz4Size        = 1 << 3
	lz4Sum         = 1 << 2
	lz4Reserved    = 1 << 1
	lz4Dictionary  = 1 << 0

	lz4AsIs = 1 << 31 // in the length of a block: it is not compressed
)

// unpackLZ4 is unpack of one frame whose blocks need none before them, which producers write. Its
// checksums are left alone: that of the batch is over all of it, and was checked. ok is false for
// any other body, about which the codec says what it is.
func (a *Answer) unpackLZ4(packed []byte) (plain []byte, ok bool) {
	flags, most, rest, ok := lz4Header(packed)
	if !ok {
		return nil, false
	}
	blockSum, sum := 0, 0 // bytes behind each block, and behind the last one
	if flags&lz4BlockSums != 0 {
		blockSum = 4
	}
	if flags&lz4Sum != 0 {
		sum = 4
	}
	from := len(a.plain)
	defer func() {
		if !ok {
			a.plain = a.plain[:from]
		}
	}()
	for len(rest) >= 4 {
		size := binary.LittleEndian.Uint32(rest)
		rest = rest[4:]
		if size == 0 { // the end of the frame
			a.unpacked += len(a.plain) - from
			return a.plain[from:len(a.plain):len(a.plain)], len(rest) == sum
		}
		n := int(size &^ lz4AsIs)
		if n > len(rest)-blockSum || n > most {
			return nil, false
		}
		if from, ok = a.unpackBlock(rest[:n], size&lz4AsIs != 0, most, from); !ok {
			return nil, false
		}
		rest = rest[n+blockSum:]
	}
	return nil, false
}

// unpackBlock appends a block of at most so many bytes to what was unpacked since from, which
// may move.
func (a *Answer) unpackBlock(block []byte, asIs bool, most, from int) (now int, ok bool) {
	if asIs {
		from = a.grow(from, len(block))
		a.plain = append(a.plain, block...)
		return from, true
	}
	for {
		room := a.plain[len(a.plain):min(cap(a.plain), len(a.plain)+most)]
		n, err := lz4.UncompressBlock(block, room)
		if err == nil {
			a.plain = a.plain[:len(a.plain)+n]
			return from, len(a.plain)-from <= maxPlain
		}
		if len(room) == most {
			return from, false
		}
		from = a.grow(from, min(most, max(2*len(room), 4*len(block))))
	}
}

// lz4Header reads the header of a frame: its flags, how long a block may be, and what follows.
func lz4Header(packed []byte) (flags byte, most int, rest []byte, ok bool) {
	if len(packed) < 7 || binary.LittleEndian.Uint32(packed) != lz4Magic {
		return 0, 0, nil, false
	}
	flags = packed[4]
	if flags&(lz4VersionMask|lz4Independent|lz4Reserved|lz4Dictionary) != lz4Version|lz4Independent {
		return 0, 0, nil, false
	}
	code := packed[5] >> 4
	if code < 4 || code > 7 || packed[5]&15 != 0 {
		return 0, 0, nil, false
	}
	header := 7 // with its checksum
	if flags&lz4Size != 0 {
		header += 8
	}
	if len(packed) < header {
		return 0, 0, nil, false
	}
	return flags, 1 << (8 + 2*code), packed[header:], true
}
