package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// read gives a file as text: its header, its rows and what is wrong with them.
func read(t *testing.T, file string, o Options, dated ...int) ([]string, *Shape) {
	t.Helper()
	r, err := Open(strings.NewReader(file), o)
	if err != nil {
		return []string{"refused: " + err.Error()}, &Shape{}
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	r.Dated(dated...)
	var got []string
	if r.Header() != nil {
		got = append(got, "= "+strings.Join(r.Header(), "|"))
	}
	for {
		row, err := r.Next()
		bad, isRow := errors.AsType[*RowError](err)
		switch {
		case err == io.EOF:
			return got, r.Shape()
		case isRow:
			got = append(got, fmt.Sprintf("%d! %s", bad.Line, bad.Text))
		case err != nil:
			return append(got, "ended: "+err.Error()), r.Shape()
		default:
			got = append(got, fmt.Sprintf("%d %s", row.Line, strings.Join(row.Cells, "|")))
		}
	}
}

// with tells a header by names.
func with(names ...string) func(cells []string) bool {
	return func(cells []string) bool {
		for _, name := range names {
			if !slices.ContainsFunc(cells, func(c string) bool { return Name(c) == name }) {
				return false
			}
		}
		return true
	}
}

func TestRows(t *testing.T) {
	const header = "date,account,kind,note\n"
	const want = "= date|account|kind|note"
	days := func(from, n int) (text string, rows []string) {
		for i := range n {
			text += fmt.Sprintf("2026-03-%02d,acme,call,fine\n", i%28+1)
			rows = append(rows, fmt.Sprintf("%d 2026-03-%02d|acme|call|fine", from+i, i%28+1))
		}
		return text, rows
	}
	many, manyRows := days(3, 2500)
	tests := []struct {
		name, text string
		o          Options
		want       []string
	}{
		{"plain", "a,b\n1,2\n3,4", Options{}, []string{"= a|b", "2 1|2", "3 3|4"}},
		{"CR LF and blank lines", "a,b\r\n\r\n1,2\r\n,\r\n3,4\r\n", Options{}, []string{"= a|b", "3 1|2", "5 3|4"}},
		{"CR", "a,b\r1,2\r\"3\",4\r", Options{}, []string{"= a|b", "2 1|2", "3 3|4"}},
		{"quoted", "a,b\n\"x, \"\"y\"\"\",\"\"\n", Options{}, []string{"= a|b", `2 x, "y"|`}},
		{"spaces around marks", "a,b,c\n \"x,y\" , \"z\"\t,w\n", Options{}, []string{"= a|b|c", "2 x,y|z|w"}},
		{"line ends in a cell", "a,b\n1,\"x\ny\r\nz\"\n3,4\n", Options{}, []string{"= a|b", "2 1|x\ny\r\nz", "5 3|4"}},
		{"a mark in a cell without marks", header + "2026-03-02,acme,call,24\" monitor\n2026-03-03,acme,call,5' 2\"\n", Options{}, []string{
			want, `2 2026-03-02|acme|call|24" monitor`, `3 2026-03-03|acme|call|5' 2"`}},
		{"marks after backslashes", header + "2026-03-02,acme,call,\"he said \\\"maybe\\\", later\"\n2026-03-03,acme,call,\"ends with \\\"\"\n2026-03-04,acme,call,\"a \\\\ b \\\"c\\\"\nd\"\n2026-03-05,acme,call,x\n", Options{}, []string{
			want, `2 2026-03-02|acme|call|he said "maybe", later`, `3 2026-03-03|acme|call|ends with "`, "4 2026-03-04|acme|call|a \\ b \"c\"\nd", `6 2026-03-05|acme|call|x`}},
		{"a backslash at the end is one", "a,b,c\n\"C:\\dir\\\",x,\"y\"\n\"x\ny\\\",2,3\n", Options{}, []string{"= a|b|c", `2 C:\dir\|x|y`, "3 x\ny\\|2|3"}},
		{"marks that are not doubled", "a,b\n\"he said \"yes\" to it\",x\n", Options{}, []string{"= a|b", `2 he said "yes" to it|x`}},
		{"never closed", header + "2026-03-01,acme,call,\"he said\n" + many, Options{}, append([]string{
			want, `2! the quotation mark before "he said" (line 2, cell 4) is not closed before other rows begin; only the first line is left out: close the mark, or double it`}, manyRows...)},
		{"closed by the mark of another row", header + "2026-03-01,acme,call,\"he said\n2026-03-02,acme,call,ok\n2026-03-03,acme,call,24\"\n2026-03-04,acme,call,ok\n", Options{}, []string{
			want, `2! the quotation mark before "he said"`, `3 2026-03-02|acme|call|ok`, `4 2026-03-03|acme|call|24"`, `5 2026-03-04|acme|call|ok`}},
		{"closed by the first mark of another cell", header + "2026-03-01,acme,call,\"he said\n2026-03-02,acme,call,ok\n2026-03-03,acme,call,\"yes, he\"\n", Options{}, []string{
			want, `2! the quotation mark before "he said"`, `3 2026-03-02|acme|call|ok`, `4 2026-03-03|acme|call|yes, he`}},
		{"never closed, at the end", "a,b\n1,\"x\n", Options{}, []string{"= a|b", `2! the quotation mark before "x" (line 2, cell 2)`}},
		{"in a file where all is quoted", "\"d\",\"a\",\"n\"\n\"2026-03-01\",\"x\",\"open\n\"2026-03-02\",\"y\",\"z\"\n", Options{}, []string{
			"= d|a|n", `2! the quotation mark before "open"`, "3 2026-03-02|y|z"}},
		{"opened in the second line of a row", "a,b,c\nx,\"1\n2\",\"open\nx,y,z\n", Options{}, []string{
			"= a|b|c", `2! the quotation mark before "open" (line 3, cell 3)`, `3! the quotation mark before "open" (line 3, cell 2)`, "4 x|y|z"}},
		{"too few and too many", "a,b\n1\n1,2,3\n1,2,,\n1,2\n", Options{}, []string{
			"= a|b", "2! the row has 1 cell, 2 are needed as in the header (line 1)", "3! the row has 3 cells, 2 are needed as in the header (line 1): is a delimiter", "4 1|2||", "5 1|2"}},
		{"columns without a name at the end may be missing", "a,b,,\n1,2\n1,2,,\n1,2,,3\n", Options{}, []string{"= a|b", "2 1|2", "3 1|2||", "4! the row has 4 cells, 2 are needed"}},
		{"not UTF-8, in a file that is", "a,b\nMüller,1\nM\xfcller,2\nMüller,3\n", Options{}, []string{"= a|b", "2 Müller|1", "3! the row is not UTF-8", "4 Müller|3"}},
		{"too long", "a,b\n1,2\n1," + strings.Repeat("x", MaxRow) + "\n\"1\",\"" + strings.Repeat(strings.Repeat("x", 5000)+"\n", MaxRow/5000+1) + "\"\n", Options{}, nil},
		{"empty", "", Options{}, []string{"refused: the file is empty"}},
		{"blank", "\n\r\n  \n", Options{}, []string{"refused: the file is empty"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := read(t, tt.text, tt.o)
			if tt.want == nil { // too long to be written here
				if len(got) < 3 || got[1] != "2 1|2" || got[2] != "3! the row is longer than 1048576 bytes" || !strings.HasPrefix(got[3], "4! the quotation mark") {
					t.Errorf("got %.80q", got)
				}
				return
			}
			same(t, got, tt.want)
		})
	}
}

// same compares lines; what is said of a row may be given by its beginning.
func same(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d lines, want %d\n%.2000s", len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for i := range want {
		if told := strings.Contains(want[i], "! ") || strings.HasPrefix(want[i], "refused") || strings.HasPrefix(want[i], "ended"); got[i] != want[i] && (!told || !strings.HasPrefix(got[i], want[i])) {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name, text string
		o          Options
		dated      []int
		want       []string
		shape      string
	}{
		{"semicolons and decimal commas", "Datum;Kunde;Betrag\n2.3.2026;Müller, Söhne;1,5\n3.3.2026;B;2,25\n", Options{}, nil,
			[]string{"= Datum|Kunde|Betrag", "2 2.3.2026|Müller, Söhne|1,5", "3 3.3.2026|B|2,25"}, "CSV, UTF-8, delimiter ;"},
		{"tab", "a\tb\n1,5\t2\n", Options{}, nil, []string{"= a|b", "2 1,5|2"}, "CSV, UTF-8, delimiter tab"},
		{"bar", "a|b\n1|2\n", Options{}, nil, []string{"= a|b", "2 1|2"}, "CSV, UTF-8, delimiter |"},
		{"Chinese commas", "日期，客户\n2026-03-02，恒达\n", Options{}, nil, []string{"= 日期|客户", "2 2026-03-02|恒达"}, "CSV, UTF-8, delimiter ，"},
		{"Chinese semicolons", "日期；客户\n2026-03-02；恒达\n", Options{}, nil, []string{"= 日期|客户", "2 2026-03-02|恒达"}, "CSV, UTF-8, delimiter ；"},
		{"one column", "id\nacme\nb b\n", Options{}, nil, []string{"= id", "2 acme", "3 b b"}, "CSV, UTF-8, delimiter ,"},
		{"a comma in the first line is not the delimiter", "Report, March\nd;a;v\n1;b;2\n2;b;3\n", Options{}, nil,
			[]string{"= d|a|v", "3 1|b|2", "4 2|b|3"}, "CSV, UTF-8, delimiter ;, header on line 2, title lines passed over: 1"},
		{"names decide", "x;y,z\n1;2,3\n", Options{IsHeader: with("x;y", "z")}, nil, []string{"= x;y|z", "2 1;2|3"}, "CSV, UTF-8, delimiter ,"},
		{"told", "a;b,c\n1;2,3\n", Options{Delimiter: ';'}, nil, []string{"= a|b,c", "2 1|2,3"}, "CSV, UTF-8, delimiter ;"},
		{"sep=", "sep=;\r\na;b,c\r\n1;2,3\r\n", Options{}, nil, []string{"= a|b,c", "3 1|2,3"}, "CSV, UTF-8, delimiter ;, header on line 2"},
		{"sep= in quotes, in front of a mark of byte order, and told again", "\ufeff\"SEP=|\"\na|b\n1|2\n", Options{Delimiter: '|'}, nil, []string{"= a|b", "3 1|2"}, "CSV, UTF-8, delimiter |, header on line 2"},
		{"a title and totals", "Call report\n\"Period: 1 March, 2026\"\n\nDate,Customer,Type\n2026-03-02,acme,call\nTotal,,1\n", Options{IsHeader: with("Date", "Customer")}, []int{0},
			[]string{"= Date|Customer|Type", "5 2026-03-02|acme|call"}, "CSV, UTF-8, delimiter ,, header on line 4, title lines passed over: 2, totals left out: 1 (line 6)"},
		{"a title as wide as the table", "Call report,,\nMarch,,\nDate,Customer,Type\n2026-03-02,acme,call\n,合计：,1\n", Options{}, []int{0},
			[]string{"= Date|Customer|Type", "4 2026-03-02|acme|call"}, "CSV, UTF-8, delimiter ,, header on line 3, title lines passed over: 2, totals left out: 1 (line 5)"},
		{"an account may be called Total", "Date,Customer\n2026-03-02,Total\n2026-03-03,x\n", Options{}, []int{0}, []string{"= Date|Customer", "2 2026-03-02|Total", "3 2026-03-03|x"}, "CSV, UTF-8, delimiter ,"},
		{"and in the first column", "Customer,Date\nTotal,2026-03-02\n总计,\n", Options{}, []int{1}, []string{"= Customer|Date", "2 Total|2026-03-02"}, "CSV, UTF-8, delimiter ,, totals left out: 1 (line 3)"},
		{"names with spaces", " Call\u00a0 Time ,\u3000Customer , \"Ty\npe\"\n1,2,3\n", Options{IsHeader: with("Call Time")}, nil, []string{"= Call Time|Customer|Ty pe", "3 1|2|3"}, "CSV, UTF-8, delimiter ,"},
		{"header line told", "a,b\n1,2\nc,d\n3,4\n", Options{HeaderLine: 3}, nil, []string{"= c|d", "4 3|4"}, "CSV, UTF-8, delimiter ,, header on line 3, title lines passed over: 2"},
		{"header line that is none", "a,b\n", Options{HeaderLine: 3}, nil, []string{"refused: line 3, where the header should be, has no row"}, ""},
		{"no names", "1,2\n3,4,5\n6,7\n", Options{Headerless: true}, nil, []string{"1 1|2", "2! the row has 3 cells, 2 are needed as in the first row", "3 6|7"}, "CSV, UTF-8, delimiter ,"},
		{"a header of one row", "time,account\n", Options{}, nil, []string{"= time|account"}, "CSV, UTF-8, delimiter ,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, shape := read(t, tt.text, tt.o, tt.dated...)
			same(t, got, tt.want)
			if s := shape.String(); s != tt.shape {
				t.Errorf("shape %q, want %q", s, tt.shape)
			}
		})
	}
}
