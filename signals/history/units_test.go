package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/internal/table"
)

func TestUnitsInTheNamesOfColumns(t *testing.T) {
	for _, tt := range []struct {
		name, columns, text string
		rows                []string
		said                string // a part; empty: nothing of units
		warned              string
	}{
		{"万元", "time=d,account=a,signal:=order,value.spend=Amount（万元）", "d,a,Amount（万元）\n2026-03-05Z,x,12\n2026-03-06Z,x,0.57\n",
			[]string{"2 2026-03-05T00:00Z 1", "2 2026-03-05T00:00Z 120000", "3 2026-03-06T00:00Z 1", "3 2026-03-06T00:00Z 5700"},
			`value.spend: "Amount（万元）" is in 万元: values are multiplied by 10000`, ""},
		{"TEUR, with decimal commas of the column", "time=d,account=a,signal:=spend,value=Umsatz TEUR", "d;a;Umsatz TEUR\n2026-03-05Z;x;1.574\n2026-03-06Z;x;101,20\n",
			[]string{"2 2026-03-05T00:00Z 1.574e+06", "3 2026-03-06T00:00Z 101200"}, `value: "Umsatz TEUR" is in TEUR: values are multiplied by 1000`, ""},
		{"by position, with names", "time=#1,account=#2,signal:=spend,value=#3", "d,a,Betrag (k EUR)\n2026-03-05Z,x,3\n", []string{"2 2026-03-05T00:00Z 3000"}, `multiplied by 1000`, ""},
		{"summed", "time=d,account=a,signal:=order,id=i,value.spend=sum(Net k€)", "d,a,i,Net k€\n2026-03-05Z,x,7,1\n2026-03-05Z,x,7,2\n",
			[]string{"2 2026-03-05T00:00Z 1", "2 2026-03-05T00:00Z 3000"}, `multiplied by 1000`, ""},
		{"M of money is told", "time=d,account=a,signal:=spend,value=Sales ($M)", "d,a,Sales ($M)\n2026-03-05Z,x,3\n", []string{"2 2026-03-05T00:00Z 3"}, `a thousand to some and a million to others: values are read as they stand`, ""},
		{"a cell with a unit of its own", "time=d,account=a,signal:=spend,value=金额(万元)", "d,a,金额(万元)\n2026-03-05Z,x,3万\n", []string{`2 bad_value: value: "3万" has a unit, and its column names one already`}, `multiplied`, ""},
		{"a line above", "time=d,account=a,signal:=spend,value=金额", "2026 report,单位：万元\nd,a,金额\n2026-03-05Z,x,3\n", []string{"3 2026-03-05T00:00Z 3"}, "", `a line above the header says "单位：万元", and 金额 is read as it stands`},
		{"a currency alone", "time=d,account=a,signal:=spend,value=Betrag in €", "d,a,Betrag in €\n2026-03-05Z,x,3\n", []string{"2 2026-03-05T00:00Z 3"}, "", ""},
		{"a name that is no amount", "time=d,account=Customer (k EUR),signal:=call", "d,Customer (k EUR)\n2026-03-05Z,x\n", []string{"2 2026-03-05T00:00Z 1"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, said := readFile(t, tt.text, Layout{Columns: mustColumns(t, tt.columns)})
			if !slices.Equal(rows, tt.rows) {
				t.Errorf("rows %q, want %q", rows, tt.rows)
			}
			units := strings.Join(said, "\n")
			if !strings.Contains(units, tt.said) || tt.said == "" && strings.Contains(units, "values are") {
				t.Errorf("said %q, want %q", units, tt.said)
			}
			if got := warnings(t, tt.text, tt.columns); !strings.Contains(got, tt.warned) || tt.warned == "" && got != "" {
				t.Errorf("warned %q, want %q", got, tt.warned)
			}
		})
	}
}

// warnings of a file that was read to its end.
func warnings(t *testing.T, text, columns string) string {
	t.Helper()
	h, err := New(strings.NewReader(text), "f.csv", Layout{Columns: mustColumns(t, columns)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := Summarize(h, nil); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, w := range h.Shape().Warnings {
		all = append(all, w.Text)
	}
	return strings.Join(all, "\n")
}

func TestRowsThatSayThatNothingHappened(t *testing.T) {
	for _, tt := range []struct{ name, columns, text, want string }{
		{"a status", "time=d,account=a,signal:=meeting", "d,a,Meeting Status\n2026-03-05,x,Held\n2026-03-06,x,Cancelled\n2026-03-07,x,cancelled\n",
			`column "Meeting Status" says "Cancelled" or the like in 2 rows, which are counted like any other: take them out of the file if nothing happened`},
		{"in Chinese", "time=d,account=a,signal:=order", "d,a,订单状态\n2026-03-05,x,已完成\n2026-03-06,x,已取消\n", `column "订单状态" says "已取消" or the like in 1 row`},
		{"kept as an attribute", "time=d,account=a,signal:=order,attributes.status=Status", "d,a,Status\n2026-03-05,x,storniert\n", `"Status" says "storniert"`},
		{"a flag", "time=d,account=a,signal:=order", "d,a,Is Cancelled\n2026-03-05,x,0\n2026-03-06,x,1\n", `"Is Cancelled" says "1" or the like in 1 row`},
		{"the subject of Outlook", "time=d,account=a,signal:=meeting", "d,a,Subject\n2026-03-05,x,Weekly call\n2026-03-06,x,Canceled: weekly call\n", `"Subject" says "Canceled: weekly call"`},
		{"by position, with names", "time=#1,account=#2,signal:=order", "d,a,status\n2026-03-05,x,void\n", `"status" says "void"`},
		{"signals.yaml judges the signal", "time=d,account=a,signal=Status", "d,a,Status\n2026-03-05,x,cancelled\n", ""},
		{"other words", "time=d,account=a,signal:=call", "d,a,Status,State,Subject\n2026-03-05,x,answered,CA,Cancelled order: what now\n2026-03-06,x,no answer,,Draft\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := warnings(t, tt.text, tt.columns); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("warned %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDayNumbersThatMayCountFrom1904(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC).UnixNano()
	for _, tt := range []struct {
		name, text, layout string
		told               bool
	}{
		{"four years and a day before now", "d,a\n44600,x\n44624.5,x\n", "", true}, // 5 March 2026 of 1904
		{"of now", "d,a\n46080,x\n46086.5,x\n", "", false},
		{"an older export", "d,a\n44300,x\n44400,x\n", "", false},
		{"dates that are written", "d,a\n2022-02-08,x\n2022-03-04,x\n", "", false},
		{"known", "d,a\n44600,x\n44624.5,x\n", "excel1904", false},
		{"known as well", "d,a\n44600,x\n44624.5,x\n", "excel", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			layout := Layout{Columns: mustColumns(t, "time=d,account=a,signal:=call"), Time: tt.layout}
			r := NewReading(func() (*File, error) { return New(strings.NewReader(tt.text), "f", layout) }, now)
			defer r.Close()
			survey(t, r)
			told := slices.ContainsFunc(r.Shape.Warnings, func(w table.Warning) bool { return strings.Contains(w.Text, "--time-layout excel1904 reads them") })
			if told != tt.told {
				t.Errorf("told %v, want %v: %v", told, tt.told, r.Shape.Warnings)
			}
		})
	}
}
