package detector

import (
	"github.com/cespare/xxhash/v2"

	"firstsign/detector/account"
)

// index finds accounts by their ids. It is an open-addressed table, so that finding an
// account that is in no cache reads one line of the table, one of the account and one of
// its id, each of which can be read ahead (Engine.Find). No account is ever removed.
type index struct {
	slots []indexSlot // at most half of them are used; a power of two
	used  int
}

type indexSlot struct {
	hash    uint64
	account *account.Account // nil in an empty slot
}

// fewestSlots is what an index begins with.
const fewestSlots = 64

func indexOf(accounts []*account.Account) (x index) {
	for _, a := range accounts {
		x.put(a)
	}
	return x
}

// first is the slot where looking for a hash begins.
func (x *index) first(hash uint64) *indexSlot { return &x.slots[hash&uint64(len(x.slots)-1)] }

// get returns an account by its id and the hash of that, nil when there is none.
func (x *index) get(id []byte, hash uint64) *account.Account {
	return x.find(hash, func(a *account.Account) bool { return a.ID == string(id) })
}

// likely is the first account with a hash, nil when there is none: nearly always the one
// that get returns.
func (x *index) likely(hash uint64) *account.Account {
	return x.find(hash, func(*account.Account) bool { return true })
}

func (x *index) find(hash uint64, is func(*account.Account) bool) *account.Account {
	mask := uint64(len(x.slots) - 1)
	for i := hash; x.used > 0; i++ {
		s := &x.slots[i&mask]
		if s.account == nil || s.hash == hash && is(s.account) {
			return s.account
		}
	}
	return nil
}

// put adds an account that is not there yet.
func (x *index) put(a *account.Account) {
	if 2*(x.used+1) > len(x.slots) {
		old := x.slots
		x.slots = make([]indexSlot, max(fewestSlots, 2*len(old)))
		for _, s := range old {
			if s.account != nil {
				x.place(s)
			}
		}
	}
	x.used++
	x.place(indexSlot{xxhash.Sum64String(a.ID), a})
}

func (x *index) place(s indexSlot) {
	mask := uint64(len(x.slots) - 1)
	i := s.hash
	for x.slots[i&mask].account != nil {
		i++
	}
	x.slots[i&mask] = s
}

// of returns an account by its id, nil when there is none.
func (x *index) of(id string) *account.Account { return x.get([]byte(id), xxhash.Sum64String(id)) }
