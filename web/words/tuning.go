package words

import (
	"fmt"

	"firstsign/alerting/message"
	"firstsign/internal/plural"
)

// Tuning is what the page of the data team says by itself.
type Tuning struct {
	NotNow    string
	Headline  func(labelled, right int) string
	NoLabels  string
	Load      func(perMonth, budget string) string
	LoadEarly func(days int) string
	Window    func(from string, days int) string
	Partly    func(alerts int) string

	PerManager, PerManagerNote, Manager, Total, OfFalse, Unowned, NoAlerts string
	OtherManagers                                                          func(n int) string

	Right, RightNote, Kind, Severity, Count, Labelled, WasRight, Expected, False, Share string
	Kinds                                                                               map[string]string
	ShareOf                                                                             func(percent, low, high int) string
	NotEnough                                                                           string

	Rarity, RarityNote, Promised, PromisedCount, SeenCount, Interval, NoRarity string
	Watched                                                                    func(years string) string
	Once                                                                       func(years string) string
	OnceBetween                                                                func(low, high string) string
	Never                                                                      func(low string) string
	Plot                                                                       func(levels int) string
	PlotX, PlotY                                                               string
	OfRight                                                                    func(seen, right int) string

	Blind, BlindNote, NoAccounts, What, Accounts, Cure, Helps string
	Judged, Unseen, BlindNow, Young, Quiet, Rare              string
	BlindHead                                                 func(blind, all int) string
	AllJudged                                                 string
	Repair                                                    func(source string) string
	Record                                                    func(signal, share, perWeek string) string
	Connect, Rhythm, Wait                                     string
	NoOwner, NoKeyPerson                                      func(n, of int) string
	Nameless                                                  string

	Thresholds, ThresholdsNote, Grade, Raise, Clear, Where, Shipped string
	Years                                                           func(x string) string
	Budget                                                          func(x, where string) string
	Curve                                                           func(from, to string, accounts int) string
	CurveShipped                                                    string
	RulesHash                                                       func(hash string) string
}

// TuningOf are those of a language.
func TuningOf(l message.Language) *Tuning {
	if l == message.Chinese {
		return &chineseTuning
	}
	return &englishTuning
}

