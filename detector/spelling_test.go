package detector

import (
	"fmt"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/signals"
)

// Spellings that look the same are one account, whichever of them the record's key
// is; what says that there is no account is none, unless it is listed.
func TestSpellingsOfOneAccount(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	var l written
	l.tick(at(0, 0))
	for i, id := range []string{"Café", "Cafe\u0301", " Café", "Café\u00a0", "Caf\u200bé", "\ufeffCafé", "Café\u3000"} {
		l.event(at(0, float64(8+i)), id, "call")
	}
	for i := range l.records {
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatalf("%s: %v", l.records[i].Value, reject)
		}
	}
	if n := callsOn(e, "Café", 0); n != 7 || len(e.accounts) != 1 {
		t.Errorf("%d calls of %d accounts, want 7 of one", n, len(e.accounts))
	}
}

// A key that is another spelling may have taken the record to another partition.
func TestSpellingOnTheWrongPartition(t *testing.T) {
	clean, raw := "", ""
	for i := 0; raw == ""; i++ {
		id := fmt.Sprintf("acct-%d", i)
		if key := id + "\u00a0"; signals.PartitionOf([]byte(id), 2) == 1 && signals.PartitionOf([]byte(key), 2) == 0 {
			clean, raw = id, key
		}
	}
	var l written
	l.event(at(0, 9), raw, "call", "source", "crm")
	reject := NewEngine(0, 2, testRules()).Apply(&l.records[0])
	if reject == nil || reject.Reason != signals.WrongPartition || !strings.Contains(reject.Detail, clean+`" belongs on partition 1`) || !strings.Contains(reject.Detail, "firstsign replay") {
		t.Errorf("got %v", reject)
	}
}

func TestNoAccount(t *testing.T) {
	listed := testRules()
	listed.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "NA"}, {ID: "acme"}, {ID: "Café Paris"}, {ID: "17850"}, {ID: "0086-13900000001"}})
	for _, c := range []struct {
		id     string
		rules  *Rules
		want   signals.Reason
		advice string
	}{
		{"acme", testRules(), "", ""},
		{"NA", testRules(), signals.NoAccount, "list it"},
		{"null", testRules(), signals.NoAccount, "list it"},
		{" - ", testRules(), signals.NoAccount, "list it"},
		{"无", testRules(), signals.NoAccount, "list it"},
		{"\u00a0", testRules(), signals.MissingField, "account"},
		{"NA", listed, "", ""}, // Namibia
		{"N/A", listed, signals.NoAccount, "list it"},
		{"ACME", listed, signals.UnknownAccount, `did you mean "acme"?`},
		{"CRM-acme", listed, signals.UnknownAccount, `did you mean "acme"?`},
		{"acme-EU", listed, signals.UnknownAccount, `did you mean "acme"?`},
		{"cafe-paris", listed, signals.UnknownAccount, `did you mean "Café Paris"?`},
		{"ＡＣＭＥ", listed, signals.UnknownAccount, `did you mean "acme"?`},
		{"17850.0", listed, signals.UnknownAccount, `did you mean "17850"?`},
		{"0000017850", listed, signals.UnknownAccount, `did you mean "17850"?`},
		{"+86 139 0000 0001", listed, signals.UnknownAccount, `did you mean "0086-13900000001"?`},
		{"13900000001", listed, signals.UnknownAccount, `did you mean "0086-13900000001"?`},
		{"acmme", listed, signals.UnknownAccount, `did you mean "acme"?`},
		{"somebody else", listed, signals.UnknownAccount, ""},
	} {
		var l written
		l.event(at(0, 9), c.id, "call")
		got, detail := signals.Reason(""), ""
		if reject := NewEngine(0, 1, c.rules).Apply(&l.records[0]); reject != nil {
			got, detail = reject.Reason, reject.Detail
		}
		if got != c.want || !strings.Contains(detail, c.advice) || c.advice == "" && strings.Contains(detail, "mean") {
			t.Errorf("%q: %s %s, want %s %s", c.id, got, detail, c.want, c.advice)
		}
	}
}

// What comes under a former id is the account's: in the same state, and as a known
// account of the directory. Where the account belongs elsewhere, that is told.
func TestFormerIDs(t *testing.T) {
	builder := new(accounts.Builder)
	builder.ReadAliases([]byte("old,new\nK-17,acme\n0017,acme\n"), "aliases.csv")
	rules := testRules()
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme"}, {ID: "bell"}})
	rules.Aliases = builder.Aliases()
	e := NewEngine(0, 1, rules)
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 8), "K-17", "call", "id", "1")
	l.event(at(0, 9), "acme", "call", "id", "1") // sent again under the new id
	l.event(at(0, 10), "0017", "call")
	l.event(at(0, 11), "bell", "call")
	for i := range l.records {
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatal(reject)
		}
	}
	if n := callsOn(e, "acme", 0); n != 2 || len(e.accounts) != 2 {
		t.Errorf("%d calls of acme among %d accounts, want 2 among 2", n, len(e.accounts))
	}
	elsewhere := 1 - signals.PartitionOf([]byte("acme"), 2)
	l.records = nil
	l.event(at(0, 9), "K-17", "call")
	if reject := NewEngine(elsewhere, 2, rules).Apply(&l.records[0]); reject == nil || reject.Reason != signals.WrongPartition || !strings.Contains(reject.Detail, `"acme" belongs`) {
		t.Errorf("got %v", reject)
	}
}

// An account that became a former id falls silent, and nobody is told.
func TestFormerIDRaisesNothing(t *testing.T) {
	builder := new(accounts.Builder)
	builder.ReadAliases([]byte("old,new\nold,new\n"), "aliases.csv")
	raised := func(former *accounts.Aliases) (n int) {
		rules := testRules()
		e := NewEngine(0, 1, rules)
		var l written
		l.tick(at(0, 0))
		for d := range 200 {
			id := "old"
			if d >= 120 {
				id = "new"
			}
			l.event(at(d, 9), id, "call")
			l.event(at(d, 9), "other", "call")
			l.tick(at(d+1, 3))
		}
		for i := range l.records {
			if i == 2*len(l.records)/3 {
				changed := *rules
				changed.Aliases = former
				e.SetRules(&changed)
			}
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
		for _, f := range findingsOf(t, e) {
			if f.Account == "old" && f.Kind.Raises() && f.Since >= dayN(135) {
				n++
			}
		}
		return n
	}
	if raised(builder.Aliases()) != 0 {
		t.Error("a former id is told of")
	}
}
