package accounts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firstsign/internal/fault"
)

func TestReadCSV(t *testing.T) {
	const text = "\ufeffGrade, id ,contacts,name,owner\r\n" +
		"key,hengda,li-wei=Li Wei; zhang=张;cfo;,恒达钢铁,wang\r\n" +
		",,,,\r\n" +
		"\r\n" +
		",acme,,\"Acme, Inc.\",\r\n"
	d, err := ReadCSV(strings.NewReader(text), "accounts.csv")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for a := range d.All() {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%+v", a.ID, a.Name, a.Owner, a.Grade, a.Contacts))
	}
	want := []string{
		"acme|Acme, Inc.||ordinary|[]",
		"hengda|恒达钢铁|wang|key|[{ID:cfo Name:cfo Role: Power:0 Stance: Key:true} {ID:li-wei Name:Li Wei Role: Power:0 Stance: Key:true} {ID:zhang Name:张 Role: Power:0 Stance: Key:true}]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestReadCSVFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty file":     {"", `a.csv:1: the file is empty; the first line names the columns: ` + strings.Join(Fields, ",")},
		"no id":          {"name,owner\nAcme,li\n", `a.csv:1: there is no column "id"`},
		"unknown column": {"id,garde\nacme,key\n", `a.csv:1: unknown column "garde" (did you mean "grade"?); the columns are ` + strings.Join(Fields, ", ")},
		"column twice":   {"id,name,ID\na,b,c\n", `a.csv:1: column "id" is given twice`},
		"total":          {"id,name,sales\nacme,Acme,3\nTotal,,3\n", `a.csv:3: the row is a total of others and no account: take it out`},
		"duplicate":      {"id\nacme\n\nhengda\nacme\n", `a.csv:5: account "acme" is already on line 2`},
		"empty id":       {"id,name\n ,Acme\n", `a.csv:2: id is empty`},
		"long id":        {"id\n" + strings.Repeat("x", 257) + "\n", `a.csv:2: id is longer than 256 bytes`},
		"bad grade":      {"id,grade\nacme,keys\n", `a.csv:2: grade "keys" is none of key, potential, ordinary, marginal, problem (did you mean "key"?)`},
		"control in id":  {"id\nac\x07me\n", `a.csv:2: id "ac\ame" holds a control character`},
		"other spelling": {"id\nacme\nac\u200bme\u00a0\n", `a.csv:3: account "acme" is already on line 2`},
		"control in name": {"id,name,owner\nacme,\"A\nB\",\x00\n",
			"a.csv:2: name holds a control character\na.csv:2: owner holds a control character"},
		"field count": {"id,name\nacme\nhengda,H,x\n", "a.csv:2: the row has 1 cell, 2 are needed as in the header (line 1)\n" +
			"a.csv:3: the row has 3 cells, 2 are needed as in the header (line 1): is a delimiter in a cell that has no quotation marks?"},
		"open quote": {"id,name\nacme,\"A\nacme,y\nacme,z\n", "a.csv:2: the quotation mark before \"A\" (line 2, cell 2) is not closed before other rows begin; " +
			"only the first line is left out: close the mark, or double it\na.csv:4: account \"acme\" is already on line 3"},
		"contact no id":   {"id,contacts\nacme,=Li Wei\n", `a.csv:2: contact's id is empty`},
		"contact twice":   {"id,contacts\nacme,li=Li;li=Li Wei\n", `a.csv:2: contact "li" is given twice`},
		"full width":      {"id,contacts\nacme,li＝李；zhang＝张\n", `a.csv:2: contacts "li＝李；zhang＝张": write the half-width signs ; and = between them`},
		"contact control": {"id,contacts\nacme,li=L\x01\n", `a.csv:2: name of contact "li" holds a control character`},
		"UTF-8 and GBK":   {"id,name\nacme,恒达\nhengda,\xba\xe3\xb4\xef\n", "a.csv: line 2 is UTF-8, and lines before it are GB18030: the file mixes two encodings, so convert the parts before they are put together"},
		"old workbook":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", `a.csv: the file is an old Excel workbook (.xls), or one with a password: save it as .xlsx or as CSV UTF-8`},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ReadCSV(strings.NewReader(c.text), "a.csv")
			if d != nil || err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
			if _, ok := errors.AsType[fault.List](err); !ok {
				t.Errorf("the error is a %T, not Faults", err)
			}
		})
	}
}

// The shapes of files that package table reads, as accounts: 恒达钢铁 of each file
// is the same account.
func TestReadCSVShapes(t *testing.T) {
	for name, text := range map[string]string{
		"semicolons":            "id;name;sales\nhengda;恒达钢铁;3500\n",
		"tabs and totals above": "客户清单\n\nid\tname\nhengda\t恒达钢铁\n",
		"Chinese names, commas": "客户编号，客户名称\nhengda，恒达钢铁\n",
		"sep=":                  "sep=;\nid;name\nhengda;恒达钢铁\n",
		"GBK":                   "id,name\nacme,Acme\nhengda,\xba\xe3\xb4\xef\xb8\xd6\xcc\xfa\n",
		"Big5":                  "id,name\nhengda,\xab\xed\xb9F\xbf\xfb\xc5K\n",
		"UTF-16":                "\xff\xfei\x00d\x00,\x00n\x00a\x00m\x00e\x00\n\x00h\x00e\x00n\x00g\x00d\x00a\x00,\x00\x52\x60\xbe\x8f\xa2\x94\xc1\x94\n\x00",
		"marks":                 "id,name,contacts\nhengda,恒达钢铁,\"li=Li \\\"Bo\\\" Wei\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ReadCSV(strings.NewReader(text), "a.csv")
			if err != nil {
				t.Fatal(err)
			}
			if a := d.Get("hengda"); a == nil || a.Name != "恒达钢铁" && a.Name != "恆達鋼鐵" {
				t.Errorf("got %+v", a)
			}
		})
	}
	d, err := ReadCSV(strings.NewReader("id,name\nacme,Caf\xe9 M\xfcller 24\"\n"), "a.csv")
	if err != nil || d.Get("acme").Name != `Café Müller 24"` {
		t.Errorf("%v, %v", d.Get("acme"), err)
	}
}

