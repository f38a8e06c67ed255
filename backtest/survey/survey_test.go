package survey_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/message"
	"firstsign/backtest/survey"
	"firstsign/config"
	"firstsign/internal/racetest"
	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/history"
)

// reportOf a file that is read on 1 May 2026.
func reportOf(t *testing.T, text string, layout history.Layout) *survey.Report {
	t.Helper()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC).UnixNano()
	r := history.NewReading(func() (*history.File, error) { return history.New(strings.NewReader(text), "f", layout) }, now)
	if err := r.Survey(func(history.Source) (at, end func()) { return nil, func() {} }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	sorted, err := r.Order(2 * time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.FromHistory(r.Signals())
	report := survey.New("f", r.Summary, cfg.Detector.Signals)
	report.Sorted, report.Shape, report.Zone = sorted, r.Shape, survey.Zone{Name: "UTC", Why: survey.ZoneDefault}
	return report
}

func textOf(t *testing.T, r *survey.Report, l message.Language) string {
	t.Helper()
	var text strings.Builder
	if err := r.WriteText(&text, l); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// calls of several accounts over 60 days, one every 6 hours; change makes each
// line another one, or none.
func calls(change func(i int, line string) string) string {
	from := time.Date(2026, 2, 1, 3, 7, 0, 0, time.UTC)
	var text strings.Builder
	for i := range 240 {
		at := from.Add(time.Duration(i)*6*time.Hour + time.Duration(i)*time.Minute)
		line := fmt.Sprintf(`{"time":%q,"account":"a%d","signal":"call","id":"c%d","attributes":{"direction":"inbound"}}`, at.Format(time.RFC3339), i%4, i)
		if change != nil {
			line = change(i, line)
		}
		if line != "" {
			text.WriteString(line + "\n")
		}
	}
	return text.String()
}

func replaced(old, by string, when func(i int) bool) func(int, string) string {
	return func(i int, line string) string {
		if when(i) {
			return strings.ReplaceAll(line, old, by)
		}
		return line
	}
}

func every(n int) func(int) bool { return func(i int) bool { return i%n == 0 } }

// What is said of a history, line by line: want is in the text, and without is
// not.
func TestWhatIsSaid(t *testing.T) {
	tests := []struct {
		name, text    string
		want, without []string
	}{
		{
			"nothing odd", calls(nil),
			[]string{
				"What was read\n", "  file      f, JSON", "  rows      240 rows\n", "  times     2026-02-01 03:07 to 2026-04-02 01:06", ", UTC (no zone was named; --time-zone names one)\n",
				"  accounts  4 accounts, such as a0 (60), a1 (60), a2 (60)\n", "  call      240 interactions, all theirs\n", "  ids       every interaction has one\n",
			},
			[]string{"Look at this", "left out", "order"},
		},
		{"a quarter is ours", calls(replaced("inbound", "outbound", every(4))), []string{"call      240 interactions, 75 % theirs, 25 % ours"}, []string{"Look at this"}},
		{"hardly anything is ours", calls(replaced("inbound", "outbound", func(i int) bool { return i == 7 })), []string{"over 99 % theirs, under 1 % ours"}, nil},
		{"ours by its signal", calls(replaced(`"call"`, `"visit"`, every(1))), []string{"visit     240 interactions, all ours"}, []string{"direction"}},
		{"no direction", calls(replaced(`,"attributes":{"direction":"inbound"}`, "", every(2))), []string{`signal "call": 50 % of its interactions have no direction, and are taken as theirs`}, nil},
		{"a few without direction", calls(replaced(`,"attributes":{"direction":"inbound"}`, "", every(100))), nil, []string{"no direction"}},
		{"a strange direction", calls(replaced("inbound", "sideways", every(3))), []string{`the direction says who acted, and these words are not understood: "sideways" (80)`}, nil},
		{"values", calls(replaced(`"call","id"`, `"spend","value":1234.5,"id"`, every(1))), []string{"spend     240 interactions, all theirs; sum 296,280, lowest 1,234.50, highest 1,234.50"}, nil},
		{"some ids", calls(replaced(`"id"`, `"contact"`, every(4))), []string{"ids       180 with one, 60 without"}, nil},
		{"the same twice", calls(func(i int, line string) string {
			if i%24 == 0 {
				return line + "\n" + line
			}
			return line
		}), []string{"every interaction has one; 10 interactions repeat an earlier one in everything, and count once"}, []string{"Look at this"}},
		{"an id with other content", calls(func(i int, line string) string {
			if i == 100 {
				return line + "\n" + strings.Replace(line, "inbound", "outbound", 1)
			}
			return line
		}), []string{"1 interaction repeats an id with other content, and only the first of a day counts (line 102 repeats line 101)"}, nil},
		{"one id of two accounts, signals and sources", calls(func(i int, line string) string {
			return strings.Replace(line, fmt.Sprintf(`"c%d"`, i), fmt.Sprintf(`"c%d"`, i/4), 1)
		}), nil, []string{"repeat"}},
		{"copies without id", calls(func(i int, line string) string {
			line = strings.Replace(line, `"id"`, `"contact"`, 1)
			if i%20 == 0 {
				return line + "\n" + line
			}
			return line
		}), []string{"12 interactions repeat another in everything, without an id, so each counts. Was a part exported twice?"}, nil},
		{"one account has most", strings.ReplaceAll(calls(replaced(`"a1"`, `"a0"`, every(1))), `"a2"`, `"a0"`), []string{`account "a0" has 75 % of all interactions.`, "Is it a placeholder, or your own company?"}, nil},
		{"ids that a spreadsheet shortened", strings.ReplaceAll(calls(replaced(`"a1"`, `"1.38E+10"`, every(1))), `"a2"`, `"1.39E+10"`), []string{
			`2 account ids were shortened by a spreadsheet, such as "1.38E+10": several accounts may have become one.`}, nil},
		{"a garbled id", calls(replaced(`"a1"`, `"MÃ¼ller"`, every(1))), []string{`1 account id is garbled, such as "MÃ¼ller": `}, nil},
		{"only days", calls(func(_ int, line string) string {
			return line[:len(`{"time":"2026-02-01T`)] + "00:00:00Z" + line[len(`{"time":"2026-02-01T00:00:00Z`):]
		}), []string{"the times have no time of day"}, nil},
		{"newest first", reversed(calls(nil)), []string{"order     sorted by time: the file has its newest line first"}, nil},
		{"a part at the wrong place", calls(nil) + strings.ReplaceAll(calls(func(i int, line string) string {
			if i < 20 {
				return strings.Replace(line, `"c`, `"d`, 1)
			}
			return ""
		}), "a0", "a9"), []string{"order     sorted by time: line 241 is older than one before it"}, nil},
		{"after now, and none", calls(nil) + line("2027-01-01T00:00:00Z") + line("1970-01-01T00:00:00Z") + line("1999-01-01T00:00:00Z"), []string{
			"left out  1 row: after now (line 241)", "left out  1 row: a time that stands for none (line 242)", "left out  1 row: years apart from nearly all others (line 243)", "240 rows\n",
		}, []string{"Look at this"}},
		{"years of nothing", calls(replaced(`"2026-`, `"2021-`, func(i int) bool { return i < 100 })), []string{"there is nothing at all from 2021-02-25 to 2026-02-26. Is a date mistyped?"}, nil},
		{"one goes on after the end", calls(replaced("2026-", "2025-", every(1))) + line("2025-05-01T10:00:00Z") + line("2025-06-01T10:00:00Z") + line("2025-07-01T10:00:00Z"),
			[]string{"after 2025-04-02 there are hardly any rows (3). Does the history end there? Then say so: --now 2025-04-04T00:00:00Z"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := textOf(t, reportOf(t, tt.text, history.Layout{}), message.English)
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
			for _, without := range tt.without {
				if strings.Contains(got, without) {
					t.Errorf("%q is in\n%s", without, got)
				}
			}
		})
	}
}

func line(at string) string {
	return fmt.Sprintf(`{"time":%q,"account":"a1","signal":"call","id":%q,"attributes":{"direction":"inbound"}}`+"\n", at, at)
}

func reversed(text string) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	var out strings.Builder
	for i := range all {
		out.WriteString(all[len(all)-1-i] + "\n")
	}
	return out.String()
}

// A table is described, in both languages; a page escapes what the file says.
func TestTableInBothLanguages(t *testing.T) {
	columns, err := history.ParseColumns("time=日期,account=客户,signal:=order,value.spend=金额,id=单号")
	if err != nil {
		t.Fatal(err)
	}
	text := "日期;客户;金额;单号\n"
	for i := range 40 {
		text += fmt.Sprintf("2026-03-%02d 10:%02d;<b>华泰</b>;%d.5;S%d\n", i/2+1, i, 100+i, i/2)
	}
	r := reportOf(t, text, history.Layout{Columns: columns})
	r.Zone = survey.Zone{Name: "Asia/Shanghai", Why: survey.ZoneCalendar}
	got := textOf(t, r, message.Chinese)
	for _, want := range []string{
		"读到的内容\n", "f，CSV，UTF-8，分隔符 ;", "40 行，80 条往来", "Asia/Shanghai（日历的时区；可用 --time-zone 另行指定）", "1 个，如 <b>华泰</b> (80)",
		"spend  40 条，均为对方；合计 4,800，最低 100.50，最高 139.50", "请核实：40 条与之前的记录编号相同而内容不同，同一天只计第一条（第 3 行与第 2 行，",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	page := string(r.HTML(message.English))
	for _, want := range []string{`<details class="fold"><summary>What was read</summary>`, "&lt;b&gt;华泰", `<p class="warning">Look at this: 40 interactions repeat an id`} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
	if strings.Contains(page, "<b>") {
		t.Errorf("an account is markup:\n%s", page)
	}
}

// What is odd about a file is said in Chinese as well.
func TestShapeInChinese(t *testing.T) {
	columns, err := history.ParseColumns("time=日期,account=客户,signal:=call")
	if err != nil {
		t.Fatal(err)
	}
	r := reportOf(t, "日期,客户\n2026-03-02 10:00,华泰\n", history.Layout{Columns: columns})
	r.Shape = &table.Shape{
		Format: "XLSX", Packed: "zip", Member: "a.xlsx", Encoding: "Big5", EncodingBy: table.Guessed, Sheet: "表一", OtherSheets: []string{"表二"}, HeaderLine: 3, TitleLines: 2,
		Totals: table.Lines{Count: 1, First: []int{9}},
		Warnings: []table.Warning{{Kind: table.MoreSheets, Text: "x"}, {Line: 4, Kind: table.OtherEncoding, Other: "GB18030", Text: "y"},
			{Kind: table.MorePages, Column: "nextLink", Text: "y"}, {Line: 7, Kind: table.NotHappened, Column: "状态", Rows: 3, Example: "已取消", Text: "y"},
			{Kind: table.Since1904, Text: "y"}, {Kind: table.UnitOfTitle, Column: "金额", Example: "单位：万元", Text: "y"}},
	}
	got := textOf(t, r, message.Chinese)
	for _, want := range []string{
		`XLSX，zip 压缩（a.xlsx），Big5（不确定），工作表 "表一"，表头在第 3 行，跳过标题 2 行，未计入合计 1 行（第 9 行）`, `工作簿有 2 张工作表；读取了 "表一"`, "第 4 行：文本不是 UTF-8；按 Big5 读取，也可能是 GB18030",
		`按字段 "nextLink"，文件只是多页结果中的一页`, `第 7 行：列 "状态" 中有 3 行为 "已取消" 之类，这些行照常计入`, "恰好止于四年零一天前", `表头上方写有 "单位：万元"，而 金额 按原值读取`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// Memory is bounded: of very many ids, repeats are counted on a sample, and
// that is said.
func TestManyIDs(t *testing.T) {
	racetest.Arithmetic(t)
	if testing.Short() {
		t.Skip("reads two million lines")
	}
	s := history.NewSummary()
	l := &history.Line{}
	const each = 1_000_000
	for i := range 2 * each {
		l.Number = i + 1
		l.Interaction.Time = int64(i % each)
		l.Interaction.Account, l.Interaction.Signal = []byte("a"), []byte("call")
		l.Interaction.ID = fmt.Appendf(l.Interaction.ID[:0], "id-%d", i%each)
		s.Add(l)
	}
	s.End()
	if n := s.IDs; n.Sampled < 2 || n.Same < each*9/10 || n.Same > each*11/10 || n.Other != 0 {
		t.Errorf("%+v", n)
	}
	if got := textOf(t, survey.New("f", s, nil), message.English); !strings.Contains(got, "repeats were looked for among one in ") {
		t.Error(got)
	}
}

var errBroken = errors.New("the disk is full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteFails(t *testing.T) {
	if err := reportOf(t, calls(nil), history.Layout{}).WriteText(io.Writer(broken{}), message.English); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

func TestTimesAreShownInTheZoneThatIsNamed(t *testing.T) {
	at := time.Date(2026, 3, 5, 16, 30, 0, 0, time.UTC).UnixNano()
	for zone, want := range map[string]string{
		"UTC": "2026-03-05 16:30", "Asia/Shanghai": "2026-03-06 00:30", "UTC+8": "2026-03-06 00:30", "+0530": "2026-03-05 22:00", "-08:00": "2026-03-05 08:30",
	} {
		s := history.NewSummary()
		s.Add(&history.Line{Number: 1, Interaction: signals.Interaction{Time: at, Account: []byte("a"), Signal: []byte("call")}})
		s.End()
		r := survey.New("f", s, nil)
		r.Zone = survey.Zone{Name: zone, Why: survey.ZoneAsked}
		var text strings.Builder
		if err := r.WriteText(&text, message.English); err != nil || !strings.Contains(text.String(), want+" to "+want+", "+zone) {
			t.Errorf("%s: %v, want %s in\n%s", zone, err, want, text.String())
		}
	}
}
