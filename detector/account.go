package detector

import (
	"firstsign/accounts"
	"firstsign/detector/activity"
	"firstsign/detector/episodes"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// account is what is kept of one account. What every interaction reads stands first,
// side by side in a core's cache.
type account struct {
	id         string
	next       int64             // records below it are in the state already
	since      int64             // offset of the first record that counted
	series.Set                   // its series
	listed     *accounts.Account // as the directory in force has it; nil until asked
	*persons                     // never nil
	closed     signals.Day       // last day that was closed for it
	dirty      bool
	activity   activity.Activity
	year       *series.Year    // nil before the first day was learned
	any        series.Baseline // what was learned of contact of any kind

	// While an account is silent its evidence never falls below floor, which was
	// reached when its last contact was on floorDay.
	floorDay signals.Day
	floor    float32
	evidence float32 // fused, at the last close
	raised   uint64  // ring days inside an episode; they are learned less
	episode  episodes.Episode
}

// persons are an account's, apart from it: many accounts name nobody, and nobody says
// anything of their alerts. Who writes into it calls own first.
type persons struct {
	people  []string            // contacts with series of their own
	circle  relations.Contacts  // all who are in touch with us
	dossier *relations.Snapshot // what the files said; nil when they say nothing that is marked
	opinion *episodes.Opinion   // what people said of its alerts; nil: nothing
	tended  relations.Tended    // what is kept of our care
}

// nobody is what accounts share that name nobody.
var nobody = &persons{}

// own gives the account persons of its own.
func (a *account) own() *persons {
	if a.persons == nobody {
		a.persons = &persons{}
	}
	return a.persons
}

func newAccount(id []byte, closed, first signals.Day) *account {
	return &account{id: string(id), closed: closed, Set: series.Set{First: first}, persons: nobody}
}

// person returns 1 + the index of a contact, 0 when there are too many.
func (a *account) person(id string) uint8 {
	for i, p := range a.people {
		if p == id {
			return uint8(i + 1)
		}
	}
	if len(a.people) >= series.MaxPeople {
		return 0
	}
	own := a.own()
	own.people = append(own.people, id)
	return uint8(len(own.people))
}

// knownPerson is person of a contact that has series of its own, 0 of another.
func (a *account) knownPerson(contact []byte) uint8 {
	for i, p := range a.people {
		if p == string(contact) {
			return uint8(i + 1)
		}
	}
	return 0
}

// keyContact returns a contact's id as the directory has it, empty when the
// contact is no key contact.
func keyContact(listed *accounts.Account, contact []byte) string {
	if listed == nil || len(contact) == 0 {
		return ""
	}
	for i := range listed.Contacts {
		if c := &listed.Contacts[i]; c.Key && c.ID == string(contact) {
			return c.ID
		}
	}
	return ""
}

// compareFiles marks on an account's timeline what the files in force say otherwise
// than at the close before.
func (y *yardstick) compareFiles(a *account, d signals.Day) {
	if y.rules.Accounts == nil {
		return
	}
	if a.listed == nil {
		a.listed = y.listed([]byte(a.id))
	}
	if a.listed == nil {
		return
	}
	if f := relations.Compare(a.dossier, a.listed, d); f != a.dossier {
		a.own().dossier = f
	}
}

// roster are all accounts of a partition.
type roster []*account

// members yields the series of the accounts that make up the portfolio: all but
// guests.
func (r roster) members(yield func(*series.Set) bool) {
	for _, a := range r {
		if !a.Guest && !yield(&a.Set) {
			return
		}
	}
}

// numbered yields the series of members, with the account's number.
func (r roster) numbered(yield func(int, *series.Set) bool) {
	for n, a := range r {
		if !a.Guest && !yield(n, &a.Set) {
			return
		}
	}
}
