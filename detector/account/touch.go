package account

import "firstsign/detector/relations"

// Counting mostly waits for memory. The functions of this file read ahead what counting
// an interaction will read, each what the one before led to (detector.Engine.Warm). The
// sums that they return mean nothing: they keep the compiler from removing the reads.

// Touch reads what lies in the account itself and leads to the rest.
func (a *Account) Touch() int {
	return len(a.Series) + len(a.Keys) + len(a.persons.people) + len(a.persons.contacts)
}

// TouchContacts reads the contacts that were met.
func (a *Account) TouchContacts() int { return a.persons.contacts.Touch() }

// Expect returns what is kept of a contact with the tag of an id, nil for nothing, and the
// number of its series. A contact of whom that is not remembered is looked for, as AdmitKey
// will.
func (a *Account) Expect(contact []byte, key bool) (met *relations.Contact, number uint8) {
	if met = a.persons.contacts.Tagged(relations.TagOf(contact)); !key {
		return met, 0
	}
	if met != nil {
		if number, known := met.Key(); known {
			return met, number
		}
	}
	return met, a.NumberOf(contact)
}
