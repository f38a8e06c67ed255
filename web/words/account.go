package words

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"firstsign/alerting/message"
	"firstsign/internal/plural"
)

// Chart is what charts say, in the language of messages.
type Chart struct {
	Holiday, NoData, ChangedOn, NoHabit string
	NoReading                           string                         // of a score in the last four weeks
	DaysMissing                         string                         // of a week
	Alert, Rare, Usual                  string                         // on the axis of the risk
	Rising, Falling, Steady             string                         // the risk since last week
	And                                 string                         // between two statements
	AtMost                              func(rarity string) string     // on the day of a week that was highest
	Month                               func(time.Month) string        // on a time axis
	Recent                              func(now, usual string) string // of the last four weeks
	Incidents                           func(n string) string          // of bad news
	Week                                func(from, to, value string) string
	Usually                             func(low, high string) string
	Short                               func(x float64) string // a number on an axis
}

var englishChart = Chart{
	Holiday: "holiday", NoData: "no data", ChangedOn: "changed on", NoHabit: "no habit yet", NoReading: "no value in 4 weeks",
	Recent:      func(now, usual string) string { return "last 4 weeks " + now + ", usually " + usual },
	DaysMissing: "days are missing", Alert: "alert", Rare: "unusual", Usual: "usual",
	Rising: "rising since last week", Falling: "falling since last week", Steady: "as last week", And: "; ",
	AtMost:    func(rarity string) string { return ". On its worst day: " + rarity },
	Month:     func(m time.Month) string { return m.String()[:3] },
	Incidents: func(n string) string { return n + " in half a year" },
	Week:      func(from, to, value string) string { return from + " to " + to + ": " + value },
	Usually:   func(low, high string) string { return "usually " + low + " to " + high },
	Short:     func(x float64) string { return message.ShortText(message.English, x) },
}

var chineseChart = Chart{
	Holiday: "节假日", NoData: "无数据", ChangedOn: "变化始于", NoHabit: "尚无平常水平", NoReading: "近 4 周没有数值",
	Recent:      func(now, usual string) string { return "近 4 周 " + now + "，平常 " + usual },
	DaysMissing: "部分日期无数据", Alert: "预警", Rare: "异常", Usual: "平常",
	Rising: "较上周上升", Falling: "较上周下降", Steady: "与上周持平", And: "；",
	AtMost:    func(rarity string) string { return "。当周最高：" + rarity },
	Month:     func(m time.Month) string { return fmt.Sprintf("%d月", m) },
	Incidents: func(n string) string { return "半年内 " + n },
	Week:      func(from, to, value string) string { return from + "至" + to + "：" + value },
	Usually:   func(low, high string) string { return "平常 " + low + " 至 " + high },
	Short:     func(x float64) string { return message.ShortText(message.Chinese, x) },
}

// Capital makes the first letter a capital.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func englishAgo(days int) string {
	switch {
	case days <= 0:
		return "today"
	case days == 1:
		return "yesterday"
	}
	return fmt.Sprintf("%d days ago", days)
}

func chineseAgo(days int) string {
	switch {
	case days <= 0:
		return "今天"
	case days == 1:
		return "昨天"
	}
	return fmt.Sprintf("%d 天前", days)
}

// Account is what the page of an account says by itself, beside the words of the
// list.
type Account struct {
	*Inbox
	BackToList, NoSuch, NoState, NoAlertNow string
	OwnedBy                                 string
	StandIn, Contract, Rank, Stage, ID      string
	ProjectManager, Expert                  string
	ContractOver                            string
	NowHead, SeriesHead, Legend, PeopleHead string
	RiskHead                                string
	RiskLegend                              []string
	WaitsHead, ToldHead, Person             string
	Part, LastContact                       string
	Rhythm, Lately, Quiet, New, Gone        string
	Only, NeverMet, KeyPerson, Never        string
	NothingWaits, BlindText                 string
	DormantText, JSONText                   string
	WorthOf, NoPeople                       string
	MoreSeries, MoreAlerts, MorePeople      string
	Ago                                     func(days int) string
	InDays                                  func(days int) string
	FindHint, FindMore                      string
	Found                                   func(n int) string
	With                                    func(text, inBrackets string) string
	AWeek                                   func(n string) string
	Days                                    func(theirs, ours int) string
	TookOver                                func(who string) string
	Power                                   func(n int) string
	OpenProposals                           func(n int) string
	Events                                  map[string]string
	Until                                   func(day string) string
	UpTo                                    func(day string, ago int) string
}

// AccountOf are those of a language.
func AccountOf(l message.Language) *Account {
	if l == message.Chinese {
		return &chineseAccount
	}
	return &englishAccount
}

