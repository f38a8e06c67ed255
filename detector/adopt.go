package detector

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/episodes"
	"firstsign/detector/feeds"
	"firstsign/detector/idchange"
	"firstsign/detector/series"
)

// Adoption gives an engine what other engines have learned from another division of the
// same log into partitions: their accounts as they are, and what people were told of.
// The engine itself has read the copy of that log up to where the others stopped, so it
// knows the time, the ids of records and the sources. What it found meanwhile is dropped,
// because the others have told it. After End it is good for one Commit.
type Adoption struct {
	engine  *Engine
	adopted map[*account.Account]bool
	ids     idchange.Change // the one that is told of
}

// ErrOtherDay means that an account was judged up to another day than the engine.
var ErrOtherDay = errors.New("another day was the last to close")

// NewAdopter is NewEngine of an engine that will adopt all its accounts. It judges none
// of them, which would take most of the time.
func NewAdopter(partition, partitions int, rules *Rules) *Engine {
	e := NewEngine(partition, partitions, rules)
	e.unjudged = true
	return e
}

// Adopt begins an adoption.
func (e *Engine) Adopt() *Adoption {
	for _, a := range e.dirty {
		a.Dirty = false
	}
	e.dirty, e.feedNews, e.dayCloses = e.dirty[:0], nil, nil
	clear(e.news)
	return &Adoption{engine: e, adopted: map[*account.Account]bool{}}
}

// Account takes over the state of an account. Only its offsets are the engine's own:
// those of the other log mean nothing here. ErrOtherDay when days would be missing.
func (d *Adoption) Account(s AccountState) error {
	e := d.engine
	next, since := e.next, e.next
	if own := e.index.of(s.ID); own != nil {
		next, since = own.Next, own.Since
	}
	if err := e.RestoreAccount(s); err != nil {
		return err
	}
	a := e.index.of(s.ID)
	if a.Closed != e.closed {
		return fmt.Errorf("account %q: %w: %s, and %s here", s.ID, ErrOtherDay, a.Closed, e.closed)
	}
	a.Next, a.Since = next, since
	d.adopted[a] = true
	e.touch(a)
	return nil
}

// Partitions takes over what is known of other partitions as a whole: blind days, a change
// of many ids, and what people were told of sources. It returns the failures that are none here.
func (d *Adoption) Partitions(from ...*Engine) (unknown []feeds.Feed) {
	e := d.engine
	var theirs []*feeds.Judgement
	for _, f := range from {
		e.blind = append(e.blind, f.blind...)
		if f.blindFrom != series.NoDay && (e.blindFrom == series.NoDay || f.blindFrom < e.blindFrom) {
			e.blindFrom = f.blindFrom
		}
		e.misrouted.Adopt(f.misrouted)
		if f.summary != nil {
			theirs = append(theirs, &f.summary.sources)
			// Each partition counts its own ids: the largest change is the one that is told of.
			if ids := &f.summary.ids; ids.Ended > d.ids.Ended {
				d.ids = *ids
			}
		}
	}
	slices.SortFunc(e.blind, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	e.blind = slices.Compact(e.blind)
	if e.summary == nil {
		return nil
	}
	return e.summary.sources.Adopt(theirs...)
}

// EndFailure has the next close tell that a failure is over which is none here.
func (d *Adoption) EndFailure(f *feeds.Feed) {
	if d.engine.summary != nil {
		d.engine.summary.sources.End(f)
	}
}

// End forgets the accounts that the others do not know, and sums up the portfolio that
// the adopted ones are.
func (d *Adoption) End() {
	e := d.engine
	e.accounts = slices.DeleteFunc(e.accounts, func(a *account.Account) bool {
		if d.adopted[a] {
			return false
		}
		e.stats.Accounts--
		return true
	})
	e.index = indexOf(e.accounts)
	if s := e.summary; s != nil {
		s = e.summariseBy(s.Day, s.Blind, nil, s.sources)
		s.ids, s.ids.Held = d.ids, 0
		for _, a := range e.accounts {
			if a.Episode.Stage == episodes.Replaced {
				s.ids.Held++ // the change ends here when most of these are in touch again
			}
		}
		e.judgeBy(s)
	}
}
