package words

import (
	"fmt"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/web/access"
)

// Inbox is what the first page says by itself, in the language of messages.
type Inbox struct {
	Lang string
	Chart
	Answered, AnsweredNote          string
	Calm, Stale, LateData           string
	Watched                         func(accounts int, day string, ago int) string
	NotJudged                       func(accounts int) string
	SinceFor                        func(day string, days int) string
	Drift, DriftNote                string
	Care, CareNote                  string
	Feeds, FeedsNote                string
	Over, NotNow, SeeLog, Nothing   string
	Some, NoneSuch, WrongAddress    string // of a filtered list, and of an address that is none
	More, Owner, Account, StateOf   string
	Severity, Any, Show, All        string
	AtRiskOf, AYear, Critical, Ours string
	Actions
	Elsewhere               string
	Operations, Tuning      string
	New, NoneHere           string
	NewAre                  func(since string) string
	Whose                   map[access.Whose]string
	FindAccount, FindButton string
	Need                    func(alerts int) string
	Severities              map[alerting.Severity]string
	Since                   func(day string) string
	Grades                  map[accounts.Grade]string
	Verdicts                map[detector.Verdict]string
	States                  map[alerting.State]string
}

// InboxOf are those of a language.
func InboxOf(l message.Language) *Inbox {
	if l == message.Chinese {
		return &chineseInbox
	}
	return &englishInbox
}

func englishAccounts(n int) string {
	return message.NumberText(float64(n)) + " " + plural.Noun(n, "account")
}

var englishInbox = Inbox{
	Lang: "en", Chart: englishChart,
	Answered: "Answered", AnsweredNote: "Somebody takes care of it, or it sleeps. It comes back above when it grows.",
	Calm:  "As it was told last. By now the account is calmer; the alert closes after 14 calm days.",
	Stale: "The state of the accounts cannot be read now. Every alert is as it was told last.", LateData: "That is long ago: the service is behind, or no data comes.",
	Watched: func(n int, day string, ago int) string {
		return fmt.Sprintf("%s watched, judged up to %s (%s)", englishAccounts(n), day, englishAgo(ago))
	},
	NotJudged: func(n int) string {
		if n == 0 {
			return "Nothing is judged yet: no interaction has come."
		}
		return englishAccounts(n) + " watched. The first day is not over yet, so nothing is judged."
	},
	SinceFor: func(day string, days int) string { return fmt.Sprintf("since %s (%s)", day, plural.Count(days, "day")) },
	Drift:    "Drifting away", DriftNote: "Most at risk first. The value at risk is for ranking only; it is no forecast. The picture shows the risk over twelve weeks; dashes: an alert is raised.",
	Care: "Neglected by us", CareNote: "Ours to repair: it says nothing about the account. The superior has a copy.",
	Feeds: "Feeds", FeedsNote: "Ours to repair: accounts are not judged by a feed that fails.",
	Over: "Recently closed", NotNow: "The alerts cannot be read now", SeeLog: "The log of the service says why.",
	Nothing: "No account is drifting away, and none is neglected.",
	Some:    "Some of the alerts", NoneSuch: "No alert is like that.", WrongAddress: "This address is not understood",
	More: "Next page", Owner: "Owner", Account: "Account (ID)", StateOf: "State", Severity: "Severity", Any: "any", Show: "Show", All: "All alerts",
	AtRiskOf: "at risk of", AYear: "a year", Critical: "critical", Ours: "our side",
	Elsewhere: "For programs:", Operations: "Operations", Tuning: "Tuning", New: "new", NoneHere: "None of these accounts is drifting away, and none is neglected.",
	NewAre:      func(since string) string { return "Marked as new: raised since you were last here, " + since + "." },
	Whose:       map[access.Whose]string{access.MineOnly: "Mine", access.TeamOnly: "My team", access.Visible: "All"},
	Actions:     englishActions,
	FindAccount: "Find an account", FindButton: "Find",
	Need: func(n int) string {
		switch n {
		case 0:
			return "No alert needs you"
		case 1:
			return "1 alert needs you"
		}
		return fmt.Sprintf("%d alerts need you", n)
	},
	Since: func(day string) string { return "since " + day },
	Grades: map[accounts.Grade]string{
		accounts.Key: "key account", accounts.Potential: "potential account", accounts.Ordinary: "ordinary account",
		accounts.Marginal: "marginal account", accounts.Problem: "problem account",
	},
	Verdicts: map[detector.Verdict]string{
		detector.Defection: "defection", detector.EarlyDefection: "early defection", detector.Downturn: "downturn",
	},
	States: map[alerting.State]string{
		alerting.Open: "not answered", alerting.Acknowledged: "acknowledged", alerting.Snoozed: "snoozed", alerting.Closed: "closed",
	},
	Severities: map[alerting.Severity]string{alerting.Critical: "critical", alerting.Warning: "warning"},
}