var englishAccount = Account{
	Inbox:      &englishInbox,
	BackToList: "All alerts", NoSuch: "No such account", NoState: "No interaction of this account has come yet.",
	NoAlertNow: "No open alert: nothing is unusual enough for one.",
	OwnedBy:    "owner", StandIn: "stand-in", ProjectManager: "project manager", Expert: "expert", Contract: "contract ends", ContractOver: "contract ended", Rank: "we are", Stage: "stage", ID: "ID",
	NowHead: "Now", SeriesHead: "Against its own habit", PeopleHead: "People", WaitsHead: "What waits", ToldHead: "What was told before",
	RiskHead: "Risk over half a year", RiskLegend: []string{"How unusual the account was at the end of each week, and on the worst day of it", "Dashes: from here on an alert is raised", "Red ground: from where a change began until its alert closed", "▲ raised · ■ answered · ○ closed"},
	Legend: "Half a year, one bar a week; a dot where it is a mean. Band: four of five usual weeks, for the eight weeks that are judged. What was usual before is not kept. Dashes: expected, holidays and weekdays counted in. Red line: the change began.",
	Person: "Person", Part: "Part", LastContact: "Their last contact", Rhythm: "Usually", Lately: "Days in 8 weeks", Quiet: "went quiet", New: "new",
	Gone: "more than 8 weeks ago", Only: "nearly all contact goes through this person", NeverMet: "no contact seen", KeyPerson: "key person", Never: "not seen",
	NothingWaits: "Nothing waits.", BlindText: "No data comes from", DormantText: "The account has become quiet for good and is judged no longer.", JSONText: "As JSON",
	WorthOf: "a year", NoPeople: "Nobody is named in the interactions or the account files.",
	MoreSeries: "More series", MoreAlerts: "Older alerts", MorePeople: "Everybody is in the JSON.",
	With:     func(text, inBrackets string) string { return text + " (" + inBrackets + ")" },
	FindHint: "By name, ID or who looks after it, in the account files.", FindMore: "There are more. Give more of the name.",
	Found: func(n int) string {
		if n == 0 {
			return "No account found"
		}
		return plural.Count(n, "account") + " found"
	},
	Ago: englishAgo, InDays: func(n int) string { return "in " + plural.Count(n, "day") },
	AWeek:         func(n string) string { return n + " a week" },
	Days:          func(theirs, ours int) string { return fmt.Sprintf("theirs %d, ours %d", theirs, ours) },
	TookOver:      func(who string) string { return who + " has probably taken over" },
	Power:         func(n int) string { return fmt.Sprintf("power %d of 5", n) },
	OpenProposals: func(n int) string { return plural.Count(n, "proposal") + " open, by the account files" },
	Events: map[string]string{
		"raised": "raised", "raised_again": "raised again", "neglected": "neglect found", "closed": "closed", "cared_for": "over: all is done again",
		"acknowledged": "acknowledged by", "snoozed": "snoozed by", "labelled": "labelled by", "woken": "came back", "escalated": "told to the stand-in",
		"assigned": "assigned by", "noted": "note by", "withdrawn": "answer taken back by",
	},
	Until: func(day string) string { return "until " + day },
	UpTo:  func(day string, ago int) string { return "Judged up to " + day + " (" + englishAgo(ago) + ")" },
}

var chineseAccount = Account{
	Inbox:      &chineseInbox,
	BackToList: "全部预警", NoSuch: "没有该客户", NoState: "尚无该客户的任何往来数据。",
	NoAlertNow: "目前没有未解除的预警：没有足够异常的情况。",
	OwnedBy:    "负责人", StandIn: "代理人", ProjectManager: "项目经理", Expert: "技术专家", Contract: "合同到期", ContractOver: "合同已到期", Rank: "我方地位：", Stage: "阶段：", ID: "编号",
	NowHead: "当前情况", SeriesHead: "与自身平常水平相比", PeopleHead: "联系人", WaitsHead: "待办", ToldHead: "此前的通知",
	RiskHead: "半年风险走势", RiskLegend: []string{"每周末该客户的异常程度，细线为当周最高", "虚线：预警线", "红底：从变化开始到预警解除", "▲ 发出预警 · ■ 已回应 · ○ 解除"},
	Legend: "近半年，每周一根柱，均值用圆点。色带：五周中有四周落在其中，只画用于判断的近八周；更早的平常水平没有保留。虚线：预期值，已计入节假日与星期。红线：变化开始。",
	Person: "联系人", Part: "角色", LastContact: "对方最近联系", Rhythm: "平常", Lately: "8 周内天数", Quiet: "已沉默", New: "新联系人",
	Gone: "8 周以前", Only: "几乎所有联系都通过此人", NeverMet: "未见联系", KeyPerson: "关键联系人", Never: "未见",
	NothingWaits: "没有待办事项。", BlindText: "以下数据源没有数据：", DormantText: "该客户已长期没有往来，不再判断。", JSONText: "JSON",
	WorthOf: "年价值", NoPeople: "往来数据和客户资料中都没有联系人。",
	MoreSeries: "更多指标", MoreAlerts: "更早的预警", MorePeople: "全部联系人见 JSON。",
	With:     func(text, inBrackets string) string { return text + "（" + inBrackets + "）" },
	FindHint: "按客户资料中的名称、编号或我方负责人员查找。", FindMore: "还有更多，请输入更完整的名称。",
	Found: func(n int) string {
		if n == 0 {
			return "没有找到客户"
		}
		return fmt.Sprintf("找到 %d 家客户", n)
	},
	Ago: chineseAgo, InDays: func(n int) string { return fmt.Sprintf("%d 天后", n) },
	AWeek:         func(n string) string { return "每周 " + n },
	Days:          func(theirs, ours int) string { return fmt.Sprintf("对方 %d，我方 %d", theirs, ours) },
	TookOver:      func(who string) string { return "很可能已由" + who + "接手" },
	Power:         func(n int) string { return fmt.Sprintf("影响力 %d/5", n) },
	OpenProposals: func(n int) string { return fmt.Sprintf("客户资料中有 %d 份方案待定", n) },
	Events: map[string]string{
		"raised": "发出预警", "raised_again": "再次预警", "neglected": "发现维护不足", "closed": "解除", "cared_for": "结束：应做的都已做到",
		"acknowledged": "已确认：", "snoozed": "已推迟：", "labelled": "已说明：", "woken": "推迟到期，重新列出", "escalated": "已通知代理人",
		"assigned": "已指派：", "noted": "备注：", "withdrawn": "已撤回：",
	},
	Until: func(day string) string { return "至" + day },
	UpTo:  func(day string, ago int) string { return "已判断至" + day + "（" + chineseAgo(ago) + "）" },
}
