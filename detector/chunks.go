package detector

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Commit hands out everything that changed since the last one, as chunks of
// at most size accounts: the first holds the closes' portfolios, the last the
// position. Token and Seq are the caller's. A chunk's memory is used again
// after yield returns. An error of yield ends it; the engine is then of no
// use any more.
func (e *Engine) Commit(size int, anchorOffset int64, anchor uint64, yield func(*Chunk) error) error {
	pos := &Position{
		Next: e.next, Anchor: anchor, AnchorOffset: anchorOffset,
		Clock: e.now, Day: int32(e.closed), Rules: e.rules.Hash, Log: e.encodeLog(),
	}
	var first []byte
	if len(e.closings) > 0 {
		first = e.encodeClosings()
	}
	var c Chunk
	for start := 0; start == 0 || start < len(e.dirty); start += size {
		end := min(start+size, len(e.dirty))
		c = Chunk{Accounts: c.Accounts[:0], Findings: c.Findings[:0], Portfolio: first}
		first = nil
		if err := e.fill(&c, e.dirty[start:end]); err != nil {
			return err
		}
		if end == len(e.dirty) {
			c.Position = pos
			if err := appendFindings(&c, e.feedNews); err != nil {
				return err
			}
		}
		if err := yield(&c); err != nil {
			return err
		}
	}
	for _, a := range e.dirty {
		a.dirty = false
	}
	clear(e.dirty)
	e.dirty = e.dirty[:0]
	clear(e.news)
	e.feedNews = nil
	e.closings = slices.DeleteFunc(e.closings, func(c closing) bool { return c.offset < e.next })
	return nil
}

// fill encodes some accounts and their findings into a chunk.
func (e *Engine) fill(c *Chunk, some []*account) error {
	e.buffer = e.buffer[:0]
	ends := make([]int, len(some))
	w := &writer{e.buffer}
	for i, a := range some {
		e.encodeAccount(w, a)
		ends[i] = len(w.b)
	}
	e.buffer = w.b
	start := 0
	for i, a := range some {
		c.Accounts = append(c.Accounts, AccountState{ID: a.id, State: e.buffer[start:ends[i]:ends[i]]})
		start = ends[i]
		if err := appendFindings(c, e.news[a]); err != nil {
			return err
		}
	}
	return nil
}

func appendFindings(c *Chunk, list []*Finding) error {
	for _, f := range list {
		b, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("finding %s: %w", f.ID, err)
		}
		c.Findings = append(c.Findings, b)
	}
	return nil
}
