package account

// Counting mostly waits for memory. The functions of this file read ahead what counting
// an interaction will read, each what the one before led to (detector.Engine.Warm). The
// sums that they return mean nothing: they keep the compiler from removing the reads.

// Touch reads what lies in the account itself and leads to the rest.
func (a *Account) Touch() int {
	return len(a.Series) + len(a.Keys) + len(a.persons.people) + len(a.persons.contacts)
}

// TouchContacts reads the contacts, as they were met and, if wanted, as they are listed.
func (a *Account) TouchContacts(listed bool) (sum int) {
	for i := range a.persons.contacts {
		sum += len(a.persons.contacts[i].ID)
	}
	if listed && a.Listed != nil {
		for i := range a.Listed.Contacts {
			sum += len(a.Listed.Contacts[i].ID)
		}
	}
	return sum
}

// TouchContactIDs reads the ids of the contacts that were met. Those of listed ones
// are the same in memory.
func (a *Account) TouchContactIDs() (sum int) {
	for i := range a.persons.contacts {
		if id := a.persons.contacts[i].ID; id != "" {
			sum += int(id[0])
		}
	}
	return sum
}
