package survey

import (
	"fmt"
	"strings"

	"firstsign/alerting/message"
	"firstsign/internal/identity"
	"firstsign/internal/plural"
	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/history"
)

// phrases are the words of one language. Functions get what they talk about.
type phrases struct {
	title                                          string
	file, rows, times, accounts, ids, left, sorted string // labels
	comma, warning                                 string
	renames                                        func(*identity.Changes) []string

	counted   func(r *Report) string
	span      func(r *Report) string
	zone      func(z Zone) string
	clients   func(r *Report) string
	signal    func(s *Signal) string
	values    func(s *Signal) string
	idLine    func(i *history.IDs) string
	leftOut   func(l *history.LeftRows) string
	badRows   func(rows int64) string
	newest    string
	unordered func(s *history.Summary) string

	shape    func(s *table.Shape) string
	odd      func(s *table.Shape, w *table.Warning) string
	line     func(number int) string
	gap      func(r *Report, g history.Gap) string
	half     func(n history.NameCount, all int64) string
	short    func(n history.NameCount, ids int64) string
	garbled  func(n history.NameCount, ids int64) string
	onlyDays string
	thin     func(r *Report, from, lines int64) string
	planned  func(r *Report, rows int64) string
	others   func(i *history.IDs) string
	copies   func(i *history.IDs) string
	strange  func(s *Signal) string
	noWords  func(s *Signal) string
	capped   func(lines int64) string
	sampled  func(part int64) string
}

func wordsOf(l message.Language) *phrases {
	if l == message.Chinese {
		return &chinese
	}
	return &english
}

var englishReasons = map[signals.Reason]string{
	history.AfterNow:        "after now",
	signals.NoAccount:       "no account (NA, null, - and the like)",
	history.PlaceholderTime: "a time that stands for none",
	history.YearsApart:      "years apart from nearly all others",
	history.AfterEnd:        "after the end of nearly all accounts",
	history.Return:          "a return or credit note (a negative amount)",
}

