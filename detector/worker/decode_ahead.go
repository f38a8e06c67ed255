package worker

import (
	"firstsign/detector"
	"firstsign/signals"
)

const (
	blockRecords = 128 // records that are handed over at once
	blockCount   = 4
	// WarmRecords are read ahead at once: what they read fits into the cache next to a core.
	WarmRecords = 32
	// minDecodeAhead is how many records are worth a second goroutine.
	minDecodeAhead = 2 * blockRecords
)

// aheadDecoder decodes the records of a batch in a goroutine of its own, some
// blocks before they are applied. Decoding is a quarter of the work, and the
// only part of it that needs no earlier record. The blocks are used again, so
// nothing is allocated per record.
type aheadDecoder struct {
	blocks      [blockCount][blockRecords]detector.Decoded
	filled      [blockCount]int // how much of each holds records of this batch
	free, ready chan int        // numbers of blocks

	current int // number of the block that is being applied, -1 for none
	left    int // blocks of this batch that are not taken from ready yet
}

func newAheadDecoder() *aheadDecoder {
	a := &aheadDecoder{free: make(chan int, blockCount), ready: make(chan int, blockCount), current: -1}
	for i := range blockCount {
		a.free <- i
	}
	return a
}

// begin decodes records in the background and gives each block of them to find there.
// finish must be called before the memory of the records is used again.
func (a *aheadDecoder) begin(records []signals.Record, find func([]detector.Decoded)) {
	a.left = (len(records) + blockRecords - 1) / blockRecords
	go func() {
		for len(records) > 0 {
			b := <-a.free
			n := min(len(records), blockRecords)
			for i := range records[:n] {
				a.blocks[b][i].Decode(&records[i])
			}
			find(a.blocks[b][:n])
			records = records[n:]
			a.filled[b] = n
			a.ready <- b
		}
	}()
}

// record returns record i of the batch. It must be called for each i in order. warm gets
// the next WarmRecords before the first of them.
func (a *aheadDecoder) record(i int, warm func([]detector.Decoded)) *detector.Decoded {
	if i%blockRecords == 0 {
		a.release()
		a.current = <-a.ready
		a.left--
	}
	at := i % blockRecords
	if at%WarmRecords == 0 {
		warm(a.blocks[a.current][at:min(at+WarmRecords, a.filled[a.current])])
	}
	return &a.blocks[a.current][at]
}

func (a *aheadDecoder) release() {
	if a.current >= 0 {
		a.free <- a.current
		a.current = -1
	}
}

// finish waits until nothing is decoded any more.
func (a *aheadDecoder) finish() {
	a.release()
	for ; a.left > 0; a.left-- {
		a.free <- <-a.ready
	}
}
