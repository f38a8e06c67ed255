package number_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
)

func read(n *number.Reader, text string) string {
	v, err := n.Read(text)
	if err != nil {
		return "error: " + err.Error()
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func TestNumbersThatMeanOneThing(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "1574": "1574", "-3": "-3", "+3": "3", "12.5": "12.5", ".5": "0.5", "1574.380": "1574.38", "0.574": "0.574", "0,574": "0.574", "1574,380": "1574.38",
		"1,574.38": "1574.38", "1.574,38": "1574.38", "1,234,567": "1234567", "1.234.567": "1234567", "1,234,567.8": "1234567.8", "12,5": "12.5", "1,5": "1.5",
		"1 574,38": "1574.38", "1\u00a0574.38": "1574.38", "1\u202f574,380": "1574.38", "1'574.38": "1574.38", "1’574’000": "1574000", "1 574": "1574",
		"１，５７４．３８": "1574.38", "12,34,567.50": "1234567.5",
		"(1,574.38)": "-1574.38", "1.574,38-": "-1574.38", "−12.5": "-12.5", "1574 -": "-1574", "（12.5）": "-12.5",
		"$1,574.38": "1574.38", "1.574,38 €": "1574.38", "EUR 1.574,38": "1574.38", "1574.38USD": "1574.38", "-$12.50": "-12.5", "$-12.50": "-12.5", "($12.50)": "-12.5", "12,50 € -": "-12.5", "CHF 1'574.40": "1574.4",
		"¥1,574": "1574", "￥1,574.00元": "1574", "1,574元": "1574", "人民币120万元": "1200000", "120万": "1200000", "1.2亿": "120000000", "1,200万": "12000000", "0.57亿": "57000000", "５万": "50000",
		"120k": "120000", "1.2 million": "1200000", "1,2 Mio": "1200000", "1.2E+06": "1200000", "1e3": "1000", "HK$5": "5", "美元5": "5",
	} {
		if got := read(number.New(number.Undecided), text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestNumbersThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", "  ": "empty", "ten": "not a number", "NaN": "not a number", "Inf": "not a number", "-inf": "not a number", "0x10": "not a number", "1_000": "not a number", "1e999": "not a number", "#REF!": "not a number",
		"1,574": `"1,574" could be 1574 or 1.574; give --decimal point or --decimal comma`, "1.574": `could be 1574 or 1.574`, "-12,574": "could be -12574 or -12.574", "€1.574": "could be 1574 or 1.574",
		"5%": "percentage", "５％": "percentage", "1,2000": "", "12,34,56": "not a number", "1,57,4": "not a number", "1.2.3": "not a number", "1,234.567.890": "not a number", "1,234,5": "not a number", "0,574,123": "not a number", "1 57": "not a number",
		"1 574 3": "not a number", "1'574 000": "not a number", "--5": "not a number", "-(5)": "not a number", "(5": "not a number", "(-5)": "not a number", "5)": "not a number", "¥": "not a number", "万": "not a number", "$¥5": "not a number", "$5€": "not a number", "100-200": "not a number", "1.2M": "not a number", "1e3万": "not a number", "-5-": "not a number", ",": "not a number", "1,574 CR": "not a number",
	} {
		got := read(number.New(number.Undecided), text)
		if want == "" {
			want = "1.2" // 1,2000 is a decimal comma
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %s, want %q", text, got, want)
		}
	}
}

func TestMarkThatIsGiven(t *testing.T) {
	for _, tt := range []struct {
		mark       number.Mark
		text, want string
	}{
		{number.Comma, "1.234,5", "1234.5"}, {number.Comma, "1.574", "1574"}, {number.Comma, "1,574", "1.574"}, {number.Comma, "12", "12"},
		{number.Comma, "12.5", `"12.5" is not written with a decimal comma: it has a point that does not stand between thousands`},
		{number.Comma, "1,574.38", `it has a point that does not stand between thousands`},
		{number.Comma, "1,574,000", `it has a comma that does not stand between thousands`},
		{number.Comma, "0.574", "is not written with a decimal comma"},
		{number.Point, "1,574.38", "1574.38"}, {number.Point, "1,574", "1574"}, {number.Point, "1.574", "1.574"},
		{number.Point, "12,5", `"12,5" is not written with a decimal point: it has a comma that does not stand between thousands`},
		{number.Point, "1.574,38", "is not written with a decimal point"},
		{number.Point, "1.574.000", `it has a point that does not stand between thousands`},
	} {
		if got := read(number.New(tt.mark), tt.text); !strings.Contains(got, tt.want) || strings.HasPrefix(got, "error") != strings.Contains(tt.want, " ") {
			t.Errorf("%s with a decimal %s: got %s, want %s", tt.text, tt.mark, got, tt.want)
		}
	}
}

func numbersOf(cells ...string) number.Verdict {
	var c number.Column
	for _, cell := range cells {
		c.Add(cell)
	}
	return c.Verdict()
}

func TestMarkByTheWholeColumn(t *testing.T) {
	for _, tt := range []struct {
		cells []string
		mark  number.Mark
		text  string
		reads string // of the first cell
	}{
		{[]string{"1,574", "12.5", "", "ten"}, number.Point, `numbers are read with a decimal point: "12.5" and 0 more cells can be read in no other way`, "1574"},
		{[]string{"1,574", "1,574.38"}, number.Point, `numbers are read with a decimal point: "1,574.38" and 0 more cells can be read in no other way`, "1574"},
		{[]string{"1.574", "101,20", "99,1"}, number.Comma, `numbers are read with a decimal comma: "101,20" and 1 more cells can be read in no other way`, "1574"},
		{[]string{"1.574", "2.000.000"}, number.Comma, `numbers are read with a decimal comma: "2.000.000" and 0 more cells can be read in no other way`, "1574"},
		{[]string{"1.574", "1.5"}, number.Point, `numbers are read with a decimal point: "1.5" and 0 more cells can be read in no other way`, "1.574"},
		{[]string{"1,574", "2,000", "12"}, number.Undecided, `"1,574" could be 1574 or 1.574; no cell of the column decides; give --decimal point or --decimal comma`, "error"},
		{[]string{"1,574", "12.5", "12,5"}, number.Undecided, `"1,574" could be 1574 or 1.574; the column has both "12.5" and "12,5"; give --decimal point or --decimal comma`, "error"},
		{[]string{"12.5", "12,5"}, number.Undecided, `numbers are written in two ways, "12.5" and "12,5"; each can be read in one way only`, "12.5"},
		{[]string{"1574", "12"}, number.Undecided, "", "1574"},
	} {
		v := numbersOf(tt.cells...)
		if v.Mark != tt.mark || v.Text() != tt.text {
			t.Errorf("%q: %v, %s\nwant %v, %s", tt.cells, v.Mark, v.Text(), tt.mark, tt.text)
		}
		n := number.New(number.Undecided)
		n.Evidence = func() (number.Verdict, error) { return v, nil }
		if got := read(n, tt.cells[0]); !strings.HasPrefix(got, tt.reads) {
			t.Errorf("%q: the first is read as %s, want %s", tt.cells, got, tt.reads)
		}
	}
	v := numbersOf("-5", "(¥5)", "$5", "5", "")
	if got := fmt.Sprint(v.Cells, v.Empty, v.Negative, v.Currencies); got != "5 1 2 [¥ $]" {
		t.Error(got)
	}
}

func TestNumbersOfRecords(t *testing.T) {
	n := number.NewRecord()
	for _, tt := range []struct{ text, want string }{
		{"1.574", "1.574"}, {"1,574", "error"}, {"1,574.38", "1574.38"}, {"12,5", "12.5"},
		{"1.574", "error"}, // a decimal comma was seen
	} {
		if got := read(n, tt.text); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestNumbersOfOneCurrency(t *testing.T) {
	n := number.New(number.Undecided)
	for _, tt := range []struct{ text, want string }{{"5", "5"}, {"¥5", "5"}, {"RMB 6", "6"}, {"7", "7"}, {"$8", `error: "$8" is in $, and others are in ¥: numbers of one currency are wanted`}} {
		if got := read(n, tt.text); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
	if _, _, err := n.Amount("120万", "e4"); err == nil || !strings.Contains(err.Error(), "names one already") {
		t.Errorf("two units: %v", err)
	}
	if v, currency, err := n.Amount("€120", "e4"); v != 1.2e6 || currency != "€" || err != nil {
		t.Error(v, currency, err)
	}
}

// FuzzNumbers: what is read without a mark is the same with the mark that it
// tells, and never more than one mark reads it differently.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"1,574.38", "1.574,38-", "(¥1,200万)", "1'574.38", "1 574,38 €", "1.2e+06", "12,34,567", "0.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := number.New(number.Undecided).Read(text)
		verdict := numbersOf(text)
		_ = verdict.Text()
		if err != nil {
			if errors.Is(err, notation.ErrAmbiguous) != (verdict.Ambiguous == 1) {
				t.Fatalf("%q: %v, and its column says %+v", text, err, verdict)
			}
			return
		}
		for _, m := range []number.Mark{number.Point, number.Comma} {
			if w, err := number.New(m).Read(text); err == nil && w != v {
				t.Fatalf("%q is %v, and %v with a decimal %s", text, v, w, m)
			}
		}
	})
}

func BenchmarkNumbers(b *testing.B) {
	for _, text := range []string{"1", "1349.33", "1,349.33", "¥1,349.33"} {
		b.Run(text, func(b *testing.B) {
			n := number.New(number.Undecided)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.Read(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
