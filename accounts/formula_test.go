package accounts

import (
	"bytes"
	"strings"
	"testing"
)

// A spreadsheet runs nothing of a written file, and the file reads back as it was.
func TestWrittenNamesAreNoFormulas(t *testing.T) {
	list := []Account{
		{ID: "=1+1", Name: `=HYPERLINK("http://evil")`, Owner: "@anna", Grade: Key, Margin: -5, Contacts: []Contact{{ID: "+49 89", Name: "Li\u202e Wei", Key: true}}},
		{ID: "'=odd", Name: "'quoted'", Owner: "\u200ebert"},
	}
	var out bytes.Buffer
	if err := WriteCSV(&out, list); err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"'=1+1,", `"'=HYPERLINK(""http://evil"")"`, "'@anna", "'+49 89=Li Wei", "''=odd", ",'quoted',", ",bert", "-5"} {
		if !strings.Contains(out.String(), cell) {
			t.Errorf("no %s in\n%s", cell, out.String())
		}
	}
	written := out.String()
	d, err := ReadCSV(strings.NewReader(written), "accounts.csv")
	if err != nil {
		t.Fatalf("%v\n%s", err, written)
	}
	if a := d.Get("=1+1"); a == nil || a.Name != list[0].Name || a.Owner != "@anna" || a.Contacts[0].ID != "+49 89" || a.Margin != -5 {
		t.Errorf("read back: %+v", a)
	}
	if a := d.Get("'=odd"); a == nil || a.Name != "'quoted'" || a.Owner != "bert" {
		t.Errorf("read back: %+v", a)
	}
	out.Reset()
	if err := Regrade(&out, []byte("id,name,grade\n=1+1,-x,A\n'=1+1,'-x,A\n"), d); err != nil || out.String() != "id,name,grade\n'=1+1,'-x,A\n'=1+1,'-x,A\n" {
		t.Errorf("graded: %q, %v", out.String(), err)
	}
}
