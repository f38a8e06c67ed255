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
	gbk := "id,name\nacme,Acme\nhengda,\xba\xe3\xb4\xef\xb8\xd6\xcc\xfa\n"
	for name, c := range map[string]struct{ text, want string }{
		"empty file":     {"", `a.csv:1: the file is empty; the first line names the columns: ` + strings.Join(Fields, ",")},
		"no id":          {"name,owner\nAcme,li\n", `a.csv:1: there is no column "id"`},
		"unknown column": {"id,garde\nacme,key\n", `a.csv:1: unknown column "garde" (did you mean "grade"?); the columns are ` + strings.Join(Fields, ", ")},
		"column twice":   {"id,name,ID\na,b,c\n", `a.csv:1: column "id" is given twice`},
		"semicolons":     {"id;name\na;b\n", `a.csv:1: the columns are not separated by commas: save the file with commas between them`},
		"duplicate":      {"id\nacme\n\nhengda\nacme\n", `a.csv:5: account "acme" is already on line 2`},
		"empty id":       {"id,name\n ,Acme\n", `a.csv:2: id is empty`},
		"long id":        {"id\n" + strings.Repeat("x", 257) + "\n", `a.csv:2: id is longer than 256 bytes`},
		"bad grade":      {"id,grade\nacme,keys\n", `a.csv:2: grade "keys" is none of key, potential, ordinary, marginal, problem (did you mean "key"?)`},
		"control in id":  {"id\nac\x07me\n", `a.csv:2: id "ac\ame" holds a control character`},
		"other spelling": {"id\nacme\nac\u200bme\u00a0\n", `a.csv:3: account "acme" is already on line 2`},
		"control in name": {"id,name,owner\nacme,\"A\nB\",\x00\n",
			"a.csv:2: name holds a control character\na.csv:2: owner holds a control character"},
		"field count":     {"id,name\nacme\nhengda,H,x\n", "a.csv:2: 1 fields where the first line names 2 columns\na.csv:3: 3 fields where the first line names 2 columns"},
		"bare quote":      {"id,name\nacme,A\"B\nacme,x\nacme,y\n", "a.csv:2: bare \" in non-quoted-field\na.csv:4: account \"acme\" is already on line 3"},
		"open quote":      {"id,name\nacme,\"A\n", "a.csv:2: extraneous or missing \" in quoted-field"},
		"contact no id":   {"id,contacts\nacme,=Li Wei\n", `a.csv:2: contact's id is empty`},
		"contact twice":   {"id,contacts\nacme,li=Li;li=Li Wei\n", `a.csv:2: contact "li" is given twice`},
		"full width":      {"id,contacts\nacme,li＝李；zhang＝张\n", `a.csv:2: contacts "li＝李；zhang＝张": write the half-width signs ; and = between them`},
		"contact control": {"id,contacts\nacme,li=L\x01\n", `a.csv:2: name of contact "li" holds a control character`},
		"GBK": {gbk, `a.csv:3: the file is GB18030 (GBK), not UTF-8: in Excel save it as "CSV UTF-8 (Comma delimited)", or run: ` +
			`iconv -f GB18030 -t UTF-8 a.csv > utf8.csv`},
		"Latin 1": {"id,name\nacme,Caf\xe9 M\xfcller\n", `a.csv:2: the file is not UTF-8: in Excel save it as "CSV UTF-8 (Comma delimited)"`},
		"UTF-16": {"\xff\xfei\x00d\x00", `a.csv:1: the file is UTF-16, not UTF-8: in Excel save it as "CSV UTF-8 (Comma delimited)", or run: ` +
			`iconv -f UTF-16 -t UTF-8 a.csv > utf8.csv`},
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
