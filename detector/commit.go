package detector

import (
	"encoding/json"
	"firstsign/detector/account"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"fmt"
	"slices"
)

// Position is how far a partition was judged.
type Position struct {
	Next         int64  // first offset that is not in the state
	Anchor       uint64 // hash of the last record before Next (see Anchor); 0 when there was none
	AnchorOffset int64  // its offset
	Clock        int64  // Unix nanoseconds of the newest tick; for people and metrics
	Day          int32  // last closed day; for people and metrics
	Rules        string // hash of the rules in force
	Log          []byte // the engine's own encoding of everything about the partition as a whole
}

// Clone returns a copy that shares no memory; nil of nil.
func (p *Position) Clone() *Position {
	if p == nil {
		return nil
	}
	c := *p
	c.Log = slices.Clone(p.Log)
	return &c
}

// AccountState is one account as it is kept.
type AccountState struct {
	ID    string
	State []byte // versioned; holds the account's own next offset
}

// Changes are some of what a commit writes, to be written all or nothing. A
// commit is a run of them: the first holds Portfolio, the last holds Position,
// a run of one holds both. Every prefix of the run is a valid state, because
// each account carries its own next offset and skips what it has already seen.
type Changes struct {
	Accounts  []AccountState
	Findings  [][]byte // JSON of the findings of just these accounts; feeds' in the last of the run
	Portfolio []byte   // nil: leave as it is
	Position  *Position
}

// Commit hands out everything that changed since the last one, in runs of at
// most size accounts: the first holds the closes' portfolios, the last the
// position. Their memory is used again after yield returns. An error of yield
// ends the commit, and the engine must not be used any more.
func (e *Engine) Commit(size int, anchorOffset int64, anchor uint64, yield func(*Changes) error) error {
	pos := &Position{
		Next: e.next, Anchor: anchor, AnchorOffset: anchorOffset,
		Clock: e.now, Day: int32(e.closed), Rules: e.rules.Hash, Log: e.encodeLog(),
	}
	var first []byte
	if len(e.dayCloses) > 0 {
		first = e.dayCloses.encode()
	}
	var c Changes
	for start := 0; start == 0 || start < len(e.dirty); start += size {
		end := min(start+size, len(e.dirty))
		c = Changes{Accounts: c.Accounts[:0], Findings: c.Findings[:0], Portfolio: first}
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
		a.Dirty = false
	}
	clear(e.dirty)
	e.dirty = e.dirty[:0]
	clear(e.news)
	e.feedNews = nil
	e.dayCloses = slices.DeleteFunc(e.dayCloses, func(c dayClose) bool { return c.offset < e.next })
	return nil
}

// fill encodes some accounts and their findings into c.
func (e *Engine) fill(c *Changes, some []*account.Account) error {
	e.buffer = e.buffer[:0]
	ends := make([]int, len(some))
	w := &series.Writer{Bytes: e.buffer}
	for i, a := range some {
		e.yardstick.Encode(w, a)
		ends[i] = len(w.Bytes)
	}
	e.buffer = w.Bytes
	start := 0
	for i, a := range some {
		c.Accounts = append(c.Accounts, AccountState{ID: a.ID, State: e.buffer[start:ends[i]:ends[i]]})
		start = ends[i]
		if err := appendFindings(c, e.news[a]); err != nil {
			return err
		}
	}
	return nil
}

func appendFindings(c *Changes, list []*finding.Finding) error {
	for _, f := range list {
		b, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("finding %s: %w", f.ID, err)
		}
		c.Findings = append(c.Findings, b)
	}
	return nil
}
