package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
)

// readFile reads a table through the door that can read it twice: what was read
// of the rows, and what was told.
func readFile(t *testing.T, text string, layout Layout) (rows, said []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	layout.Tell = func(sentence string) { said = append(said, strings.TrimPrefix(sentence, path+": ")) }
	h, err := OpenAs(path, path, layout)
	if err != nil {
		return []string{"error: " + strings.TrimPrefix(err.Error(), path+": ")}, nil
	}
	defer h.Close()
	for {
		line, err := h.Next()
		switch bad, isBad := errors.AsType[*LineError](err); {
		case isBad:
			rows = append(rows, fmt.Sprintf("%d %s: %s", bad.Line, bad.Reject.Reason, bad.Reject.Detail))
		case err != nil:
			if text := h.Zone().Text(); text != "" {
				said = append([]string{text}, said...)
			}
			return rows, said
		default:
			rows = append(rows, fmt.Sprintf("%d %s %v", line.Number, time.Unix(0, line.Interaction.Time).UTC().Format("2006-01-02T15:04Z"), line.Interaction.Value))
		}
	}
}

func TestTablesAreReadByTheEvidenceOfTheirColumns(t *testing.T) {
	const utc = "times without an offset are read in UTC (--time-zone names another)"
	shanghai, err := notation.Zone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		layout     Layout
		rows, said []string
	}{
		{"a day above 12 in the last row", "d,a,v\n03/04/2026,x,1\n13/04/2026,x,1\n", Layout{},
			[]string{"2 2026-04-03T00:00Z 1", "3 2026-04-13T00:00Z 1"},
			[]string{utc, `dates are read day first (dd/MM/yyyy): "13/04/2026" and 0 more cells can be read in no other order`}},
		{"the month first", "d,a,v\n3/4/2026 2:15 PM,x,1\n3/14/2026 12:00 AM,x,1\n", Layout{},
			[]string{"2 2026-03-04T14:15Z 1", "3 2026-03-14T00:00Z 1"},
			[]string{utc, `dates are read month first (M/d/yyyy hh:mm a): "3/14/2026 12:00 AM" and 0 more cells can be read in no other order`}},
		{"nothing decides", "d,a,v\n03/04/2026,x,1\n05/04/2026,x,1\n", Layout{},
			[]string{
				`2 bad_time: time: 03/04/2026 could be 3 April or 4 March; all days are below 13; give --time-layout "dd/MM/yyyy" or "MM/dd/yyyy"`,
				`3 bad_time: time: 05/04/2026 could be 5 April or 4 May; all days are below 13; give --time-layout "dd/MM/yyyy" or "MM/dd/yyyy"`,
			}, nil},
		{"a column that contradicts itself", "d,a,v\n13/04/2026,x,1\n04/13/2026,x,1\n", Layout{},
			[]string{
				`2 bad_time: time: the column contradicts itself: "13/04/2026" only day first, "04/13/2026" only month first; give --time-layout, or mend the file`,
				`3 bad_time: time: the column contradicts itself: "13/04/2026" only day first, "04/13/2026" only month first; give --time-layout, or mend the file`,
			}, nil},
		{"placeholders", "d,a,v\n1970-01-01 00:00:00,x,1\n2026-03-04,x,1\n0,x,1\n", Layout{},
			[]string{`2 placeholder_time: time: "1970-01-01 00:00:00" is a placeholder, not a date`, "3 2026-03-04T00:00Z 1", `4 placeholder_time: time: "0" is a placeholder, not a date`}, []string{utc}},
		{"thousands of the United States", "d;a;v\n2026-03-04;x;1,574\n2026-03-04;x;101.20\n", Layout{},
			[]string{"2 2026-03-04T00:00Z 1574", "3 2026-03-04T00:00Z 101.2"},
			[]string{utc, `value: numbers are read with a decimal point: "101.20" and 0 more cells can be read in no other way`}},
		{"thousands of Germany", "d;a;v\n2026-03-04;x;1.574\n2026-03-04;x;101,20 €\n", Layout{},
			[]string{"2 2026-03-04T00:00Z 1574", "3 2026-03-04T00:00Z 101.2"},
			[]string{utc, `value: numbers are read with a decimal comma: "101,20 €" and 0 more cells can be read in no other way`}},
		{"thousands or a fraction", "d;a;v\n2026-03-04;x;1,574\n2026-03-04;x;12\n", Layout{},
			[]string{`2 bad_value: value: "1,574" could be 1574 or 1.574; no cell of the column decides; give --decimal point or --decimal comma`, "3 2026-03-04T00:00Z 12"}, []string{utc}},
		{"thousands, as was asked for", "d;a;v\n2026-03-04;x;1,574\n", Layout{Decimal: number.Point}, []string{"2 2026-03-04T00:00Z 1574"}, []string{utc}},
		{"no fraction behind a point where it is a comma", "d;a;v\n2026-03-04;x;12.5\n2026-03-04;x;1.574,38\n", Layout{Decimal: number.Comma},
			[]string{`2 bad_value: value: "12.5" is not written with a decimal comma: it has a point that does not stand between thousands`, "3 2026-03-04T00:00Z 1574.38"}, []string{utc}},
		{"two currencies", "d;a;v\n2026-03-04;x;$5\n2026-03-04;x;€5\n", Layout{},
			[]string{"2 2026-03-04T00:00Z 5", `3 bad_value: value: "€5" is in €, and others are in $: numbers of one currency are wanted`}, []string{utc}},
		{"the calendar's zone", "d,a,v\n2026-03-04 07:00,x,1\n2026-03-04 07:00Z,x,1\n", Layout{Location: shanghai, ZoneAssumed: true},
			[]string{"2 2026-03-03T23:00Z 1", "3 2026-03-04T07:00Z 1"},
			[]string{"times without an offset are read in Asia/Shanghai, the zone of calendar.yaml (--time-zone names another)"}},
		{"a zone that was given", "d,a,v\n2026-03-04 07:00,x,1\n", Layout{Location: shanghai}, []string{"2 2026-03-03T23:00Z 1"}, nil},
		{"no zone is needed", "d,a,v\n2026-03-04T07:00:00+01:00,x,1\n1772443811,x,1\n", Layout{}, []string{"2 2026-03-04T06:00Z 1", "3 2026-03-02T09:30Z 1"}, nil},
		{"a Z and a zone", "d,a,v\n2026-03-04T07:00:00Z,x,1\n", Layout{Location: shanghai, Time: "yyyy-MM-ddTHH:mm:ssZ"},
			[]string{"error: the Z of the time layout means UTC, and the time zone is Asia/Shanghai: leave one of them out"}, nil},
		{"a Z and the calendar's zone", "d,a,v\n2026-03-04T07:00:00Z,x,1\n", Layout{Location: shanghai, ZoneAssumed: true, Time: "yyyy-MM-ddTHH:mm:ssZ"}, []string{"2 2026-03-04T07:00Z 1"}, nil},
		{"a layout that was understood", "d,a,v\n04/03/2026,x,1\n", Layout{Time: "dd/mm/yyyy"}, []string{"2 2026-03-04T00:00Z 1"},
			[]string{utc, "--time-layout: mm is read as the month, because no hour stands before it; MM says so"}},
		{"a layout that was not", "d,a,v\n04/03/2026,x,1\n", Layout{Time: "dd/yyyy"}, []string{`error: time layout "dd/yyyy": it has no month; write MM, as in dd.MM.yyyy HH:mm`}, nil},
		{"Chinese", "d;a;v\n2026年3月4日 下午2:15;x;1.2万\n2026.3.31;x;￥1,200\n", Layout{},
			[]string{"2 2026-03-04T14:15Z 12000", "3 2026-03-31T00:00Z 1200"}, []string{utc}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.layout.Columns = mustColumns(t, "time=d,account=a,value=v,signal:=spend")
			rows, said := readFile(t, tt.text, tt.layout)
			expect(t, rows, tt.rows...)
			expect(t, said, tt.said...)
		})
	}
}

