package history

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"firstsign/internal/notation/number"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// readAll reads a history to its end: records and bad lines in order, as text.
func readAll(t *testing.T, text string, layout Layout) []string {
	t.Helper()
	h, err := New(strings.NewReader(text), "f", layout)
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	var got []string
	for {
		line, err := h.Next()
		if err == io.EOF {
			return got
		}
		if bad, ok := errors.AsType[*LineError](err); ok {
			got = append(got, fmt.Sprintf("%d %s", bad.Line, bad.Reject.Reason))
			continue
		}
		if err != nil {
			return append(got, "error: "+err.Error())
		}
		if again := signals.Append(nil, &line.Interaction); layout.Columns != nil && !bytes.Equal(again, line.Value) {
			t.Errorf("line %d: decoded as %s, written as %s", line.Number, again, line.Value)
		}
		got = append(got, fmt.Sprintf("%d %s", line.Number, line.Value))
	}
}

func mustColumns(t *testing.T, specs ...string) Columns {
	t.Helper()
	c, err := ParseColumns(specs...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestFileJSONLines(t *testing.T) {
	good := `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call"}`
	long := `{"time":"2026-03-02T09:30:11Z","account":"` + strings.Repeat("x", 2*signals.MaxRecord) + `"}`
	text := "\ufeff" + good + "\r\n\n" + `{"time":"2026-03-02","account":"acme","signal":"call"}` + "\n" + long + "\n" +
		`{"account":` + "\n" + "  " + good // the last line has no end
	want := []string{"1 " + good, "3 bad_time", "4 oversized", "5 malformed", "6 " + good}
	expect(t, readAll(t, text, Layout{}), want...)

	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	expect(t, readAll(t, zipped.String(), Layout{}), want...)

	cut := readAll(t, zipped.String()[:zipped.Len()-9], Layout{})
	if last := cut[len(cut)-1]; !strings.Contains(last, "read f: unexpected EOF") {
		t.Errorf("a gzip file that was cut ended with %q", last)
	}
}

func TestFileCSV(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		text   string
		layout Layout
		want   []string
	}{
		{
			name: "columns named like the fields",
			text: "account,time,signal,value,note,attributes.direction\nacme,2026-03-02T09:30:11+08:00,call,2,x,inbound\n",
			want: []string{`2 {"time":"2026-03-02T01:30:11Z","account":"acme","signal":"call","value":2,"attributes":{"direction":"inbound"}}`},
		},
		{
			name: "semicolons, German, winter and summer",
			text: "Datum;Kunde;Betrag\n02.03.2026 09:30;Müller, Söhne;1.234,5\n02.07.2026 09:30;B;-3\n31.02.2026 09:30;B;1\n02.07.2026 09:30;B;\n",
			layout: Layout{
				Columns: mustColumns(t, "time=Datum", "account=Kunde,signal:=spend,value=Betrag"), Time: "dd.MM.yyyy HH:mm",
				Location: berlin, Decimal: number.Comma,
			},
			want: []string{
				`2 {"time":"2026-03-02T08:30:00Z","account":"Müller, Söhne","signal":"spend","value":1234.5}`,
				`3 {"time":"2026-07-02T07:30:00Z","account":"B","signal":"spend","value":-3}`,
				"4 bad_time", "5 bad_value",
			},
		},
		{
			name:   "tabs, quoted line breaks keep the numbers of lines, Chinese column names",
			text:   "时间\t客户\t内容\n2026/3/2 9:30\t\"华\n泰\"\tx\n2026-03-02 09:30:00\t华泰\t\"说\"\"好\"\"\"\n2026-03-02 09:30:00\n",
			layout: Layout{Columns: mustColumns(t, "time=时间,account=客户,text=内容,signal:=message,source:=chat")},
			want: []string{
				"2 wrong_type", // a line break in an account
				`4 {"time":"2026-03-02T09:30:00Z","account":"华泰","signal":"message","value":1,"source":"chat","text":"说\"好\""}`,
				"5 malformed",
			},
		},
		{
			name:   "by position, Unix times, a decimal point is asked for",
			text:   "1772443811;a;1.5\n1772443811.25;b;1,5\nsoon;b;1\n",
			layout: Layout{Columns: mustColumns(t, "time=#1,account=#2,value=#3,signal:=call"), Time: "unix", Decimal: number.Point},
			want: []string{
				`1 {"time":"2026-03-02T09:30:11Z","account":"a","signal":"call","value":1.5}`, "2 bad_value", "3 bad_time",
			},
		},
		{
			name:   "a date that may mean two things needs a layout",
			text:   "d,a\n03/04/2026,x\n",
			layout: Layout{Columns: mustColumns(t, "time=d,account=a,signal:=call")},
			want:   []string{"2 bad_time"},
		},
		{
			name:   "and with one it is read",
			text:   "d,a\n03/04/2026,x\n",
			layout: Layout{Columns: mustColumns(t, "time=d,account=a,signal:=call"), Time: "MM/dd/yyyy"},
			want:   []string{`2 {"time":"2026-03-04T00:00:00Z","account":"x","signal":"call","value":1}`},
		},
		{
			name:   "one row, two signals: one id each, and what the text says once",
			text:   "d,a,n,m,t,s,r\n2026-03-02,acme,7,10.5,fine,0.4,north\n2026-03-03,acme,,-3,,,\n2026-03-04,acme,9,ten,,,\n2026-03-05,acme,9,,,,\n2026-03-06,,9,1,,,\n2026-03-07,acme,9\n2026-03-08,acme,10,2,,,\n",
			layout: Layout{Columns: mustColumns(t, "time=d,account=a,signal:=order,id=n,value.spend=m,text=t,attributes.sentiment=s,attributes.region=r")},
			want: []string{
				`2 {"time":"2026-03-02T00:00:00Z","account":"acme","signal":"order","value":1,"id":"7","text":"fine","attributes":{"sentiment":"0.4","region":"north"}}`,
				`2 {"time":"2026-03-02T00:00:00Z","account":"acme","signal":"spend","value":10.5,"id":"7/spend","attributes":{"region":"north"}}`,
				"3 return", "4 bad_value", "5 bad_value", "6 missing_field", "7 malformed",
				`8 {"time":"2026-03-08T00:00:00Z","account":"acme","signal":"order","value":1,"id":"10"}`,
				`8 {"time":"2026-03-08T00:00:00Z","account":"acme","signal":"spend","value":2,"id":"10/spend"}`,
			},
		},
		{
			name: "columns named so; the second signal is not the first again",
			text: "time,account,signal,id,value,value.spend,value.items,value.\n2026-03-02,acme,order,7,2,30,4,5\n2026-03-03,acme,spend,8,2,30,4,5\n",
			want: []string{
				`2 {"time":"2026-03-02T00:00:00Z","account":"acme","signal":"order","value":2,"id":"7"}`,
				`2 {"time":"2026-03-02T00:00:00Z","account":"acme","signal":"spend","value":30,"id":"7/spend"}`,
				`2 {"time":"2026-03-02T00:00:00Z","account":"acme","signal":"items","value":4,"id":"7/items"}`,
				"3 duplicate_field",
			},
		},
		{
			name: "no mapping",
			text: "Datum,Kunde\n",
			want: []string{`error: f: column mapping: time is missing; it is required; the columns are ["Datum" "Kunde"]: map them, as in time=COLUMN`},
		},
		{
			name:   "no such column",
			text:   "Datum,Kunde\n",
			layout: Layout{Columns: mustColumns(t, "time=Datum,account=Konto,signal:=call")},
			want:   []string{`error: f: no column "Konto" for account; the columns are ["Datum" "Kunde"]`},
		},
		{
			name:   "empty",
			layout: Layout{Columns: mustColumns(t, "time=Datum,account=Konto,signal:=call")},
			want:   []string{"error: f: the file is empty"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, readAll(t, tt.text, tt.layout), tt.want...) })
	}
}