func TestNilDirectory(t *testing.T) {
	var d *Directory
	if d.Get("acme") != nil || d.GetBytes([]byte("acme")) != nil || d.Len() != 0 || d.Hash() != "" {
		t.Error("a nil Directory knows somebody")
	}
	for range d.All() {
		t.Error("a nil Directory yields an account")
	}
	if NewDirectory(nil).Hash() == "" {
		t.Error("a Directory without accounts has the hash of no Directory")
	}
}

func TestGetBytesDoesNotAllocate(t *testing.T) {
	d, id := NewDirectory([]Account{{ID: "acme"}}), []byte("acme")
	if n := testing.AllocsPerRun(100, func() {
		if d.GetBytes(id) == nil {
			t.Fatal("acme is not there")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestHash(t *testing.T) {
	base := []Account{
		{ID: "acme", Name: "Acme", Owner: "li", Grade: Key, Contacts: []Contact{{ID: "wei", Name: "Wei", Key: true}, {ID: "zhang", Name: "Zhang", Key: true}}},
		{ID: "hengda"},
	}
	hash := NewDirectory(base).Hash()
	change := func(f func(list []Account) []Account) string {
		list := slices.Clone(base)
		for i := range list {
			list[i].Contacts = slices.Clone(list[i].Contacts)
		}
		return NewDirectory(f(list)).Hash()
	}
	for name, same := range map[string]func([]Account) []Account{
		"owner":           func(l []Account) []Account { l[0].Owner = "wang"; return l },
		"name":            func(l []Account) []Account { l[0].Name = "ACME"; return l },
		"contact's name":  func(l []Account) []Account { l[0].Contacts[0].Name = "韦"; return l },
		"order":           func(l []Account) []Account { slices.Reverse(l); return l },
		"contacts' order": func(l []Account) []Account { slices.Reverse(l[0].Contacts); return l },
		"default grade":   func(l []Account) []Account { l[1].Grade = Ordinary; return l },
	} {
		if change(same) != hash {
			t.Errorf("%s: the hash changed", name)
		}
	}
	for name, other := range map[string]func([]Account) []Account{
		"grade":        func(l []Account) []Account { l[0].Grade = Potential; return l },
		"id":           func(l []Account) []Account { l[1].ID = "hengda2"; return l },
		"one less":     func(l []Account) []Account { return l[:1] },
		"contact's id": func(l []Account) []Account { l[0].Contacts[0].ID = "wei2"; return l },
		"contact moved": func(l []Account) []Account {
			l[1].Contacts, l[0].Contacts = l[0].Contacts[1:], l[0].Contacts[:1]
			return l
		},
		"id with a space":  func(l []Account) []Account { l[0].Contacts = []Contact{{ID: `wei" "zhang`, Key: true}}; return l },
		"no contacts left": func(l []Account) []Account { l[0].Contacts = nil; return l },
	} {
		if change(other) == hash {
			t.Errorf("%s: the hash did not change", name)
		}
	}
}

func TestBrief(t *testing.T) {
	faults := fault.List{{File: "a.csv", Line: 1, Text: "x"}, {File: "a.csv", Line: 2, Text: "y"}, {File: "a.csv", Line: 3, Text: "z"}}
	if got := faults.Brief(3); got != faults.Error() {
		t.Errorf("got %q", got)
	}
	if got := faults.Brief(1); got != "a.csv:1: x\n... and 2 more" {
		t.Errorf("got %q", got)
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"lateness", "signals", "grades"}
	for word, want := range map[string]string{
		"latness": ` (did you mean "lateness"?)`, "LATENESS": ` (did you mean "lateness"?)`, "signlas": ` (did you mean "signals"?)`,
		"grade": ` (did you mean "grades"?)`, "holidays": "", "": "", "x": "", strings.Repeat("signals", 1000): "",
	} {
		if got := fault.DidYouMean(word, known); got != want {
			t.Errorf("%.20q: got %q, want %q", word, got, want)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"id,name\nacme,Acme\n", "\ufeffid,contacts\nacme,li=Li;zhang\n", "id;name\n", "id\n\"a", "id\n\xb0\xa1\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ReadCSV(strings.NewReader(text), "a.csv")
		if (d == nil) == (err == nil) {
			t.Fatalf("directory %v, error %v", d, err)
		}
		for a := range d.All() {
			if idFault(a.ID) != "" || !slices.Contains(Grades, a.Grade) || a.Name == "" {
				t.Fatalf("accepted %+v", a)
			}
		}
	})
}

// An id is read in the spelling in which the events' ids are: see package identity.
func TestIDsAreClean(t *testing.T) {
	const text = "id,contacts\n Cafe\u0301\u00a0,li\u00a0wei=Li\n\u3000华泰\u3000证券,\n\ufeffbel\u200bl,\n"
	d, err := ReadCSV(strings.NewReader(text), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"Café", "华泰 证券", "bell"} {
		if d.Get(id) == nil {
			t.Errorf("no account %q among %q", id, d.IDs())
		}
	}
	if p := d.Get("Café").KeyPerson(); p == nil || p.ID != "li wei" {
		t.Errorf("key person %+v", p)
	}
}