func TestEveryColumnOfNumbersHasItsOwnEvidence(t *testing.T) {
	text := "d;a;v;w\n2026-03-04;x;1,574;1.574\n2026-03-04;x;12.5;12,5\n"
	layout := Layout{Columns: mustColumns(t, "time=d,account=a,signal:=items,value=v,value.spend=w")}
	rows, said := readFile(t, text, layout)
	expect(t, rows, "2 2026-03-04T00:00Z 1574", "2 2026-03-04T00:00Z 1574", "3 2026-03-04T00:00Z 12.5", "3 2026-03-04T00:00Z 12.5")
	if len(said) != 3 {
		t.Errorf("told %q", said)
	}
}

func TestARowWithANegativeAmountIsAReturn(t *testing.T) {
	const head = "d;a;v;w\n"
	ratings := func(signal string) (bool, bool) { return signal == "mood", signal == "mood" || signal == "spend" }
	for _, tt := range []struct {
		name, columns, text string
		layout              Layout
		want                []string
	}{
		{"a credit note is no order", "signal:=order,value.spend=v", "2026-03-04;x;-12,50;\n2026-03-05;x;12,50;\n", Layout{},
			[]string{"2 return: value.spend is -12.5: a return or credit note, and no order", "3 2026-03-05T00:00Z 1", "3 2026-03-05T00:00Z 12.5"}},
		{"in brackets", "signal:=order,value.spend=v", "2026-03-04;x;($1,250.00);\n", Layout{}, []string{"2 return: value.spend is -1250: a return or credit note, and no order"}},
		{"a small one, in a column of sums", "signal:=order,value.spend=v", "2026-03-04;x;-0.5;\n2026-03-05;x;80;\n", Layout{},
			[]string{"2 return: value.spend is -0.5: a return or credit note, and no order", "3 2026-03-05T00:00Z 1", "3 2026-03-05T00:00Z 80"}},
		{"a rating by its column", "signal:=call,value.mood=v", "2026-03-04;x;-0.5;\n2026-03-05;x;0.8;\n", Layout{},
			[]string{"2 2026-03-04T00:00Z 1", "2 2026-03-04T00:00Z -0.5", "3 2026-03-05T00:00Z 1", "3 2026-03-05T00:00Z 0.8"}},
		{"a rating by the rules", "signal:=call,value.mood=v", "2026-03-04;x;-50;\n", Layout{IsRating: ratings}, []string{"2 2026-03-04T00:00Z 1", "2 2026-03-04T00:00Z -50"}},
		{"a sum by the rules", "signal:=order,value.spend=v", "2026-03-04;x;-0.5;\n", Layout{IsRating: ratings}, []string{"2 return: value.spend is -0.5: a return or credit note, and no order"}},
		{"the row's own value", "signal:=spend,value=v,value.items=w", "2026-03-04;x;-50;2\n", Layout{}, []string{"2 return: value is -50: a return or credit note, and no order"}},
		{"a row of one signal is judged by its rules", "signal:=spend,value=v", "2026-03-04;x;-50;2\n", Layout{}, []string{"2 2026-03-04T00:00Z -50"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.layout.Columns = mustColumns(t, "time=d,account=a", tt.columns)
			rows, _ := readFile(t, head+tt.text, tt.layout)
			expect(t, rows, tt.want...)
		})
	}
	if !LeftOut(Return) {
		t.Error("nobody has to agree that a return is left out")
	}
}
