package account

import (
	"slices"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// persons is what is kept of the people of an account. It is allocated lazily: most
// accounts have no named contacts and no answered alerts. Code that writes calls own
// first.
type persons struct {
	people   []string            // contacts with series of their own
	contacts relations.Contacts  // all who are in touch with us
	snapshot *relations.Snapshot // what the files said; nil when they say nothing that is marked
	opinion  *episodes.Opinion   // what people said of its alerts; nil: nothing
	tended   relations.Tended    // what is kept of our care
	rivals   *relations.Rivals   // of whom the account told; nil: of none
}

// nobody is shared by all accounts without persons of their own. It is never written.
var nobody = &persons{}

// own gives the account persons of its own.
func (a *Account) own() *persons {
	if a.persons == nobody {
		a.persons = &persons{}
	}
	return a.persons
}

// Contacts are all who are in touch with us.
func (a *Account) Contacts() relations.Contacts { return a.persons.contacts }

// Meet notes an interaction with a contact on a day. closed is the last closed day. It
// returns what is kept of the contact, nil when there is no room for another; that holds
// until the next Meet.
func (a *Account) Meet(contact []byte, day, closed signals.Day, steps int64, ours bool) *relations.Contact {
	own, met := a.own(), 0
	if own.contacts, met = own.contacts.Meet(own.people, contact, day, closed, steps, ours); met < 0 {
		return nil
	}
	return &own.contacts[met]
}

// KeyContacts is how many contacts have series of their own. They are numbered from 1,
// as in the key of a series.
func (a *Account) KeyContacts() int { return len(a.persons.people) }

// KeyContact is the id of the contact with a number; empty for 0, the account itself.
func (a *Account) KeyContact(number uint8) string {
	if number == 0 {
		return ""
	}
	return a.persons.people[number-1]
}

// NumberOf returns the number of a contact that has series of its own, 0 of another.
func (a *Account) NumberOf(contact []byte) uint8 {
	for i, p := range a.persons.people {
		if p == string(contact) {
			return uint8(i + 1)
		}
	}
	return 0
}

// Admit returns the number of a contact that is to have series of its own, and gives it
// one when it is new. It is 0 when there are too many.
func (a *Account) Admit(contact string) uint8 {
	if n := a.NumberOf([]byte(contact)); n != 0 {
		return n
	}
	if len(a.persons.people) >= series.MaxPeople {
		return 0
	}
	own := a.own()
	own.people = append(own.people, contact)
	return uint8(len(own.people))
}

// AdmitKey is Admit of a contact if the directory has it as a key contact, and 0 of
// others. met is what is kept of the contact, nil for nothing; it remembers the answer.
func (a *Account) AdmitKey(met *relations.Contact, listed *accounts.Account, contact []byte) (number uint8) {
	if met != nil {
		if number, known := met.Key(); known {
			return number
		}
	}
	if id := KeyContactID(listed, contact); id != "" {
		if number = a.Admit(id); number == 0 {
			return 0 // there may be room later
		}
	}
	if met != nil {
		met.RememberKey(number)
	}
	return number
}

// ForgetListed is called when the directory changes.
func (a *Account) ForgetListed() {
	a.Listed = nil
	a.persons.contacts.ForgetKeys()
}

// KeyContactID returns a contact's id as the directory has it, empty when the contact
// is no key contact.
func KeyContactID(listed *accounts.Account, contact []byte) string {
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

// Snapshot is what the files said at the last close; nil when they said nothing whose
// change is told.
func (a *Account) Snapshot() *relations.Snapshot { return a.persons.snapshot }

// CompareFiles marks on the account's timeline what the files in force say otherwise
// than at the close before.
func (a *Account) CompareFiles(listed *accounts.Account, d signals.Day) {
	if s := relations.Compare(a.persons.snapshot, listed, d); s != a.persons.snapshot {
		a.own().snapshot = s
	}
}

// Opinion is what people said of the account's alerts; nil when nobody has said
// anything.
func (a *Account) Opinion() *episodes.Opinion { return a.persons.opinion }

// EnsureOpinion is Opinion, made when nobody has said anything yet.
func (a *Account) EnsureOpinion() *episodes.Opinion {
	if a.persons.opinion == nil {
		a.own().opinion = episodes.NewOpinion()
	}
	return a.persons.opinion
}

// Rivals are the competitors of whom the account told.
func (a *Account) Rivals() relations.Rivals {
	if a.persons.rivals == nil {
		return nil
	}
	return *a.persons.rivals
}

// SetRivals replaces them.
func (a *Account) SetRivals(l relations.Rivals) {
	switch {
	case len(l) == 0 && a.persons.rivals == nil:
	case len(l) == 0:
		a.persons.rivals = nil
	case a.persons.rivals != nil:
		*a.persons.rivals = l
	default:
		a.own().rivals = &l
	}
}

// Tended is what is kept of our care.
func (a *Account) Tended() relations.Tended { return a.persons.tended }

// SetTended replaces what is kept of our care.
func (a *Account) SetTended(t relations.Tended) {
	if t != a.persons.tended {
		a.own().tended = t
	}
}

// Erase removes a person; false when nothing was known of one.
func (a *Account) Erase(contact string) (known bool) {
	p := a.persons
	if p == nobody {
		return false
	}
	p.contacts, known = p.contacts.Erase(contact)
	if p.snapshot.Erase(contact) {
		known = true
	}
	i := slices.Index(p.people, contact)
	if i < 0 {
		return known
	}
	p.people = slices.Delete(p.people, i, i+1)
	p.contacts.ForgetKeys()
	a.dropPerson(uint8(i + 1))
	return true
}

// dropPerson drops the series of a contact. The numbers of the contacts after it go
// down by one.
func (a *Account) dropPerson(number uint8) {
	a.remove(func(k series.Key) bool { return k.Contact == number })
	for i := range a.Series {
		if k := &a.Series[i].Key; k.Contact > number {
			k.Contact--
		}
		a.Keys[i] = a.Series[i].Key
	}
}