var english = phrases{
	title: "What was read",
	file:  "file", rows: "rows", times: "times", accounts: "accounts", ids: "ids", left: "left out", sorted: "order",
	renames: renamesEnglish,
	comma:   ", ", warning: "Look at this: ",

	counted: func(r *Report) string {
		s := plural.Count(r.Rows, "row")
		if r.Lines != r.Rows {
			s += fmt.Sprintf(", %s", plural.Count(r.Lines, "interaction"))
		}
		return s
	},
	span: func(r *Report) string { return r.moment(r.First) + " to " + r.moment(r.Last) },
	zone: func(z Zone) string {
		switch z.Why {
		case ZoneAsked:
			return z.Name + " (as asked for)"
		case ZoneCalendar:
			return z.Name + " (the calendar's zone; --time-zone names another)"
		case ZoneWritten:
			return z.Name + " (every time says its offset)"
		}
		return z.Name + " (no zone was named; --time-zone names one)"
	},
	clients: func(r *Report) string {
		return plural.Count(len(r.Accounts()), "account") + some(r.Accounts(), ", such as ", ", ")
	},
	signal: func(s *Signal) string {
		text := plural.Count(s.Lines, "interaction")
		switch {
		case !s.Known:
			text += ", not in the rules"
		case s.Ours == 0:
			text += ", all theirs"
		case s.Ours == s.Lines:
			text += ", all ours"
		default:
			text += fmt.Sprintf(", %s theirs, %s ours", percent(s.Lines-s.Ours, s.Lines), percent(s.Ours, s.Lines))
		}
		return text
	},
	values: func(s *Signal) string {
		sum := "sum " + figure(s.Sum) + ", "
		if s.Scored {
			sum = ""
		}
		return fmt.Sprintf("; %slowest %s, highest %s", sum, figure(s.Least), figure(s.Most))
	},
	idLine: func(i *history.IDs) string {
		text := "none"
		switch {
		case i.Without == 0:
			text = "every interaction has one"
		case i.With > 0:
			text = fmt.Sprintf("%d with one, %d without", i.With, i.Without)
		}
		if i.Same > 0 {
			text += fmt.Sprintf("; %s an earlier one in everything, and count once", repeats(i.Same))
		}
		return text
	},
	leftOut: func(l *history.LeftRows) string {
		return fmt.Sprintf("%s: %s (%s)", plural.Count(l.Rows, "row"), englishReasons[l.Reason], lines(l.First, "line ", "lines "))
	},
	badRows: func(rows int64) string { return plural.Count(rows, "row") + ": no interaction (named above)" },
	newest:  "sorted by time: the file has its newest line first",
	unordered: func(s *history.Summary) string {
		return fmt.Sprintf("sorted by time: line %d is older than one before it", s.DisorderLine)
	},

	shape: (*table.Shape).String,
	odd:   func(_ *table.Shape, w *table.Warning) string { return w.Text },
	line:  func(number int) string { return fmt.Sprintf("line %d: ", number) },
	gap: func(r *Report, g history.Gap) string {
		return fmt.Sprintf("there is nothing at all from %s to %s. Is a date mistyped?", r.day(g.From), r.day(g.To))
	},
	half: func(n history.NameCount, all int64) string {
		return fmt.Sprintf("account %q has %s of all interactions. Is it a placeholder, or your own company?", n.Name, percent(n.Lines, all))
	},
	short: func(n history.NameCount, ids int64) string {
		return fmt.Sprintf("%s shortened by a spreadsheet, such as %q: several accounts may have become one. Format the column as text or as a whole number where it comes from, and export it again", plural.Count(ids, "account id")+map[bool]string{true: " was", false: " were"}[ids == 1], n.Name)
	},
	garbled: func(n history.NameCount, ids int64) string {
		return fmt.Sprintf("%s garbled, such as %q: whoever wrote the file read them in a wrong encoding, and one account may be there in two spellings. Export it again as UTF-8", plural.Count(ids, "account id")+map[bool]string{true: " is", false: " are"}[ids == 1], n.Name)
	},
	onlyDays: "the times have no time of day. Habits within a day cannot be seen.",
	thin: func(r *Report, from, lines int64) string {
		return fmt.Sprintf("after %s there are hardly any rows (%d). Does the history end there? Then say so: --now %sT00:00:00Z", r.day(from), lines, r.day(from+2*dayLength))
	},
	planned: func(r *Report, rows int64) string {
		return fmt.Sprintf("nearly all accounts end about %s, and a few go on (%d rows): they look planned and were left out. If the history does go on, --now names its last day", r.day(r.Last), rows)
	},
	others: func(i *history.IDs) string {
		return fmt.Sprintf("%s an id with other content, and only the first of a day counts (%s). Are these line items of one invoice? Then sum them: --columns ...,value.spend=sum(COLUMN)", repeats(i.Other), repeated(i.Others, "line %d repeats line %d", ", "))
	},
	copies: func(i *history.IDs) string {
		return fmt.Sprintf("%s another in everything, without an id, so each counts. Was a part exported twice?", repeats(i.Copies))
	},
	strange: func(s *Signal) string {
		return fmt.Sprintf("signal %q: the direction says who acted, and these words are not understood: %s", s.Name, directions(s.Strange, " (", ")", ", "))
	},
	noWords: func(s *Signal) string {
		if s.Undirected == s.Lines {
			return fmt.Sprintf("signal %q: its interactions have no direction, and all are taken as theirs", s.Name)
		}
		return fmt.Sprintf("signal %q: %s of its interactions have no direction, and are taken as theirs", s.Name, percent(s.Undirected, s.Lines))
	},
	capped: func(lines int64) string {
		return fmt.Sprintf("there are more than %d different names; %s are counted without a name here", history.MaxNames, plural.Count(lines, "interaction"))
	},
	sampled: func(part int64) string {
		return fmt.Sprintf("there are so many ids that repeats were looked for among one in %d of them", part)
	},
}

var chineseReasons = map[signals.Reason]string{
	history.AfterNow:        "晚于当前时间",
	signals.NoAccount:       "没有客户（NA、null、- 等）",
	history.PlaceholderTime: "时间为占位值",
	history.YearsApart:      "与几乎所有其他记录相隔数年",
	history.AfterEnd:        "晚于几乎所有客户的最后记录",
	history.Return:          "退货或红字发票（金额为负）",
}

