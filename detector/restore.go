package detector

import (
	"fmt"
	"runtime"
	"sync"

	"firstsign/detector/account"
)

// Restorer rebuilds the accounts of an engine, after Restore and before any Apply. It
// decodes some of them at a time, on as many cores as there are.
type Restorer struct {
	engine *Engine
	ids    []string
	ends   []int  // of the states
	states []byte // one after the other
	done   []decodedAccount
}

// decodedAccount is what a state came to. A state that names a source for the first time
// must have its turn to give it a number: known is false.
type decodedAccount struct {
	account *account.Account
	known   bool
	err     error
}

// restoredAtOnce are decoded together: so many that the cores wait little for each other.
const restoredAtOnce = 512

// NewRestorer returns one for all accounts of an engine.
func NewRestorer(e *Engine) *Restorer {
	return &Restorer{engine: e, done: make([]decodedAccount, restoredAtOnce)}
}

// Add takes in a state, which it copies; of one account that is given again the later one
// counts. The error may be that of an account before.
func (r *Restorer) Add(s AccountState) error {
	r.ids = append(r.ids, s.ID)
	r.states = append(r.states, s.State...)
	r.ends = append(r.ends, len(r.states))
	if len(r.ids) < restoredAtOnce {
		return nil
	}
	return r.End()
}

// End rebuilds what was added last.
func (r *Restorer) End() error {
	var decoding sync.WaitGroup
	n := max(1, min(runtime.GOMAXPROCS(0), len(r.ids)))
	for part := 1; part < n; part++ {
		decoding.Go(func() { r.decode(part*len(r.ids)/n, (part+1)*len(r.ids)/n) })
	}
	r.decode(0, len(r.ids)/n)
	decoding.Wait()
	for i, id := range r.ids {
		d := &r.done[i]
		if !d.known {
			d.account, d.err = r.engine.yardstick.Decode(id, r.state(i))
		}
		if d.err != nil {
			return fmt.Errorf("account %q: %w", id, d.err)
		}
		putBack(r.engine, d.account)
	}
	clear(r.done)
	r.ids, r.ends, r.states = r.ids[:0], r.ends[:0], r.states[:0]
	return nil
}

func (r *Restorer) decode(from, to int) {
	for i := from; i < to; i++ {
		d := &r.done[i]
		d.account, d.known, d.err = r.engine.yardstick.DecodeKnown(r.ids[i], r.state(i))
	}
}

func (r *Restorer) state(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.states[from:r.ends[i]]
}

// RestoreAccount rebuilds one account; given again, the later state counts.
func (e *Engine) RestoreAccount(s AccountState) error {
	a, err := e.yardstick.Decode(s.ID, s.State)
	if err != nil {
		return fmt.Errorf("account %q: %w", s.ID, err)
	}
	putBack(e, a)
	return nil
}

// putBack takes an account into an engine, in the place of the one with its id.
func putBack(e *Engine, a *account.Account) {
	if old := e.index.of(a.ID); old != nil {
		e.stats.Series -= int64(len(old.Series))
		e.stats.EpisodesOpen -= old.Episode.Count()
		e.stats.Dormant -= dormantCount(old)
		*old = *a
		a = old
	} else {
		e.index.put(a)
		e.accounts = append(e.accounts, a)
		e.stats.Accounts++
	}
	e.stats.Series += int64(len(a.Series))
	e.stats.EpisodesOpen += a.Episode.Count()
	e.judge.countDormant(a, !e.rules.Aliases.Has(a.ID) && wasDormant(e, a))
	e.take(&e.judge)
}
