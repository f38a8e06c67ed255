package shown

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const marks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Acme": "Acme", "客户 é ‑ “x”": "客户 é ‑ “x”", "a" + marks + "b": "ab", marks: "", "\u200d\u200c": "\u200d\u200c", // joiners shape letters
		"\xe2\x80": "\xe2\x80", "\xe2\x80\u202e\xae": "\ufffd\ufffd\ufffd", "\xff\u202e": "\ufffd",
	} {
		if got := Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

// However a text is cut into calls, a writer writes what Text says of the whole.
func TestWriter(t *testing.T) {
	text := "客户" + marks + " é‑" + "\u202eend\xe2\x80"
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		w := Writer(&out)
		for at := 0; at < len(text); at += size {
			if n, err := w.Write([]byte(text[at:min(at+size, len(text))])); err != nil || n != min(size, len(text)-at) {
				t.Fatal(n, err)
			}
		}
		if err := w.Close(); err != nil || out.String() != "客户 é‑end\xe2\x80" {
			t.Errorf("in pieces of %d: %q", size, out.String())
		}
	}
}

func TestJSONKeepsEveryCharacter(t *testing.T) {
	text, err := json.Marshal(map[string]string{"na" + marks + "me": "客户" + marks})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := JSONWriter(&out)
	for _, b := range text {
		_, _ = w.Write([]byte{b})
	}
	_ = w.Close()
	for _, escaped := range []string{string(JSON(text)), out.String()} {
		got := map[string]string{}
		if err := json.Unmarshal([]byte(escaped), &got); err != nil || got["na"+marks+"me"] != "客户"+marks || strings.ContainsAny(escaped, marks) {
			t.Errorf("%s: %q, %v", escaped, got, err)
		}
	}
}

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Acme": "Acme", "=1+1": "'=1+1", "+49 89": "'+49 89", "-": "'-", "@sum": "'@sum", "\tx": "'\tx", "\r=x": "'\r=x",
		"-5": "-5", "+3.5": "+3.5", "-1e-9": "-1e-9", "-.5": "-.5", "-5.": "-5.", "-1+2": "'-1+2", "--5": "'--5", "-5 ": "'-5 ", "+Inf": "'+Inf",
		"'": "'", "'quoted'": "'quoted'", "'=1": "''=1", "''-x": "'''-x", "'-5": "'-5", "a=1": "a=1",
		"\u202e=1+1": "'=1+1", "a\u202eb": "ab", "\n=1": "\n=1", "＝1": "＝1",
	} {
		got := Cell(text)
		if got != want {
			t.Errorf("Cell(%q) = %q, want %q", text, got, want)
		}
		if Value(got) != Text(text) {
			t.Errorf("Value(%q) = %q, want %q", got, Value(got), Text(text))
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "-5", "''@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cell := Cell(s)
		if runs(cell) || Value(cell) != Text(s) {
			t.Errorf("%q becomes %q and comes back as %q", s, cell, Value(cell))
		}
	})
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	w := NewCSV(&out)
	row := []string{"=cmd|' /C calc'!A0", "-5", `a"b`}
	if err := w.Write(row); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteAll([][]string{{"@x"}}); err != nil || row[0] != "=cmd|' /C calc'!A0" {
		t.Errorf("%v, and the caller's row is %q", err, row)
	}
	in := csv.NewReader(&out)
	in.FieldsPerRecord = -1
	got, err := in.ReadAll()
	if err != nil || got[0][0] != "'=cmd|' /C calc'!A0" || got[0][1] != "-5" || got[0][2] != `a"b` || got[1][0] != "'@x" {
		t.Errorf("%q, %v", got, err)
	}
}

// All CSV is written here, and commands print through package console. What writes
// elsewhere has a reason.
func TestBordersAreNotPassedBy(t *testing.T) {
	reasons := map[string]string{
		"internal/shown/csv.go":   "the border itself",
		"cmd/firstsign/map.go":    "makes records again of the rows of a file; nobody sees them",
		"cmd/firstsign/console":   "the border itself",
		"cmd/firstsign/benchmark": "prints figures of this machine",
		"cmd/firstsign/bench.go":  "the same, a line at a time for programs",
		"signals/text/train":      "makes the model's file, for developers",
	}
	err := filepath.WalkDir("../..", func(file string, entry fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(file, "../../"))
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		for place := range reasons {
			if strings.HasPrefix(name, place) {
				return nil
			}
		}
		text, err := os.ReadFile(file)
		for _, border := range []string{"csv.NewWriter(", "os.Stdout", "os.Stderr", "fmt.Print"} {
			if bytes.Contains(text, []byte(border)) {
				t.Errorf("%s: %s passes by the border of shown texts: use internal/shown, or package console of the commands", name, border)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
