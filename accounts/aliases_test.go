package accounts

import (
	"strings"
	"testing"
)

// aliasesOf reads accounts.csv and aliases.csv; faults are those of both.
func aliasesOf(sheet, former string) (*Aliases, string) {
	r := new(Builder)
	if sheet != "" {
		r.ReadAccounts([]byte(sheet), "accounts.csv")
	}
	if former != "" {
		r.ReadAliases([]byte(former), "aliases.csv")
	}
	d, err := r.Directory()
	if err != nil {
		return nil, err.Error()
	}
	return AliasesOf(d, r.Aliases()), ""
}

func TestAliases(t *testing.T) {
	for _, c := range []struct{ name, accounts, former string }{
		{"a file", "id\nnew\n", "old,new\nold-1,new\nold-2,new\n"},
		{"a file without accounts", "", "old,new\nold-1,new\nold-2,new\n"},
		{"why and since when", "id\nnew\n", "old,new,kind,from\nold-1,new,merged,2026-03-02\nold-2,new,split,\n"},
		{"Chinese", "编号\nnew\n", "旧编号,新编号,类型,生效日期\nold-1,new,更名,2026年3月2日\nold-2,new,合并,2026/3/2\n"},
		{"a column", "id,aliases\nnew,old-1;old-2\n", ""},
		{"a column by another name", "id,former_ids\nnew, old-1 ; old-2;\n", ""},
		{"both", "id,aliases\nnew,old-1\n", "old,new\nold-2,new\nold-1,new\n"},
		{"other spellings", "id\n\u00a0new\n", "old,new\nold-1\u00a0,\u3000new\nol\u200bd-2,new\n"},
	} {
		a, faults := aliasesOf(c.accounts, c.former)
		if faults != "" {
			t.Errorf("%s: %s", c.name, faults)
			continue
		}
		for _, old := range []string{"old-1", "old-2"} {
			if now := a.Current(old); now != "new" || !a.Has(old) {
				t.Errorf("%s: %s is %q", c.name, old, now)
			}
		}
		if a.Of([]byte("new")) != nil || a.Current("other") != "other" || a.Len() != 2 {
			t.Errorf("%s: more than two former ids", c.name)
		}
	}
	var none *Aliases
	if none.Of([]byte("a")) != nil || none.Has("a") || none.Len() != 0 || none.Hash() != "" || none.Current("a") != "a" {
		t.Error("nil knows some")
	}
}

func TestAliasFaults(t *testing.T) {
	for _, c := range []struct{ name, accounts, former, want string }{
		{"unknown target", "id\nacme\n", "old,new\nold-1,acmee\n", `aliases.csv:2: account "acmee" is not in accounts.csv (did you mean "acme"?)`},
		{"is an account", "id\nacme\nbell\n", "old,new\nbell,acme\n", `aliases.csv:2: "bell" is an account of line 3`},
		{"of itself", "id\nacme\n", "old,new\nacme,acme\n", `aliases.csv:2: "acme" is the former id of itself`},
		{"chain", "id\nc\n", "old,new\na,c\nb,a\n", `aliases.csv:3: "b" became "a", which is a former id itself: give "c" as the new one`},
		{"cycle", "", "old,new\na,b\nb,a\n", `aliases.csv:2: "a" and "b" are former ids of each other`},
		{"two heirs", "id\na\nb\n", "old,new\nc,a\nc,b\n", `aliases.csv:3: "c" is a former id of "a" already, by line 2 of aliases.csv`},
		{"two heirs in two files", "id,aliases\na,c\nb,\n", "old,new\nc,b\n", `aliases.csv:2: "c" is a former id of "a" already, by line 2 of accounts.csv`},
		{"two accounts of one former id", "id,aliases\na,c\nb,c\n", "", `accounts.csv:3: "c" is a former id of "a" already`},
		{"empty", "id\na\n", "old,new\n,a\n", `aliases.csv:2: old is empty`},
		{"bad kind", "id\na\n", "old,new,kind\nb,a,gone\n", `aliases.csv:2: kind "gone" is none of`},
		{"bad day", "id\na\n", "old,new,from\nb,a,soon\n", `aliases.csv:2: from "soon" is no date`},
		{"control character", "id,aliases\na,\"b\nc\"\n", "", `accounts.csv:2: aliases "b\nc" holds a control character`},
	} {
		if _, faults := aliasesOf(c.accounts, c.former); !strings.Contains(faults, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, faults, c.want)
		}
	}
}

// The rules' hash changes with the former ids, and not with their order.
func TestAliasesHash(t *testing.T) {
	hash := func(former string) string {
		a, faults := aliasesOf("", "old,new\n"+former)
		if faults != "" {
			t.Fatal(faults)
		}
		return a.Hash()
	}
	if hash("a,c\nb,c\n") != hash("b,c\na,c\n") || hash("a,c\n") == hash("b,c\n") || hash("a,c\n") == hash("a,d\n") {
		t.Error("the hash does not name the former ids")
	}
}

func TestAliasesAllocateNothing(t *testing.T) {
	a, _ := aliasesOf("", "old,new\nold-1,new\n")
	for _, id := range [][]byte{[]byte("old-1"), []byte("other")} {
		if n := testing.AllocsPerRun(100, func() { a.Of(id) }); n != 0 {
			t.Errorf("%s: %g allocations", id, n)
		}
	}
}
