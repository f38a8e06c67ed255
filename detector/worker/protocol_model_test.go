package worker

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"firstsign/detector"
)

// modelRecord adds to an account; that of account 0 is a tick.
type modelRecord struct {
	account int
	add     uint64
}

// model is the least engine that obeys the contract: accounts that count,
// summaries that come from all accounts and change each of them, findings of
// accounts and of the whole.
type model struct {
	flaw     flaw
	next     int64
	whole    uint64 // depends on every summary; kept in Position.Log
	accounts map[int]*modelAccount
	closings map[int64]uint64 // offset of a tick -> summary
	dirty    map[int]bool
	findings []string // of the whole
}

type modelAccount struct {
	next        int64
	count, mark uint64
	findings    []string // not yet handed out
}

func newModel(f flaw) *model {
	return &model{flaw: f, accounts: make(map[int]*modelAccount), closings: make(map[int64]uint64), dirty: make(map[int]bool)}
}

func (e *model) apply(r modelRecord) {
	offset := e.next
	e.next++
	if r.account == 0 {
		e.tick(offset)
		return
	}
	a := e.accounts[r.account]
	if a == nil {
		a = &modelAccount{}
		e.accounts[r.account] = a
	}
	e.see(r.account, a, offset, func() {
		before := a.count / 8
		a.count += r.add
		if a.count/8 != before {
			a.findings = append(a.findings, fmt.Sprintf("account %d reached %d", r.account, a.count))
		}
	})
}

func (e *model) tick(offset int64) {
	summary, known := e.closings[offset]
	if !known || e.flaw == noClosings {
		for _, a := range e.accounts {
			summary += a.count + a.mark
		}
		e.closings[offset] = summary
	}
	for id, a := range e.accounts {
		e.see(id, a, offset, func() {
			a.mark = a.mark*31 + summary
			if a.mark%3 == 0 {
				a.findings = append(a.findings, fmt.Sprintf("account %d at tick %d marked %d", id, offset, a.mark))
			}
		})
	}
	e.whole = e.whole*31 + summary
	e.findings = append(e.findings, fmt.Sprintf("tick %d of %d", offset, e.whole))
}

// see lets an account judge what is at offset, unless it did so before.
func (e *model) see(id int, a *modelAccount, offset int64, judge func()) {
	if a.next > offset && e.flaw != noAccountNext {
		return
	}
	judge()
	a.next = offset + 1
	e.dirty[id] = true
}

// commit hands out what changed as chunks of at most size accounts.
func (e *model) commit(size int) []*Chunk {
	var chunks []*Chunk
	var split [][]byte
	dirty := slices.Sorted(maps.Keys(e.dirty))
	for part := range slices.Chunk(dirty, size) {
		c := &Chunk{}
		for _, id := range part {
			a := e.accounts[id]
			c.Accounts = append(c.Accounts, detector.AccountState{ID: strconv.Itoa(id), State: a.encode()})
			for _, finding := range a.findings {
				c.Findings = append(c.Findings, []byte(finding))
			}
			a.findings = nil
		}
		if e.flaw == splitFindings {
			split, c.Findings = append(split, c.Findings...), nil
		}
		chunks = append(chunks, c)
	}
	if chunks == nil {
		chunks = []*Chunk{{}}
	}
	clear(e.dirty)
	last := chunks[len(chunks)-1]
	last.Position = &detector.Position{Next: e.next, Log: binary.AppendUvarint(nil, e.whole)}
	last.Findings = append(last.Findings, split...)
	for _, finding := range e.findings {
		last.Findings = append(last.Findings, []byte(finding))
	}
	e.findings = nil
	first := chunks[0]
	if e.flaw == latePortfolio {
		first = last
	}
	first.Portfolio = e.encodeClosings()
	// Needed again only by who starts below; and whoever claims before the last
	// chunk of this is written finds them in the first.
	maps.DeleteFunc(e.closings, func(offset int64, _ uint64) bool { return offset < e.next })
	return chunks
}

func (e *model) encodeClosings() []byte {
	b := []byte{}
	for offset, summary := range e.closings {
		if e.flaw == forgottenClosings && offset >= e.next {
			continue
		}
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(offset)), summary)
	}
	return b
}

func (a *modelAccount) encode() []byte {
	b := binary.AppendUvarint(nil, uint64(a.next))
	return binary.AppendUvarint(binary.AppendUvarint(b, a.count), a.mark)
}

func (e *model) restore(m Meta) {
	if m.Position != nil {
		e.next = m.Position.Next
		e.whole = uvarints(m.Position.Log)[0]
	}
	for pair := range slices.Chunk(uvarints(m.Portfolio), 2) {
		e.closings[int64(pair[0])] = pair[1]
	}
}

func (e *model) restoreAccount(a detector.AccountState) error {
	id, err := strconv.Atoi(a.ID)
	if err != nil {
		return err
	}
	n := uvarints(a.State)
	e.accounts[id] = &modelAccount{next: int64(n[0]), count: n[1], mark: n[2]}
	return nil
}

func uvarints(b []byte) (all []uint64) {
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		all, b = append(all, n), b[size:]
	}
	return all
}