var chinese = phrases{
	title: "读到的内容",
	file:  "文件", rows: "行数", times: "时间", accounts: "客户", ids: "编号", left: "未计入", sorted: "顺序",
	renames: renamesChinese,
	comma:   "，", warning: "请核实：",

	counted: func(r *Report) string {
		s := fmt.Sprintf("%d 行", r.Rows)
		if r.Lines != r.Rows {
			s += fmt.Sprintf("，%d 条往来", r.Lines)
		}
		return s
	},
	span: func(r *Report) string { return r.moment(r.First) + " 至 " + r.moment(r.Last) },
	zone: func(z Zone) string {
		switch z.Why {
		case ZoneAsked:
			return z.Name + "（按指定）"
		case ZoneCalendar:
			return z.Name + "（日历的时区；可用 --time-zone 另行指定）"
		case ZoneWritten:
			return z.Name + "（每个时间都带时差）"
		}
		return z.Name + "（未指定时区；可用 --time-zone 指定）"
	},
	clients: func(r *Report) string {
		return fmt.Sprintf("%d 个", len(r.Accounts())) + some(r.Accounts(), "，如 ", "、")
	},
	signal: func(s *Signal) string {
		text := fmt.Sprintf("%d 条", s.Lines)
		switch {
		case !s.Known:
			text += "，规则中没有"
		case s.Ours == 0:
			text += "，均为对方"
		case s.Ours == s.Lines:
			text += "，均为我方"
		default:
			text += fmt.Sprintf("，对方 %s，我方 %s", chinesePercent(s.Lines-s.Ours, s.Lines), chinesePercent(s.Ours, s.Lines))
		}
		return text
	},
	values: func(s *Signal) string {
		sum := "合计 " + figure(s.Sum) + "，"
		if s.Scored {
			sum = ""
		}
		return fmt.Sprintf("；%s最低 %s，最高 %s", sum, figure(s.Least), figure(s.Most))
	},
	idLine: func(i *history.IDs) string {
		text := "没有编号"
		switch {
		case i.Without == 0:
			text = "每条往来都有编号"
		case i.With > 0:
			text = fmt.Sprintf("%d 条有编号，%d 条没有", i.With, i.Without)
		}
		if i.Same > 0 {
			text += fmt.Sprintf("；%d 条与之前的记录完全相同，只计一次", i.Same)
		}
		return text
	},
	leftOut: func(l *history.LeftRows) string {
		return fmt.Sprintf("%d 行：%s（第 %s 行）", l.Rows, chineseReasons[l.Reason], lines(l.First, "", ""))
	},
	badRows: func(rows int64) string { return fmt.Sprintf("%d 行：不是往来记录（见上）", rows) },
	newest:  "已按时间排序：文件中最新的记录在前",
	unordered: func(s *history.Summary) string {
		return fmt.Sprintf("已按时间排序：第 %d 行早于它前面的记录", s.DisorderLine)
	},

	shape: chineseShape,
	odd: func(s *table.Shape, w *table.Warning) string {
		switch w.Kind {
		case table.MoreSheets:
			return fmt.Sprintf("工作簿有 %d 张工作表；读取了 %q（可用 --sheet 另行指定：%q）", len(s.OtherSheets)+1, s.Sheet, s.OtherSheets)
		case table.OtherEncoding:
			return fmt.Sprintf("文本不是 UTF-8；按 %s 读取，也可能是 %s：可用 --encoding 另行指定", s.Encoding, w.Other)
		case table.MorePages:
			return fmt.Sprintf("按字段 %q，文件只是多页结果中的一页：只读取了这一页", w.Column)
		case table.NotHappened:
			return fmt.Sprintf("列 %q 中有 %d 行为 %q 之类，这些行照常计入：如果没有实际发生，请从文件中删除", w.Column, w.Rows, w.Example)
		case table.Since1904:
			return "时间是 Excel 的日期序号，恰好止于四年零一天前：如果原工作簿采用 1904 日期系统（旧版 Mac），请加 --time-layout excel1904"
		case table.UnitOfTitle:
			return fmt.Sprintf("表头上方写有 %q，而 %s 按原值读取：如果是同一单位，请在文件中把单位写进列名，例如 %s（万元）", w.Example, w.Column, w.Column)
		}
		return w.Text
	},
	line: func(number int) string { return fmt.Sprintf("第 %d 行：", number) },
	gap: func(r *Report, g history.Gap) string {
		return fmt.Sprintf("%s 至 %s 之间没有任何记录。是否有日期写错？", r.day(g.From), r.day(g.To))
	},
	half: func(n history.NameCount, all int64) string {
		return fmt.Sprintf("客户 %s 占全部往来的 %s。它是占位值，还是本公司？", n.Name, chinesePercent(n.Lines, all))
	},
	short: func(n history.NameCount, ids int64) string {
		return fmt.Sprintf("%d 个客户编号被表格软件缩写，例如 %q：多个客户可能已混为一个。请在源文件中把该列设为文本或整数格式，然后重新导出", ids, n.Name)
	},
	garbled: func(n history.NameCount, ids int64) string {
		return fmt.Sprintf("%d 个客户编号是乱码，例如 %q：导出时用错了编码，同一客户可能有两种写法。请以 UTF-8 重新导出", ids, n.Name)
	},
	onlyDays: "时间只有日期，没有钟点，看不出一天之内的习惯。",
	thin: func(r *Report, from, lines int64) string {
		return fmt.Sprintf("%s 之后几乎没有记录（%d 条）。历史是否到此为止？如是，请加 --now %sT00:00:00Z", r.day(from), lines, r.day(from+2*dayLength))
	},
	planned: func(r *Report, rows int64) string {
		return fmt.Sprintf("几乎所有客户的记录都在 %s 前后结束，只有少数还在继续（%d 行）：看来是预先排定的，未计入。如果历史并未结束，请用 --now 说明最后一天", r.day(r.Last), rows)
	},
	others: func(i *history.IDs) string {
		return fmt.Sprintf("%d 条与之前的记录编号相同而内容不同，同一天只计第一条（%s）。它们是同一张发票的明细行吗？如是，请求和：--columns ...,value.spend=sum(列名)", i.Other, repeated(i.Others, "第 %d 行与第 %d 行", "，"))
	},
	copies: func(i *history.IDs) string {
		return fmt.Sprintf("%d 条没有编号，且与另一条完全相同，每条都计入。是否有一部分导出了两次？", i.Copies)
	},
	strange: func(s *Signal) string {
		return fmt.Sprintf("信号 %s：direction 说明由谁发起，以下写法无法识别：%s", s.Name, directions(s.Strange, "（", "）", "、"))
	},
	noWords: func(s *Signal) string {
		if s.Undirected == s.Lines {
			return fmt.Sprintf("信号 %s：往来都没有 direction，全部按对方发起计", s.Name)
		}
		return fmt.Sprintf("信号 %s：%s 的往来没有 direction，按对方发起计", s.Name, chinesePercent(s.Undirected, s.Lines))
	},
	capped: func(lines int64) string {
		return fmt.Sprintf("不同的名称超过 %d 个；其余 %d 条往来在此不列名称", history.MaxNames, lines)
	},
	sampled: func(part int64) string {
		return fmt.Sprintf("编号太多，重复只在其中 1/%d 里查找", part)
	},
}

