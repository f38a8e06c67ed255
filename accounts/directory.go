package accounts

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
)

// NewDirectory builds a directory and fills in what the accounts leave out:
// names and grades. Contacts are kept in the order of their ids. Of two
// accounts with one id the later counts; files are checked before (see Builder).
// The accounts are copied.
func NewDirectory(list []Account) *Directory {
	d := &Directory{byID: make(map[string]*Account, len(list))}
	for _, a := range list {
		a.Name = cmp.Or(a.Name, a.ID)
		a.given, a.Grade = a.Grade, cmp.Or(a.Grade, Ordinary)
		a.Contacts = slices.Clone(a.Contacts)
		for i := range a.Contacts {
			a.Contacts[i].Name = cmp.Or(a.Contacts[i].Name, a.Contacts[i].ID)
		}
		byID(a.Contacts)
		d.byID[a.ID] = &a
	}
	d.ids = slices.Sorted(maps.Keys(d.byID))
	return d
}

// With returns the accounts and others beside them. Of two with one id the other
// counts. A nil directory has none.
func (d *Directory) With(others []Account) *Directory {
	joined := NewDirectory(others)
	for a := range d.All() {
		if joined.byID[a.ID] == nil {
			joined.byID[a.ID] = a
		}
	}
	joined.ids = slices.Sorted(maps.Keys(joined.byID))
	joined.currency = d.Currency()
	return joined
}

// Only returns the accounts that are wanted. The accounts are shared. Nil stays nil.
func (d *Directory) Only(wanted func(*Account) bool) *Directory {
	if d == nil {
		return nil
	}
	some := &Directory{byID: map[string]*Account{}, currency: d.currency}
	for _, id := range d.ids {
		if a := d.byID[id]; wanted(a) {
			some.byID[id], some.ids = a, append(some.ids, id)
		}
	}
	return some
}

// Currency is that of all amounts: its sign, as € or ¥, or its code where it has none. It is
// empty when the file names none.
func (d *Directory) Currency() string {
	if d == nil {
		return ""
	}
	return d.currency
}

// Regraded says whether the account's money gives it another grade than its
// file, or one where the file gives none.
func (a *Account) Regraded() bool {
	return a.given != a.Grade && (a.given != "" || a.Potential > 0 && a.Sales > 0)
}

// Get returns an account, nil when there is none of this id.
func (d *Directory) Get(id string) *Account {
	if d == nil {
		return nil
	}
	return d.byID[id]
}

// GetBytes is Get without an allocation.
func (d *Directory) GetBytes(id []byte) *Account {
	if d == nil {
		return nil
	}
	return d.byID[string(id)]
}

// Len is the number of accounts.
func (d *Directory) Len() int {
	if d == nil {
		return 0
	}
	return len(d.ids)
}

// IDs are all ids in order. They are the directory's own.
func (d *Directory) IDs() []string {
	if d == nil {
		return nil
	}
	return d.ids
}

// All yields every account in the order of ids.
func (d *Directory) All() iter.Seq[*Account] {
	return func(yield func(*Account) bool) {
		if d == nil {
			return
		}
		for _, id := range d.ids {
			if !yield(d.byID[id]) {
				return
			}
		}
	}
}

// Rename returns the same directory with other ids of contacts; their names
// stay. Nil stays nil.
func (d *Directory) Rename(contact func(id string) string) *Directory {
	if d == nil {
		return nil
	}
	renamed := &Directory{byID: make(map[string]*Account, len(d.ids)), ids: d.ids, currency: d.currency}
	for id, a := range d.byID {
		next := *a
		next.Contacts = slices.Clone(a.Contacts)
		for i := range next.Contacts {
			next.Contacts[i].ID = contact(next.Contacts[i].ID)
		}
		byID(next.Contacts)
		renamed.byID[id] = &next
	}
	return renamed
}

func byID(people []Contact) {
	slices.SortStableFunc(people, func(x, y Contact) int { return cmp.Compare(x.ID, y.ID) })
}

// Hash names the detector's view of the accounts: ids, grades, ranks, and of
// contacts who are key, have power or a stance. A new owner or another spelling of a name changes nothing in it, so
// they never change the rules. Empty for a nil Directory, which differs from
// one without accounts: it accepts everybody.
func (d *Directory) Hash() string {
	if d == nil {
		return ""
	}
	h := sha256.New()
	for a := range d.All() {
		fmt.Fprintf(h, "%q %s %q", a.ID, a.Grade, a.Rank)
		for _, c := range a.Contacts {
			if c.Key || c.Power > 0 || c.Stance != "" {
				fmt.Fprintf(h, " %q %t %d %q", c.ID, c.Key, c.Power, c.Stance)
			}
		}
		io.WriteString(h, "\n")
	}
	return hex.EncodeToString(h.Sum(nil))
}
