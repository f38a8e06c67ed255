package words

import (
	"fmt"
	"strings"

	"firstsign/alerting/message"
	"firstsign/internal/plural"
)

// Portfolio is what the page of the whole portfolio says by itself, beside the words of
// the list. Risk words are by the names that the report has for them.
type Portfolio struct {
	*Inbox
	OverTime
	Head                                    func(atRisk string, endangered, accounts int) string
	Sums                                    func(accounts int, value string) string
	Team, Grade, ShowAll, Empty, NoneSuch   string
	AsOfDay                                 func(day string) string
	NotYet                                  string // the states are being read, or there are none yet
	QuestionsHead, QuestionsNote            string
	Cooling                                 func(cooling, accounts int, owner, usual string) string
	CoolingAsk                              string
	Rivals                                  func(now, before int) string
	RivalNames                              func(names []string, unnamed int) string // follows it; a name is With its accounts
	RivalsAsk                               func(rival string) string                // empty: it is not clear who
	Chance                                  func(oneIn string) string
	MapHead, MapNote, MapLabel, SkipMap     string
	Across, Up                              string
	Fields                                  [4]string // see chart.Map
	Spot                                    func(name, potential, share, value, atRisk, risk string) string
	Risks                                   map[string]string
	Shown                                   func(shown, known, drifting int) string
	With                                    func(risk string, accounts int) string
	Others                                  func(parts []string) string
	NoFigures                               func(accounts int) string
	NoMap                                   string
	FewHead                                 string
	Few                                     func(accounts, of int, value, total, part string) string
	FewAtRisk                               func(atRisk string, accounts int) string
	FewCalm                                 string
	FourFifths                              func(accounts int) string
	TopHead                                 string
	Top                                     func(key, enter, leave int) string
	TopNote                                 string
	TooMuch                                 func(limit string) string
	Enter, Leave                            string
	OwnersHead, TeamsHead, Nobody, NoTeam   string
	Accounts, KeyAccounts, Value, AtRisk    string
	Alerts, Unanswered, Overdue             string
	GroupsNote                              string
	MoreGroups                              func(n int) string
	CareHead, CareNote, NoCare              string
	Unread                                  string // what is owed cannot be read now
	ThreadsHead, ThreadsNote, NoThreads     string
	Thread                                  func(person string) string
	WentQuiet                               string
	MoreListed                              func(n int) string
	LackingHead                             string
	NoFiles                                 string
	NoValue, NoOwner, NoState, DormantCount func(accounts int) string
	Unlisted                                func(alerts int) string
	JSONText                                string
}

// PortfolioOf are those of a language.
func PortfolioOf(l message.Language) *Portfolio {
	if l == message.Chinese {
		return &chinesePortfolio
	}
	return &englishPortfolio
}

// ToAlerts is the link from each page to the list of alerts.
func (w *Inbox) ToAlerts() string { return w.either("Alerts", "预警") }

// ToPortfolio is the link from each page to the portfolio.
func (w *Inbox) ToPortfolio() string { return w.either("Portfolio", "客户组合") }