var englishTuning = Tuning{
	NotNow: "What is stored cannot be read now.",
	Headline: func(labelled, right int) string {
		return fmt.Sprintf("Of %s with a label, %d %s right", plural.Count(labelled, "alert"), right, choose(right, "was", "were"))
	},
	NoLabels: "No alert has a label yet, so nobody knows how many were right",
	Load: func(perMonth, budget string) string {
		return fmt.Sprintf("A manager got %s a month; the budget allows %s.", amount(perMonth, "alert"), amount(budget, "false alert"))
	},
	LoadEarly: func(days int) string {
		return fmt.Sprintf("Only %s were watched: not enough to compare with a monthly budget.", plural.Count(days, "day"))
	},
	Window: func(from string, days int) string {
		return fmt.Sprintf("Alerts since %s (%s).", from, plural.Count(days, "day"))
	},
	Partly: func(n int) string {
		return fmt.Sprintf("There are more alerts than a page reads. What follows counts the %s with most at risk.", message.NumberText(float64(n)))
	},
	PerManager: "Alerts for each manager", PerManagerNote: "Raised by statistics, in the month of their first raise. Repeats, rules and neglect do not count against the budget. The last month is not over.",
	Manager: "Manager", Total: "Total", OfFalse: "labelled false", Unowned: "(no owner)", NoAlerts: "No alert was raised in this time.",
	OtherManagers: func(n int) string { return plural.Count(n, "other manager") },
	Right:         "How many were right", RightNote: "Right: somebody acted, and the account stayed or left. Expected: the change is real, and no sign of leaving.",
	Kind: "Raised by", Severity: "Severity", Count: "Alerts", Labelled: "Labelled", WasRight: "Right", Expected: "Expected", False: "False", Share: "Share that was right",
	Kinds:     map[string]string{"statistics": "statistics", "rule": "a rule", "neglect": "our neglect"},
	ShareOf:   func(p, low, high int) string { return fmt.Sprintf("%d %% (%d to %d %%)", p, low, high) },
	NotEnough: "not enough",
	Rarity:    "Promised and seen rarity", RarityNote: "An alert says how rarely a healthy account looks as unusual. If that is true and no account leaves, as many alerts are seen as promised. Accounts that really leave make them more.",
	Promised: "Promised: once in", PromisedCount: "Alerts promised", SeenCount: "Alerts seen", Interval: "Seen: once in", NoRarity: "No account has been watched for long enough.",
	Watched: func(y string) string {
		return "The accounts were watched for " + y + " account-years in this time, each from its 85th day on."
	},
	Once:        func(y string) string { return amount(y, "account-year") },
	OnceBetween: func(low, high string) string { return low + " to " + high + " account-years" },
	Never:       func(low string) string { return "never; rarer than once in " + low + " account-years" },
	Plot: func(n int) string {
		return fmt.Sprintf("Promised rarity against seen rarity at %s; on the diagonal they agree.", plural.Count(n, "level"))
	},
	PlotX: "promised: once in … account-years", PlotY: "seen: once in … account-years",
	OfRight: func(seen, right int) string {
		if right == 0 {
			return fmt.Sprint(seen)
		}
		return fmt.Sprintf("%d, %d of them right", seen, right)
	},
	Blind: "Accounts that cannot be judged", BlindNote: "By what the state holds now. An account with less than 1.5 contacts a week could halve them unseen: in six weeks nine are expected, and four or five are not unusual.",
	NoAccounts: "No account is known yet.", What: "What they are", Accounts: "Accounts", Cure: "What helps", Helps: "Accounts it helps",
	Judged: "judged", Unseen: "listed, and nothing has come", BlindNow: "every source of their contact fails", Young: "younger than 85 days", Quiet: "quiet for months, judged no longer", Rare: "too little contact",
	BlindHead: func(blind, all int) string {
		return fmt.Sprintf("%s of %s cannot be judged.", message.NumberText(float64(blind)), englishAccounts(all))
	},
	AllJudged: "Every account is judged.",
	Repair:    func(source string) string { return "repair the source " + source },
	Record: func(signal, share, perWeek string) string {
		return fmt.Sprintf("record %s for them: %s %% of the accounts have it, about %s a week", signal, share, perWeek)
	},
	Connect: "connect any source that knows them, or take them off the list", Rhythm: "agree on a fixed rhythm of contact: two missed ones are then a sign", Wait: "wait until they are 85 days old",
	NoOwner: func(n, of int) string {
		return fmt.Sprintf("%s of %s have no owner: give the column owner, so that somebody is told.", message.NumberText(float64(n)), englishAccounts(of))
	},
	NoKeyPerson: func(n, of int) string {
		return fmt.Sprintf("%s of %s have no key person: mark one in contacts.csv, so that his silence is judged on its own.", message.NumberText(float64(n)), message.NumberText(float64(of))+" key "+plural.Noun(of, "account"))
	},
	Nameless:   "(no name)",
	Thresholds: "Thresholds in force", ThresholdsNote: "An alert is raised when a healthy account looks as unusual only once in so many account-years.",
	Grade: "Grade", Raise: "Raised from", Clear: "Ends below", Where: "Set in", Shipped: "shipped with the program",
	Years: func(x string) string { return "once in " + amount(x, "account-year") },
	Budget: func(x, where string) string {
		return "Budget: " + amount(x, "false alert") + " a manager and month (" + where + "). firstsign calibrate turns it into thresholds."
	},
	Curve: func(from, to string, n int) string {
		return fmt.Sprintf("Rarity is calibrated on %s, from %s to %s.", englishAccounts(n), from, to)
	},
	CurveShipped: "Rarity is that of the shipped curve: firstsign calibrate fits it to your accounts.",
	RulesHash:    func(hash string) string { return "Rules " + hash + "." },
}

