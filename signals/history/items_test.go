package history

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"firstsign/internal/extsort"
)

// itemsOf are the interactions of a file of line items, and its rejects, as text.
func itemsOf(t *testing.T, memory int, columns string, lines ...string) (got, rejects, said []string) {
	t.Helper()
	mapped, err := ParseColumns(columns)
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(strings.NewReader(strings.Join(lines, "\n")), "f.csv", Layout{Columns: mapped, Tell: func(s string) { said = append(said, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if c := h.rows.(*csvRows); memory > 0 {
		c.items.byKey, c.items.byTime = extsort.New(c.items.dir, memory), extsort.New(c.items.dir, memory)
	}
	for {
		l, err := h.Next()
		if bad, ok := errors.AsType[*LineError](err); ok {
			rejects = append(rejects, bad.Error())
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		in := &l.Interaction
		got = append(got, fmt.Sprintf("%d %s %s %s %s %g", l.Number, in.Account, in.Signal, in.ID, in.Contact, in.Value))
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if c := h.rows.(*csvRows); c.items != nil {
		if _, err := os.Stat(c.items.dir); !os.IsNotExist(err) {
			t.Errorf("files are left: %v", err)
		}
	}
	return got, rejects, said
}

const invoiceColumns = "time=Date,account=Customer,contact=Buyer,signal:=order,id=Invoice,value.spend=sum(Net)"

func TestLineItems(t *testing.T) {
	for _, memory := range []int{0, 1} {
		got, rejects, said := itemsOf(t, memory, invoiceColumns,
			"Date,Customer,Buyer,Invoice,Net",
			"2026-01-05,acme,Li,17,100.50",
			"2026-01-03,shop,Wu,16,5",
			"2026-01-05,acme,Bo,17,20",     // of 17
			"2026-01-05,acme,,17,-0.5",     // a discount
			"2026-01-05,shop,Wu,17,3",      // another customer's 17
			"2026-01-06,acme,Li,18,-30",    // a credit note
			"2026-01-06,acme,Li,18,10",     // of it
			"2026-01-07,acme,Li,19,ten",    // no number
			"2027-01-05,acme,Li,17,7",      // the numbers begin anew
			"2026-01-02,acme,Li,,1",        // no id: each for itself
			"2026-01-02,acme,Li,,2",        //
			"2026-01-02,,Li,20,2",          // no account
			"2026-01-05 09:00,acme,,17,50", // of 17
		)
		want := []string{
			"11 acme order  Li 1", "11 acme spend  Li 1",
			"12 acme order  Li 1", "12 acme spend  Li 2",
			"3 shop order 16 Wu 1", "3 shop spend 16/spend Wu 5",
			"2 acme order 17 Li 1", "2 acme spend 17/spend Li 170",
			"6 shop order 17 Wu 1", "6 shop spend 17/spend Wu 3",
			"10 acme order 17 Li 1", "10 acme spend 17/spend Li 7",
		}
		if !slices.Equal(got, want) {
			t.Errorf("memory %d: read\n%s\nwant\n%s", memory, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		wantRejects := []string{
			`f.csv:9: bad_value: value.spend: "ten" is not a number`,
			`f.csv:13: missing_field: "account" is absent or empty`,
			"f.csv:7: return: value.spend is -20: a return or credit note, and no order",
		}
		if !slices.Equal(rejects, wantRejects) {
			t.Errorf("memory %d: rejects %q, want %q", memory, rejects, wantRejects)
		}
		if !slices.Contains(said, "f.csv: 12 rows with an amount to sum are 7 records") {
			t.Errorf("said %q", said)
		}
	}
}

// What is not summed is that of the first row, and a difference is told.
func TestLineItemsOfOtherValues(t *testing.T) {
	got, _, said := itemsOf(t, 0, "time=Date,account=Customer,signal:=order,id=Invoice,value=Total,value.units=sum(Pieces)",
		"Date,Customer,Invoice,Total,Pieces",
		"2026-01-05,acme,17,100,2",
		"2026-01-05,acme,17,100,3",
		"2026-01-05,acme,17,90,4",
	)
	if want := []string{"2 acme order 17  100", "2 acme units 17/units  9"}; !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	if want := "f.csv: in 1 row a value that is not summed is not that of the first row of the record (first: line 4); that of the first row counts"; !slices.Contains(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}

func TestColumnsToSum(t *testing.T) {
	for columns, want := range map[string]string{
		"time=T,account=A,signal:=order,value.spend=sum(Net)":       "needs id=COLUMN",
		"time=sum(T),account=A,signal:=order,id=I":                  `no column "sum(T)"`,
		"time=T,account=A,signal:=order,id=I,value.spend=sum(Nett)": `no column "Nett"`,
	} {
		mapped, err := ParseColumns(columns)
		if err == nil {
			_, err = New(strings.NewReader("T,A,I,Net\n2026-01-05,acme,1,2\n"), "f", Layout{Columns: mapped})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", columns, err, want)
		}
	}
	// A database names its columns so.
	got, _, said := itemsOf(t, 0, "time=T,account=A,signal:=order,id=I,value.spend=sum(Net)", "T,A,I,sum(Net)", "2026-01-05,acme,1,2", "2026-01-05,acme,1,3")
	if want := []string{"2 acme order 1  1", "2 acme spend 1/spend  2", "3 acme order 1  1", "3 acme spend 1/spend  3"}; !slices.Equal(got, want) || len(said) > 0 {
		t.Errorf("a column named sum(Net): %q, said %q", got, said)
	}
}

// However the lines are shuffled and however little memory there is, the sums are
// those of a map.
func TestLineItemsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	want := map[string]int{}
	var lines []string
	for range 500 {
		id, net := fmt.Sprintf("acme%d/%d", rng.IntN(5), rng.IntN(30)), rng.IntN(100)
		want[id] += net
		account, _, _ := strings.Cut(id, "/")
		lines = append(lines, fmt.Sprintf("2026-01-05,%s,Li,%s,%d", account, id, net))
	}
	got, rejects, _ := itemsOf(t, 300, invoiceColumns, append([]string{"Date,Customer,Buyer,Invoice,Net"}, lines...)...)
	sums := 0
	for _, line := range got {
		if f := strings.Fields(line); f[2] == "spend" {
			sums++
			if id := strings.TrimSuffix(f[3], "/spend"); f[5] != fmt.Sprint(want[id]) {
				t.Errorf("%s, want %d", line, want[id])
			}
		}
	}
	if sums != len(want) || len(rejects) > 0 {
		t.Errorf("%d sums of %d invoices, rejects %q", sums, len(want), rejects)
	}
}