func repeats(n int64) string {
	if n == 1 {
		return "1 interaction repeats"
	}
	return fmt.Sprintf("%d interactions repeat", n)
}

// some of the names, those with most lines.
func some(all []history.NameCount, first, between string) string {
	const most = 3
	var names []string
	for i := range min(most, len(all)) {
		names = append(names, fmt.Sprintf("%s (%d)", all[i].Name, all[i].Lines))
	}
	if len(names) == 0 {
		return ""
	}
	return first + strings.Join(names, between)
}

// lines of rows that are left out, the first of them.
func lines(first []*history.LineError, one, several string) string {
	var list []string
	for _, l := range first {
		list = append(list, fmt.Sprint(l.Line))
	}
	if len(list) == 1 {
		return one + list[0]
	}
	return several + strings.Join(list, ", ")
}

func repeated(first []history.Repeat, format, between string) string {
	var list []string
	for _, r := range first {
		list = append(list, fmt.Sprintf(format, r.Line, r.Of))
	}
	return strings.Join(list, between)
}

func directions(all []Direction, open, end, between string) string {
	const most = 5
	var list []string
	for i, d := range all {
		if i == most {
			list = append(list, "...")
			break
		}
		list = append(list, fmt.Sprintf("%q%s%d%s", d.Word, open, d.Lines, end))
	}
	return strings.Join(list, between)
}