func (w *Inbox) either(english, chinese string) string {
	if w.Lang == chineseInbox.Lang {
		return chinese
	}
	return english
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

var englishPortfolio = Portfolio{
	Inbox: &englishInbox, OverTime: englishOverTime,
	Head: func(atRisk string, endangered, n int) string {
		switch {
		case endangered == 0:
			return "None of " + englishAccounts(n) + " is drifting away"
		case atRisk == "":
			return fmt.Sprintf("%s of %s %s drifting away", message.NumberText(float64(endangered)), englishAccounts(n), isOrAre(endangered))
		}
		return fmt.Sprintf("%s at risk in %s of %s", atRisk, message.NumberText(float64(endangered)), englishAccounts(n))
	},
	Sums: func(n int, value string) string { return englishAccounts(n) + " bring " + value + " a year." },
	Team: "Team", Grade: "Grade", ShowAll: "All accounts", Empty: "There is no account yet. accounts.csv in the configuration directory lists them; interactions bring the rest.",
	NoneSuch: "No account is like that.",
	AsOfDay:  func(day string) string { return "As of the end of " + day + "." },
	NotYet:   "The states of the accounts are being read, or no day has been closed yet. Load the page again in a few seconds.",

	QuestionsHead: "Questions worth asking", QuestionsNote: "Several accounts at once, more than chance explains. This asks; it says nothing about who is the cause.",
	Cooling: func(cooling, n int, owner, usual string) string {
		return fmt.Sprintf("%d of the %s of %s began to drift away within four weeks. About %s would be usual for accounts of these grades.", cooling, englishAccounts(n), owner, usual)
	},
	CoolingAsk: "What do they have in common: a region, a product, a change on our side?",
	Rivals: func(now, before int) string {
		return fmt.Sprintf("%s told of a competitor in the last 28 days, by praise, an offer or forwarded calls. In the 28 days before it was %d.", englishAccounts(now), before)
	},
	RivalNames: func(names []string, unnamed int) string {
		if len(names) == 0 {
			return " None of them named it by a name that words.yaml lists."
		}
		text := " By name: " + strings.Join(names, ", ")
		if unnamed > 0 {
			text += fmt.Sprintf("; a competitor who is not named %d", unnamed)
		}
		return text + "."
	},
	RivalsAsk: func(rival string) string {
		if rival == "" {
			return "Is one competitor behind it? The accounts can say."
		}
		return "What does " + rival + " offer them now?"
	},
	Chance: func(oneIn string) string { return "Chance alone explains that in about 1 of " + oneIn + " cases." },

	MapHead: "Potential and our share", MapNote: "A circle is an account. Its area is what the account brings in a year; its colour and mark say how the account stands now. Click on it to open the account.",
	MapLabel: "Map of the accounts: what they buy in total, against our share of it", SkipMap: "Skip the map",
	Across: "our share of what it buys", Up: "buys in total, a year",
	Fields: [4]string{"potential", "key", "marginal", "ordinary"},
	Spot: func(name, potential, share, value, atRisk, risk string) string {
		text := name + ": buys " + potential + " a year, " + share + " of it from us"
		if value != "" {
			text += "; brings " + value
		}
		if atRisk != "" {
			text += "; " + atRisk + " at risk"
		}
		return text + "; " + risk
	},
	Risks: map[string]string{"critical": "critical alert", "warning": "alert", "care_overdue": "care overdue", "calm": "no alert", "not_judged": "not judged"},
	Shown: func(shown, known, drifting int) string {
		text := fmt.Sprintf("On the map: the %d most valuable of %s with figures", shown, englishAccounts(known))
		if drifting > 0 {
			text += fmt.Sprintf(", and %d more with an alert", drifting)
		}
		return text + "."
	},
	With:   func(risk string, n int) string { return risk + " " + message.NumberText(float64(n)) },
	Others: func(parts []string) string { return "The others: " + strings.Join(parts, ", ") + "." },
	NoFigures: func(n int) string {
		return fmt.Sprintf("%s without figures %s not on the map: fill in the columns potential and sales of accounts.csv.", englishAccounts(n), isOrAre(n))
	},
	NoMap: "No account has figures for a map. The columns potential (what it buys in total in a year) and sales (of that from us) of accounts.csv bring them.",

	FewHead: "How much of the value lies in few accounts",
	Few: func(n, of int, value, total, part string) string {
		return fmt.Sprintf("The most valuable tenth, %s of %d, brings %s of %s a year: %s.", englishAccounts(n), of, value, total, part)
	},
	FewAtRisk: func(atRisk string, n int) string {
		return atRisk + " of that is at risk now, in " + englishAccounts(n) + "."
	},
	FewCalm: "None of them is drifting away.",
	FourFifths: func(n int) string {
		return "Four fifths of the value come from " + englishAccounts(n) + "."
	},
	TopHead: "The list of key accounts",
	Top: func(key, enter, leave int) string {
		return fmt.Sprintf("%s. %d joined and %d left.", plural.Count(key, "key account"), enter, leave)
	},
	TopNote: "By the money of this year, beside the grades that the account files gave before.",
	TooMuch: func(limit string) string {
		return "That is more than the " + limit + " that may change at once (turnover in grading.yaml): check the figures first."
	},
	Enter: "Joined:", Leave: "Left:",

	OwnersHead: "By manager", TeamsHead: "By team", Nobody: "nobody", NoTeam: "no team",
	Accounts: "Accounts", KeyAccounts: "Key", Value: "Value a year", AtRisk: "At risk", Alerts: "Open alerts", Unanswered: "Not answered", Overdue: "Care overdue",
	GroupsNote: "Most at risk first. Open alerts are about drifting away and about care; \"not answered\" and \"care overdue\" are some of them.",
	MoreGroups: func(n int) string {
		return fmt.Sprintf("%d more have less at risk: choose one above, or see the JSON.", n)
	},

	CareHead: "Neglected by us", CareNote: "Care that was promised and not given, by the rules of care.", NoCare: "No account is neglected.",
	Unread:      "What is owed cannot be read now.",
	ThreadsHead: "In touch through one person", ThreadsNote: "If this person leaves, nobody there knows us. Marginal accounts are left out.", NoThreads: "No account depends on one contact.",
	Thread:     func(person string) string { return "nearly all contact goes through " + person },
	WentQuiet:  "who went quiet",
	MoreListed: func(n int) string { return fmt.Sprintf("The %d most valuable are named.", n) },

	LackingHead: "What is missing for the whole picture",
	NoFiles:     "No file lists the accounts. accounts.csv brings names, managers, grades and money.",
	NoValue: func(n int) string {
		return englishAccounts(n) + " without a value: fill in margin or sales in accounts.csv."
	},
	NoOwner: func(n int) string {
		return englishAccounts(n) + " without a manager: fill in owner in accounts.csv."
	},
	NoState: func(n int) string {
		return englishAccounts(n) + " without any interaction: check that their IDs are those of the interactions."
	},
	DormantCount: func(n int) string {
		return englishAccounts(n) + " became quiet for good and " + isOrAre(n) + " judged no longer."
	},
	Unlisted: func(n int) string {
		return plural.Count(n, "open alert") + " about accounts that no file lists any more."
	},
	JSONText: "As JSON",
}

var chinesePortfolio = Portfolio{
	Inbox: &chineseInbox, OverTime: chineseOverTime,
	Head: func(atRisk string, endangered, n int) string {
		switch {
		case endangered == 0:
			return fmt.Sprintf("%s 家客户中没有客户疏远", message.NumberText(float64(n)))
		case atRisk == "":
			return fmt.Sprintf("%s 家客户中有 %s 家正在疏远", message.NumberText(float64(n)), message.NumberText(float64(endangered)))
		}
		return fmt.Sprintf("%s 家客户中有 %s 家正在疏远，潜在损失 %s", message.NumberText(float64(n)), message.NumberText(float64(endangered)), atRisk)
	},
	Sums: func(n int, value string) string {
		return fmt.Sprintf("%s 家客户，年价值 %s。", message.NumberText(float64(n)), value)
	},
	Team: "团队", Grade: "等级", ShowAll: "全部客户", Empty: "还没有客户。请在配置目录的 accounts.csv 中列出客户，其余信息来自往来数据。",
	NoneSuch: "没有符合条件的客户。",
	AsOfDay:  func(day string) string { return "截至" + day + "结束时。" },
	NotYet:   "正在读取客户状态，或尚无已结束的日期，请几秒后刷新页面。",

	QuestionsHead: "值得一问", QuestionsNote: "多家客户同时出现，超出偶然的范围。这里只提出问题，不指责任何人。",
	Cooling: func(cooling, n int, owner, usual string) string {
		return fmt.Sprintf("%s 负责的 %s 家客户中，有 %d 家在四周之内开始疏远；同等级客户通常约为 %s 家。", owner, message.NumberText(float64(n)), cooling, usual)
	},
	CoolingAsk: "它们有什么共同点：地区、产品，还是我方的变化？",
	Rivals: func(now, before int) string {
		return fmt.Sprintf("近 28 天有 %d 家客户提到竞争对手（称赞、报价或来电转移），此前 28 天为 %d 家。", now, before)
	},
	RivalNames: func(names []string, unnamed int) string {
		if len(names) == 0 {
			return "都没有提到 words.yaml 中的名称。"
		}
		text := "按名称：" + strings.Join(names, "，")
		if unnamed > 0 {
			text += fmt.Sprintf("；未提到名称的 %d 家", unnamed)
		}
		return text + "。"
	},
	RivalsAsk: func(rival string) string {
		if rival == "" {
			return "是否同一个竞争对手？可向客户了解。"
		}
		return rival + " 现在给出了什么条件？"
	},
	Chance: func(oneIn string) string { return "仅凭偶然，大约 " + oneIn + " 次中才会出现 1 次。" },

	MapHead: "采购规模与我方份额", MapNote: "一个圆代表一家客户：面积为年价值，颜色和标记表示目前的状况。点击可打开客户页面。",
	MapLabel: "客户分布图：年采购总额与我方份额", SkipMap: "跳过分布图",
	Across: "我方份额", Up: "年采购总额",
	Fields: [4]string{"潜力", "关键", "边缘", "普通"},
	Spot: func(name, potential, share, value, atRisk, risk string) string {
		text := name + "：年采购 " + potential + "，其中 " + share + " 购自我方"
		if value != "" {
			text += "；年价值 " + value
		}
		if atRisk != "" {
			text += "；潜在损失 " + atRisk
		}
		return text + "；" + risk
	},
	Risks: map[string]string{"critical": "严重预警", "warning": "一般预警", "care_overdue": "维护不足", "calm": "无预警", "not_judged": "未判断"},
	Shown: func(shown, known, drifting int) string {
		text := fmt.Sprintf("%s 家有金额的客户中，图中为价值最高的 %d 家", message.NumberText(float64(known)), shown)
		if drifting > 0 {
			text += fmt.Sprintf("，以及另外 %d 家有预警的客户", drifting)
		}
		return text + "。"
	},
	With:   func(risk string, n int) string { return fmt.Sprintf("%s %s 家", risk, message.NumberText(float64(n))) },
	Others: func(parts []string) string { return "其余：" + strings.Join(parts, "，") + "。" },
	NoFigures: func(n int) string {
		return fmt.Sprintf("%s 家客户没有金额，未列入图中：请在 accounts.csv 中填写 potential 和 sales 两列。", message.NumberText(float64(n)))
	},
	NoMap: "没有客户具备绘图所需的金额。请在 accounts.csv 中填写 potential（年采购总额）和 sales（其中购自我方的金额）两列。",

	FewHead: "集中度",
	Few: func(n, of int, value, total, part string) string {
		return fmt.Sprintf("价值最高的十分之一（%[2]d 家中的 %[1]d 家）年价值 %[3]s，占总数 %[4]s 的 %[5]s。", n, of, value, total, part)
	},
	FewAtRisk: func(atRisk string, n int) string {
		return fmt.Sprintf("其中 %d 家正在疏远，潜在损失 %s。", n, atRisk)
	},
	FewCalm:    "其中没有客户疏远。",
	FourFifths: func(n int) string { return fmt.Sprintf("八成价值来自 %d 家客户。", n) },
	TopHead:    "关键客户名单",
	Top: func(key, enter, leave int) string {
		return fmt.Sprintf("关键客户 %d 家：新进 %d 家，退出 %d 家。", key, enter, leave)
	},
	TopNote: "按今年的金额定级，与客户资料中原有的等级相比。",
	TooMuch: func(limit string) string {
		return "超过一次可变动的 " + limit + "（grading.yaml 中的 turnover），请先核对金额。"
	},
	Enter: "新进：", Leave: "退出：",

	OwnersHead: "按客户经理", TeamsHead: "按团队", Nobody: "无负责人", NoTeam: "无团队",
	Accounts: "客户数", KeyAccounts: "关键", Value: "年价值", AtRisk: "潜在损失", Alerts: "未解除预警", Unanswered: "未回应", Overdue: "维护不足",
	GroupsNote: "按潜在损失排序。未解除预警包括客户疏远和维护不足；“未回应”和“维护不足”为其中的一部分。",
	MoreGroups: func(n int) string {
		return fmt.Sprintf("另有 %d 项潜在损失较小：可在上方选择，或见 JSON。", n)
	},

	CareHead: "我方维护不足", CareNote: "按维护规则应做而未做到的。", NoCare: "没有客户维护不足。",
	Unread:      "暂时无法读取未做到的事项。",
	ThreadsHead: "只通过一人往来", ThreadsNote: "此人一旦离开，对方就无人了解我方。边缘客户不计。", NoThreads: "没有客户只依赖一位联系人。",
	Thread:     func(person string) string { return "几乎所有联系都通过" + person },
	WentQuiet:  "此人已沉默",
	MoreListed: func(n int) string { return fmt.Sprintf("仅列出价值最高的 %d 家。", n) },

	LackingHead: "尚缺的信息",
	NoFiles:     "没有文件列出客户。accounts.csv 提供名称、客户经理、等级和金额。",
	NoValue: func(n int) string {
		return fmt.Sprintf("%s 家客户没有价值：请在 accounts.csv 中填写 margin 或 sales。", message.NumberText(float64(n)))
	},
	NoOwner: func(n int) string {
		return fmt.Sprintf("%s 家客户没有客户经理：请在 accounts.csv 中填写 owner。", message.NumberText(float64(n)))
	},
	NoState: func(n int) string {
		return fmt.Sprintf("%s 家客户没有任何往来数据：请核对客户编号是否与往来数据一致。", message.NumberText(float64(n)))
	},
	DormantCount: func(n int) string {
		return fmt.Sprintf("%s 家客户已长期没有往来，不再判断。", message.NumberText(float64(n)))
	},
	Unlisted: func(n int) string {
		return fmt.Sprintf("%d 条未解除的预警，其客户已不在客户资料中。", n)
	},
	JSONText: "JSON",
}
