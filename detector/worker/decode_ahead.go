package worker

import (
	"firstsign/detector"
	"firstsign/signals"
)

const (
	aheadBlock  = 128 // records handed over at once
	aheadBlocks = 4
	// aheadLeast is how many records are worth a second goroutine.
	aheadLeast = 2 * aheadBlock
)

// ahead decodes the records of a batch in a goroutine of its own, some blocks
// before they are applied: decoding is a quarter of the work, and the only part
// that one record does without knowing those before it. The blocks are used
// again, so nothing is allocated per record.
type ahead struct {
	blocks      [aheadBlocks][aheadBlock]detector.Decoded
	filled      [aheadBlocks]int // how much of each holds records of this batch
	free, ready chan int

	current int // block that is being applied, -1 for none
	left    int // blocks that are still to come
}

func newAhead() *ahead {
	a := &ahead{free: make(chan int, aheadBlocks), ready: make(chan int, aheadBlocks), current: -1}
	for i := range aheadBlocks {
		a.free <- i
	}
	return a
}

// begin decodes records in the background. finish must be called before the
// records go away.
func (a *ahead) begin(records []signals.Record) {
	a.left = (len(records) + aheadBlock - 1) / aheadBlock
	go func() {
		for len(records) > 0 {
			b := <-a.free
			n := min(len(records), aheadBlock)
			for i := range records[:n] {
				a.blocks[b][i].Decode(&records[i])
			}
			records = records[n:]
			a.filled[b] = n
			a.ready <- b
		}
	}()
}

// record i of the batch; they are asked for in order.
func (a *ahead) record(i int, e *detector.Engine) *detector.Decoded {
	if i%aheadBlock == 0 {
		a.release()
		a.current = <-a.ready
		a.left--
		e.Warm(a.blocks[a.current][:a.filled[a.current]])
	}
	return &a.blocks[a.current][i%aheadBlock]
}

func (a *ahead) release() {
	if a.current >= 0 {
		a.free <- a.current
		a.current = -1
	}
}

// finish waits until nothing is decoded any more.
func (a *ahead) finish() {
	a.release()
	for ; a.left > 0; a.left-- {
		a.free <- <-a.ready
	}
}