func TestFileEncodings(t *testing.T) {
	const gbk, company = "\xb9\xab\xcb\xbe", `"account":"公司","signal":"call"`
	line := func(account string) string {
		return `{"time":"2026-03-02T09:30:11Z","account":"` + account + `","signal":"call"}` + "\n"
	}
	tests := []struct{ name, text, want string }{
		{"GBK CSV", "time,account,signal\n2026-03-02," + gbk + ",call\n", `2 {"time":"2026-03-02T00:00:00Z",` + company},
		{"GBK JSON", line(gbk), `1 {"time":"2026-03-02T09:30:11Z",` + company},
		{"GBK late", strings.Repeat(line("a"), 2000) + line(gbk), `2001 {"time":"2026-03-02T09:30:11Z",` + company},
		{"GBK with a broken line", strings.Repeat(line(gbk), 9) + line(gbk+"\xff") + line(gbk), `11 {"time":"2026-03-02T09:30:11Z",` + company},
		{"both", line("公司的") + line(gbk) + line("公司的"), `3 {"time":"2026-03-02T09:30:11Z","account":"公司的"`},
		{"Latin-1", "time,account,signal\n2026-03-02,M\xfcller,call\n", `2 {"time":"2026-03-02T00:00:00Z","account":"Müller"`},
		{"UTF-16", "\xff\xfe{\x00}\x00", "1 missing_field"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readAll(t, tt.text, Layout{})
			if last := got[len(got)-1]; !strings.HasPrefix(last, tt.want) {
				t.Errorf("got %q, want %q", last, tt.want)
			}
			if tt.name == "both" && got[1] != "2 invalid_utf8" || tt.name == "GBK with a broken line" && got[9] != "10 invalid_utf8" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestFileJSONArray(t *testing.T) {
	record := func(account string) string {
		return `{"time":"2026-03-02T09:30:11Z","account":"` + account + `","signal":"call"}`
	}
	pretty := "{\n  \"time\": \"2026-03-02T09:30:11Z\",\n  \"account\": \"a}]\\\"\",\n  \"signal\": \"call\"\n}"
	tests := []struct {
		name, text string
		layout     Layout
		want       []string
	}{
		{name: "one line", text: "[" + record("a") + "," + record("b") + "]", want: []string{"1 " + record("a"), "1 " + record("b")}},
		{name: "one a line", text: " [\n" + record("a") + ",\n" + record("b") + "\n]\n", want: []string{"2 " + record("a"), "3 " + record("b")}},
		{name: "pretty-printed", text: "[\n" + pretty + ",\n{},\n" + record("b") + "\n]\n", want: []string{"2 " + record(`a}]\"`), "7 missing_field", "8 " + record("b")}},
		{name: "empty", text: "[]"},
		{name: "a long record", text: "[" + record("a") + ",{\"text\":\"" + strings.Repeat("\n", 2*signals.MaxRecord) + "\"},\n" + record("b") + "]", want: []string{
			"1 " + record("a"), "1 oversized", fmt.Sprintf("%d %s", 2*signals.MaxRecord+2, record("b"))}},
		{name: "cut", text: "[" + record("a") + ",\n" + record("b"), want: []string{"1 " + record("a"), "2 " + record("b"), "error: read f: line 2: the JSON array is not closed: the file was cut"}},
		{name: "cut in a record", text: "[" + record("a") + ",\n{", want: []string{"1 " + record("a"), "error: read f: line 2: this record is not closed: the file was cut"}},
		{name: "of other things", text: "[" + record("a") + ",1]", want: []string{"1 " + record("a"), `error: read f: line 1: '1' does not belong into an array of records: [{...},{...}]`}},
		{name: "a record of several lines", text: pretty, want: []string{"error: f: a record takes several lines (pretty-printed JSON), and one a line is wanted: jq -c . FILE > one-a-line.jsonl"}},
		{name: "columns for JSON", text: "{}", layout: Layout{Columns: Columns{}}, want: []string{"error: f: columns are mapped, but the file is JSON and not CSV"}},
		{name: "names in brackets are a table", text: "[time],[account]\n2026-03-02,a\n", layout: Layout{Columns: mustColumns(t, "time=[time],account=[account],signal:=call")},
			want: []string{`2 {"time":"2026-03-02T00:00:00Z","account":"a","signal":"call","value":1}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, readAll(t, tt.text, tt.layout), tt.want...) })
	}
}

func TestFileShapes(t *testing.T) {
	const acme = `{"time":"2026-03-05T00:00:00Z","account":"acme","signal":"call","value":1}`
	tests := []struct {
		name, columns, text string
		want                []string
	}{
		{"spaces around names", "time=Call Time,account=Customer,signal=Type", "Call Time , Customer ,Type\n2026-03-05, acme ,call\n", []string{"2 " + acme}},
		{"a comma in a name", `time=Date,account="Customer, Name",signal=Type`, "Date,\"Customer, Name\",Type\n2026-03-05,acme,call\n", []string{"2 " + acme}},
		{"a comma behind a backslash", `time=Date,account=Customer\, Name,signal=Type`, "Date,\"Customer, Name\",Type\n2026-03-05,acme,call\n", []string{"2 " + acme}},
		{"a quotation mark in a name", `time=Date,account=Size in ",signal:=call`, "Date,\"Size in \"\"\"\n2026-03-05,acme\n", []string{"2 " + acme}},
		{"Excel says the delimiter", "time=Date,account=Customer,signal=Type", "sep=;\nDate;Customer;Type\n2026-03-05;acme;call\n", []string{"3 " + acme}},
		{"title and total", "time=Date,account=Customer,signal=Type", "Report\n\"1, 2\"\n\nDate,Customer,Type\n2026-03-05,acme,call\nTotal,,1\n", []string{"5 " + acme}},
		{"two columns of one name", "time=Date#1,account=Customer,signal=Type", "Date,Customer,Type,Date\n2026-03-05,acme,call,2026-03-09\n", []string{"2 " + acme}},
		{"which of two is not said", "time=Date,account=Customer,signal=Type", "Date,Customer,Type,Date\n2026-03-05,acme,call,2026-03-09\n", []string{
			`error: f: several columns are named "Date": write Date#1 for the first and Date#2 for the second`}},
		{"position and name", "time=#4,account=Customer,signal=Type", "Date,Customer,Type,Date\n2026-03-09,acme,call,2026-03-05\n", []string{"2 " + acme}},
		{"a position that is not there", "time=#5,account=Customer,signal=Type", "Date,Customer,Type\n", []string{`error: f: no column #5 for time: there are 3: ["Date" "Customer" "Type"]`}},
		{"a name with a sign", "time=Date,account=#,signal=Type#2", "Date,#,Type#2\n2026-03-05,acme,call\n", []string{"2 " + acme}},
		{"date and time apart", "time=Start Date+Start Time,account=Customer,signal:=call", "Start Date;Start Time;Customer\n2026-03-05;00:00;acme\n2026-03-05;;acme\n", []string{"2 " + acme, "3 " + acme}},
		{"a plus in the name", "time=Date+Time,account=Customer,signal:=call", "Date+Time;Customer\n2026-03-05 00:00;acme\n", []string{"2 " + acme}},
		{"date and time apart, by position", "time=#1+#2,account=#3,signal:=call", "2026-03-05|00:00|acme\n", []string{"1 " + acme}},
		{"by position, and there are names", "time=#1,account=#2,signal:=call", "Date,Customer\n2026-03-05,acme\n", []string{"2 " + acme}},
		{"by position, two rows of names", "time=#1,account=#2,signal:=call", "Date,Customer\nday,id\n2026-03-05,acme\n", []string{"2 bad_time", "3 " + acme}},
		{"by position, too far", "time=#1,account=#3,signal:=call", "2026-03-05,acme\n", []string{"1 malformed"}},
		{"no such name", "time=Date,account=Custmer,signal=Type", "Date,Customer,Type\n", []string{`error: f: no column "Custmer" for account (did you mean "Customer"?); the columns are ["Date" "Customer" "Type"]`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, readAll(t, tt.text, Layout{Columns: mustColumns(t, tt.columns)}), tt.want...)
		})
	}
}

func TestParseColumns(t *testing.T) {
	for spec, want := range map[string]string{
		"time=a":                                    "account is missing",
		"time=a,account=b,signal":                   "want field=column",
		"time=a,account=b,signal=":                  "want field=column",
		"time=a,account=b,signal:=c,colour=d":       `no field "colour"`,
		"time=a,account=b,signal:=c,attributes.=d":  `no field "attributes."`,
		"time=a,account=b,signal:=c,account:=other": "account is mapped twice",
		"time=a,account=b,signal:=c,value.=d":       `no field "value."`,
		"time=a,account=b,signal:=c,value.d:=3":     "comes from a column, as in value.d=COLUMN",
		"time=a,account=b,signal:=c,value.c=d":      "signal:=c and value.c are one signal: its value is value=COLUMN",
		"time=a,account=b,value.c=d":                "signal is missing",
	} {
		if _, err := ParseColumns(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", spec, err, want)
		}
	}
}

func TestSummarize(t *testing.T) {
	text := ""
	for _, at := range []string{"2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "2026-03-02T08:30:00Z", "oops", "2026-03-02T07:59:00Z", "2026-03-04T00:00:00Z"} {
		text += `{"time":"` + at + `","account":"acme","signal":"call"}` + "\n"
	}
	text += strings.Repeat("{}\n", 30)
	h, err := New(strings.NewReader(text), "f", Layout{})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	s, err := Summarize(h, func() { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintln(s.Lines, s.Bad, len(s.Problems), s.Problems[0].Line, time.Unix(0, s.First).UTC().Format(time.TimeOnly),
		time.Unix(0, s.Last).UTC().Format(time.DateOnly), s.Disorder, s.DisorderLine, s.Signals()[0].Lines, s.Accounts()[0].Name, calls)
	if want := "5 31 20 4 07:59:00 2026-03-04 1h1m0s 5 5 acme 1\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzFile: whatever the file, reading ends, and every line that is handed
// out is a record that decodes to the same.
func FuzzFile(f *testing.F) {
	f.Add([]byte("time,account,signal\n2026-03-02,a,call\n"))
	f.Add([]byte(`{"time":"2026-03-02T09:30:11Z","account":"a","signal":"call"}`))
	f.Add([]byte("time,account,signal,id,value.spend\n2026-03-02,a,order,7,3\n2026-03-02,a,order,8,\n"))
	f.Add([]byte("time;account;signal;value\n\"2026-03-02;a;call"))
	f.Add([]byte("time,account,signal,id,amount\n2026-03-02,a,order,7,3\n2026-03-02,a,order,8,1\n2026-03-02,a,order,7,-9\n2027-03-02,a,order,7,\n"))
	items, err := ParseColumns("time=time,account=account,signal=signal,id=id,value.spend=sum(amount)")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		endsWell(t, text, Layout{})
		endsWell(t, text, Layout{Columns: items})
	})
}

func endsWell(t *testing.T, text []byte, layout Layout) {
	h, err := New(bytes.NewReader(text), "f", layout)
	if err != nil {
		return
	}
	defer func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}()
	var d decode.Decoder
	var in signals.Interaction
	for range len(text) + 2 {
		line, err := h.Next()
		if err == io.EOF {
			return
		}
		if _, bad := errors.AsType[*LineError](err); bad {
			continue
		}
		if err != nil {
			return
		}
		if reject := d.DecodeValue(line.Value, &in); reject != nil || in.Time != line.Interaction.Time {
			t.Fatalf("line %d %q: %v", line.Number, line.Value, reject)
		}
	}
	t.Fatal("reading does not end")
}

func BenchmarkFile(b *testing.B) {
	for name, text := range map[string]string{
		"json": strings.Repeat(`{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1,"id":"cdr-88f1","contact":"li-wei","source":"pbx","attributes":{"direction":"inbound"}}`+"\n", 10000),
		"csv":  "time,account,signal,value,id,contact,source\n" + strings.Repeat("2026-03-02 09:30:11,acme,call,1,cdr-88f1,li-wei,pbx\n", 10000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h, err := New(strings.NewReader(text), "f", Layout{})
				for err == nil {
					_, err = h.Next()
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*10000/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