var chineseTuning = Tuning{
	NotNow: "暂时无法读取已保存的状态。",
	Headline: func(labelled, right int) string {
		return fmt.Sprintf("%d 条有标注的预警中，%d 条正确", labelled, right)
	},
	NoLabels: "还没有预警得到标注，因此不知道有多少条正确",
	Load: func(perMonth, budget string) string {
		return fmt.Sprintf("每位客户经理每月收到 %s 条预警；预算允许 %s 条误报。", perMonth, budget)
	},
	LoadEarly: func(days int) string {
		return fmt.Sprintf("仅关注了 %d 天，尚不足以与每月预算比较。", days)
	},
	Window: func(from string, days int) string { return fmt.Sprintf("%s以来的预警（%d 天）。", from, days) },
	Partly: func(n int) string {
		return fmt.Sprintf("预警数量超过一页可读取的范围，以下只统计潜在损失最大的 %s 条。", message.NumberText(float64(n)))
	},
	PerManager: "每位客户经理的预警", PerManagerNote: "由统计发出的预警，按首次发出的月份计。重复提醒、固定规则和维护不足不计入预算。最后一个月尚未结束。",
	Manager: "客户经理", Total: "合计", OfFalse: "标注为误报", Unowned: "（无负责人）", NoAlerts: "这段时间没有发出预警。",
	OtherManagers: func(n int) string { return fmt.Sprintf("其他 %d 位客户经理", n) },
	Right:         "有多少条正确", RightNote: "正确：已采取行动，客户留下或离开。预期之中：变化属实，但不是离开的征兆。",
	Kind: "依据", Severity: "级别", Count: "预警", Labelled: "已标注", WasRight: "正确", Expected: "预期之中", False: "误报", Share: "正确的比例",
	Kinds:     map[string]string{"statistics": "统计", "rule": "固定规则", "neglect": "我方维护不足"},
	ShareOf:   func(p, low, high int) string { return fmt.Sprintf("%d %%（%d 至 %d %%）", p, low, high) },
	NotEnough: "数据不足",
	Rarity:    "承诺与实际的罕见程度", RarityNote: "预警说明正常客户多久才会出现一次同样的异常。如果属实且没有客户离开，实际数量应与承诺一致。真正离开的客户会使数量更多。",
	Promised: "承诺", PromisedCount: "承诺的数量", SeenCount: "实际的数量", Interval: "实际", NoRarity: "还没有客户被关注足够长的时间。",
	Watched: func(y string) string {
		return "这段时间共关注了 " + y + " 客户年，每家客户从第 85 天起计。"
	},
	Once:        func(y string) string { return y + " 客户年一次" },
	OnceBetween: func(low, high string) string { return low + " 至 " + high + " 客户年一次" },
	Never:       func(low string) string { return "从未出现；少于每 " + low + " 客户年一次" },
	Plot: func(n int) string {
		return fmt.Sprintf("%d 个级别上承诺与实际罕见程度的比较；位于对角线上即一致。", n)
	},
	PlotX: "承诺：每 … 客户年一次", PlotY: "实际：每 … 客户年一次",
	OfRight: func(seen, right int) string {
		if right == 0 {
			return fmt.Sprint(seen)
		}
		return fmt.Sprintf("%d，其中 %d 条正确", seen, right)
	},
	Blind: "无法判断的客户", BlindNote: "以当前保存的状态为准。每周往来少于 1.5 次的客户，减半也看不出来：六周内预期九次，四五次并不罕见。",
	NoAccounts: "尚无客户。", What: "情况", Accounts: "客户数", Cure: "改进办法", Helps: "受益客户数",
	Judged: "可以判断", Unseen: "已列出，但没有任何往来", BlindNow: "其全部数据源中断", Young: "不足 85 天", Quiet: "数月少有往来，不再判断", Rare: "往来太少",
	BlindHead: func(blind, all int) string {
		return fmt.Sprintf("%s 家客户中有 %s 家无法判断。", message.NumberText(float64(all)), message.NumberText(float64(blind)))
	},
	AllJudged: "所有客户都可以判断。",
	Repair:    func(source string) string { return "修复数据源 " + source },
	Record: func(signal, share, perWeek string) string {
		return fmt.Sprintf("为其接入 %s：%s %% 的客户有此信号，每周约 %s 次", signal, share, perWeek)
	},
	Connect: "接入包含这些客户的数据源，或从名单中移除", Rhythm: "约定固定的联系节奏：两次落空即为信号", Wait: "等到满 85 天",
	NoOwner: func(n, of int) string {
		return fmt.Sprintf("%s 家客户中有 %s 家没有负责人：请填写 owner 一列，以便有人收到通知。", message.NumberText(float64(of)), message.NumberText(float64(n)))
	},
	NoKeyPerson: func(n, of int) string {
		return fmt.Sprintf("%s 家关键客户中有 %s 家没有关键联系人：请在 contacts.csv 中标明，以便单独判断其沉默。", message.NumberText(float64(of)), message.NumberText(float64(n)))
	},
	Nameless:   "（未命名）",
	Thresholds: "生效的阈值", ThresholdsNote: "当正常客户这么多客户年才出现一次同样的异常时，发出预警。",
	Grade: "等级", Raise: "发出", Clear: "低于此值后解除", Where: "设定于", Shipped: "程序自带",
	Years: func(x string) string { return "每 " + x + " 客户年一次" },
	Budget: func(x, where string) string {
		return "预算：每位客户经理每月 " + x + " 条误报（" + where + "）。firstsign calibrate 将其换算为阈值。"
	},
	Curve: func(from, to string, n int) string {
		return fmt.Sprintf("罕见程度由 %s 家客户 %s 至 %s 的历史校准。", message.NumberText(float64(n)), from, to)
	},
	CurveShipped: "罕见程度使用程序自带的曲线：firstsign calibrate 可按您的客户校准。",
	RulesHash:    func(hash string) string { return "规则 " + hash + "。" },
}

// amount is a written number of things.
func amount(number, noun string) string {
	if number == "1" {
		return "1 " + noun
	}
	return number + " " + noun + "s"
}
