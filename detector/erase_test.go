package detector

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// erasing is two accounts with the same two people, of whom the files know more.
func erasing(t *testing.T, names *signals.Pseudonyms) *Engine {
	t.Helper()
	rules := testRules()
	rules.Signals[0].PerContact, rules.Signals[4].PerContact = true, true
	contacts := []accounts.Contact{{ID: "chen-hao", Key: true, Stance: accounts.Neutral}, {ID: "li-wei", Key: true, Power: 4, Stance: accounts.Supporter}}
	list := []accounts.Account{{ID: "acme", Contacts: contacts}, {ID: "shop", Contacts: contacts}, {ID: "other"}}
	former := &accounts.Builder{}
	former.ReadAliases([]byte("old,new\nK-17,acme\n"), "aliases.csv")
	rules.Accounts, rules.Pseudonyms, rules.Aliases = accounts.NewDirectory(list), names, former.Aliases()
	if names != nil {
		rules.Accounts = rules.Accounts.Rename(names.Of)
	}
	var l written
	l.tick(at(0, 0))
	for d := range 40 {
		for _, account := range []string{"acme", "shop"} {
			l.event(at(d, 9), account, "call", "contact", "li-wei")
			l.event(at(d, 9), account, "call", "contact", "chen-hao")
			l.event(at(d, 9), account, "visit", "contact", "li-wei")
		}
		l.event(at(d, 9), "other", "call", "contact", "somebody")
		l.tick(at(d+1, 3))
	}
	l.event(at(40, 9), "shop", "forwarding", "contact", "li-wei")
	e, _ := run(t, rules, &l)
	return e
}

func stateOf(e *Engine, account string) []byte {
	w := &series.Writer{}
	e.yardstick.Encode(w, e.index.of(account))
	return w.Bytes
}

func eraseRecord(e *Engine, c signals.Control) *signals.Record {
	c.Kind, c.Time = signals.Erase, at(41, 0).UnixNano()
	r := &signals.Record{Offset: e.Next()}
	r.Value, r.Headers = c.Record()
	return r
}

func TestErase(t *testing.T) {
	for _, c := range []struct {
		name    string
		control signals.Control
		left    []string // accounts that still know the person
		told    []string
	}{
		{"of one account", signals.Control{Account: "acme", Contact: "li-wei"}, []string{"shop"}, []string{"acme"}},
		{"under a former id, as it was written before there was this one", signals.Control{Account: "K-17", Contact: "li-wei"}, []string{"shop"}, []string{"acme"}},
		{"of all", signals.Control{Contact: "li-wei"}, nil, []string{"acme", "shop"}},
		{"nobody", signals.Control{Contact: "nobody"}, []string{"acme", "shop"}, nil},
		{"one whom only alerts may know", signals.Control{Account: "other", Contact: "nobody"}, []string{"acme", "shop"}, []string{"other"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := erasing(t, nil)
			before := e.index.of("acme").Find(series.Key{}).Active
			if reject := e.Apply(eraseRecord(e, c.control)); reject != nil {
				t.Fatal(reject)
			}
			var left, told []string
			for _, account := range []string{"acme", "shop"} {
				if bytes.Contains(stateOf(e, account), []byte("li-wei")) {
					left = append(left, account)
				}
			}
			for _, f := range ofKind(findingsOf(t, e), finding.Erased) {
				told = append(told, f.Account)
				if f.Contact != c.control.Contact || f.Time != at(41, 0).UnixNano() || len(f.Reasons) > 0 {
					t.Errorf("%+v", f)
				}
			}
			if slices.Sort(told); !slices.Equal(left, c.left) || !slices.Equal(told, c.told) {
				t.Errorf("left in %q, want %q; told of %q, want %q", left, c.left, told, c.told)
			}
			a := e.index.of("acme")
			if a.Find(series.Key{}).Active != before {
				t.Error("what was counted of the account is gone as well")
			}
			// The other person's series are still that person's.
			n := a.NumberOf([]byte("chen-hao"))
			s := a.Find(series.Key{Contact: n})
			if n == 0 || s == nil || s.Active == 0 || len(a.Keys) != len(a.Series) {
				t.Fatalf("%d key contacts, keys %v", a.KeyContacts(), a.Keys)
			}
			// And can be read back, and judged on.
			fresh := NewEngine(0, 1, e.rules)
			if err := fresh.RestoreAccount(AccountState{ID: "acme", State: stateOf(e, "acme")}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(stateOf(fresh, "acme"), stateOf(e, "acme")) {
				t.Error("differs when read back")
			}
			for d := 42; d < 100; d++ {
				e.Apply(tickAt(e.Next(), at(d, 3)))
			}
			if slices.Contains(left, "acme") {
				return
			}
			for _, f := range findingsOf(t, e) {
				if text, _ := json.Marshal(f); bytes.Contains(text, []byte("li-wei")) && f.Account == "acme" {
					t.Errorf("told of an erased person: %s", text)
				}
			}
		})
	}
}

// An account that is ahead of the log has erased already.
func TestEraseIsNotRepeated(t *testing.T) {
	e := erasing(t, nil)
	e.index.of("acme").Next = e.Next() + 1
	e.Apply(eraseRecord(e, signals.Control{Contact: "li-wei"}))
	if told := ofKind(findingsOf(t, e), finding.Erased); len(told) != 1 || told[0].Account != "shop" {
		t.Errorf("%+v", told)
	}
}

// With a key nothing that is kept or told holds an id, and the key persons are
// still known; erasing takes either name.
func TestPseudonymsInTheState(t *testing.T) {
	names := signals.NewPseudonyms([]byte("a key of at least thirty-two bytes"))
	for _, contact := range []string{"li-wei", names.Of("li-wei")} {
		e := erasing(t, names)
		for _, account := range []string{"acme", "shop"} {
			for _, id := range []string{"li-wei", "chen-hao"} {
				if s := stateOf(e, account); bytes.Contains(s, []byte(id)) || !bytes.Contains(s, []byte(names.Of(id))) {
					t.Fatalf("the state of %s: %q", account, s)
				}
			}
		}
		if a := e.index.of("acme"); a.Find(series.Key{Contact: 1}) == nil || a.Find(series.Key{Contact: 2}) == nil {
			t.Error("key persons have no series")
		}
		e.Apply(eraseRecord(e, signals.Control{Contact: contact}))
		if bytes.Contains(stateOf(e, "acme"), []byte(names.Of("li-wei"))) {
			t.Errorf("%s is still known", contact)
		}
		if told := ofKind(findingsOf(t, e), finding.Erased); len(told) != 2 || told[0].Contact != names.Of("li-wei") {
			t.Errorf("%+v", told)
		}
	}
}

// Pseudonyms cost no allocation per event once they are known.
func TestPseudonymsAllocateNothing(t *testing.T) {
	e := erasing(t, signals.NewPseudonyms([]byte("a key of at least thirty-two bytes")))
	var l written
	l.event(at(40, 9), "acme", "call", "contact", "li-wei")
	l.event(at(40, 9), "acme", "call", "contact", "chen-hao")
	i := 0
	if n := testing.AllocsPerRun(200, func() {
		r := &l.records[i%2]
		i++
		r.Offset = e.Next()
		if reject := e.Apply(r); reject != nil {
			t.Fatal(reject)
		}
	}); n != 0 {
		t.Errorf("%g allocations an event", n)
	}
}
