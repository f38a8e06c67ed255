package account

import (
	"bytes"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/feeds"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// Accounts that name nobody share that. What is written into one of them must not be
// seen in another.
func TestNobodyIsShared(t *testing.T) {
	for what, write := range map[string]func(*Account){
		"a contact with series":    func(a *Account) { a.Admit("li-wei") },
		"a contact":                func(a *Account) { a.Meet([]byte("li-wei"), 1, 0, 1, false) },
		"an opinion":               func(a *Account) { a.EnsureOpinion().Eased = 2 },
		"care":                     func(a *Account) { a.SetTended(relations.Tended{Neglected: 7}) },
		"what the files say":       func(a *Account) { a.CompareFiles(&accounts.Account{ID: "acme", Owner: "wang"}, 1) },
		"a day that left the ring": func(a *Account) { a.Leave(1) },
		"an erased person":         func(a *Account) { a.Erase("li-wei") },
		"the care that there was":  func(a *Account) { a.SetTended(relations.Tended{}) },
	} {
		write(New([]byte("acme"), 0, 0))
		other := New([]byte("shop"), 0, 0)
		if other.KeyContacts() > 0 || len(other.Contacts()) > 0 || other.Opinion() != nil || other.Snapshot() != nil || other.Tended() != (relations.Tended{}) {
			t.Errorf("%s of one account is another's: %+v", what, other.persons)
		}
	}
}

// Contacts are numbered from 1 in the order in which they came. An erased one leaves no
// gap, and the series of the others stay theirs.
func TestNumbersOfContacts(t *testing.T) {
	a := New([]byte("acme"), 0, 0)
	for i, id := range []string{"li-wei", "chen-hao", "zhao-min"} {
		if n := a.Admit(id); int(n) != i+1 || a.Admit(id) != n || a.NumberOf([]byte(id)) != n || a.KeyContact(n) != id {
			t.Errorf("%s has number %d", id, n)
		}
		a.Take(series.Key{Contact: uint8(i + 1)}, series.Count, 0)
	}
	if a.NumberOf([]byte("sun-li")) != 0 || a.KeyContact(0) != "" {
		t.Error("a contact without series has a number")
	}
	if !a.Erase("chen-hao") || a.Erase("chen-hao") {
		t.Error("not erased once")
	}
	if n := a.NumberOf([]byte("zhao-min")); n != 2 || !slices.Equal(a.Keys, []series.Key{{Contact: 1}, {Contact: 2}}) {
		t.Errorf("number %d, keys %v", n, a.Keys)
	}
	for a.KeyContacts() < series.MaxPeople {
		a.Admit(string(rune('a' + a.KeyContacts())))
	}
	if a.Admit("one too many") != 0 || a.KeyContacts() != series.MaxPeople {
		t.Error("more contacts have series than fit")
	}
}

// What is remembered of a key contact follows the directory and the numbers.
func TestAdmitKey(t *testing.T) {
	list := func(ids ...string) *accounts.Account {
		a := &accounts.Account{ID: "acme"}
		for _, id := range ids {
			a.Contacts = append(a.Contacts, accounts.Contact{ID: id, Key: true})
		}
		return a
	}
	a := New([]byte("acme"), 0, 0)
	admit := func(listed *accounts.Account, contact string, want uint8) {
		t.Helper()
		for range 2 { // the second time it is remembered
			met := a.Meet([]byte(contact), 1, 0, 1, false)
			if n := a.AdmitKey(met, listed, []byte(contact)); n != want {
				t.Errorf("%s has number %d, want %d", contact, n, want)
			}
		}
	}
	before := list("li-wei", "zhang")
	admit(before, "li-wei", 1)
	admit(before, "zhang", 2)
	admit(before, "clerk", 0)
	if n := a.AdmitKey(nil, before, []byte("zhang")); n != 2 {
		t.Errorf("without what is kept of zhang: %d", n)
	}
	a.ForgetListed()
	after := list("zhang", "clerk")
	admit(after, "clerk", 3)
	admit(after, "li-wei", 0)
	a.Erase("li-wei")
	admit(after, "zhang", 1)
	admit(after, "clerk", 2)
}

// To look a contact up allocates nothing, however long its id is.
func TestContactsAllocateNothing(t *testing.T) {
	a := New([]byte("acme"), 0, 0)
	const id = "an-id-of-a-contact-that-is-longer-than-32-bytes"
	a.Admit(id)
	contact := []byte(id)
	if n := testing.AllocsPerRun(100, func() { a.NumberOf(contact); a.Admit(id) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// An account is read back as it was written, by the names of another numbering.
func TestEncode(t *testing.T) {
	numbering := func(names ...string) *Numbering {
		var list []series.Signal
		for _, name := range names {
			list = append(list, series.Signal{Name: name})
		}
		sources := feeds.NewSources()
		n := &Numbering{Signals: &series.Table{Index: map[string]uint16{}}, Sources: &sources}
		n.Signals.Apply(list)
		return n
	}
	n := numbering("call", "mail")
	a := New([]byte("acme"), 20, 3)
	a.Next, a.Since, a.Evidence = 9, 2, 1.5
	a.MarkRaised(20)
	a.Meet([]byte("li-wei"), 20, 20, 1, false)
	a.Take(series.Key{Signal: 1, Contact: a.Admit("li-wei")}, series.Count, 20).Source = n.Sources.Intern("crm")
	var w, again series.Writer
	n.Encode(&w, a)
	other := numbering("mail", "call")
	b, err := other.Decode("acme", w.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if s := b.Find(series.Key{Contact: 1}); s == nil || other.Sources.Name(s.Source) != "crm" || b.KeyContact(1) != "li-wei" || b.Weight(20) == 1 {
		t.Errorf("read back as %+v", b)
	}
	if other.Encode(&again, b); !bytes.Equal(w.Bytes, again.Bytes) {
		t.Error("written differently after it was read")
	}
}