var chineseInbox = Inbox{
	Lang: "zh-CN", Chart: chineseChart,
	Answered: "已回应", AnsweredNote: "已有人跟进，或已推迟。情况加重时会重新列出。",
	Calm:  "以下为上次通知的内容。该客户目前已趋平稳，连续平稳 14 天后自动解除。",
	Stale: "暂时无法读取客户的最新状态，以下均为上次通知的内容。", LateData: "距今已久：服务落后，或没有数据。",
	Watched: func(n int, day string, ago int) string {
		return fmt.Sprintf("正在关注 %s 家客户，已判断至%s（%s）", message.NumberText(float64(n)), day, chineseAgo(ago))
	},
	NotJudged: func(n int) string {
		if n == 0 {
			return "尚无任何往来数据，因此还没有判断。"
		}
		return fmt.Sprintf("正在关注 %s 家客户。第一天尚未结束，因此还没有判断。", message.NumberText(float64(n)))
	},
	SinceFor: func(day string, days int) string { return fmt.Sprintf("%s起（%d 天）", day, days) },
	Drift:    "客户正在疏远", DriftNote: "按潜在损失排序；该数值仅用于排序，并非预测。小图为近十二周的风险走势，虚线为预警线。",
	Care: "我方维护不足", CareNote: "应由我方改进：与客户是否流失无关，已抄送上级。",
	Feeds: "数据源", FeedsNote: "应由我方修复：其间不据此判断客户。",
	Over: "近期已解除", NotNow: "暂时无法读取预警", SeeLog: "原因见服务日志。", Nothing: "目前没有客户疏远，也没有维护不足。",
	Some: "部分预警", NoneSuch: "没有符合条件的预警。", WrongAddress: "无法识别此网址的查询条件",
	More: "下一页", Owner: "负责人", Account: "客户编号", StateOf: "状态", Severity: "级别", Any: "不限", Show: "查询", All: "全部预警",
	AtRiskOf: "潜在损失 · 年价值", AYear: "", Critical: "严重", Ours: "我方",
	Elsewhere: "供程序使用：", Operations: "运行状况", Tuning: "调优", New: "新", NoneHere: "这些客户中没有疏远的，也没有维护不足的。",
	NewAre: func(since string) string {
		return "标有“新”的预警：在您上次查看（" + since + "）之后发出。"
	},
	Whose:       map[access.Whose]string{access.MineOnly: "我的", access.TeamOnly: "我的团队", access.Visible: "全部"},
	Actions:     chineseActions,
	FindAccount: "查找客户", FindButton: "查找",
	Need: func(n int) string {
		if n == 0 {
			return "目前没有预警需要您关注"
		}
		return fmt.Sprintf("%d 条预警需要您关注", n)
	},
	Since: func(day string) string { return day + "起" },
	Grades: map[accounts.Grade]string{
		accounts.Key: "关键客户", accounts.Potential: "潜力客户", accounts.Ordinary: "普通客户", accounts.Marginal: "边缘客户", accounts.Problem: "问题客户",
	},
	Verdicts: map[detector.Verdict]string{
		detector.Defection: "转向其他供应商", detector.EarlyDefection: "早期流失", detector.Downturn: "需求下滑",
	},
	States: map[alerting.State]string{
		alerting.Open: "未回应", alerting.Acknowledged: "已确认", alerting.Snoozed: "已推迟", alerting.Closed: "已解除",
	},
	Severities: map[alerting.Severity]string{alerting.Critical: "严重", alerting.Warning: "一般"},
}
