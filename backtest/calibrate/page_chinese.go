package calibrate

import (
	"fmt"

	"firstsign/backtest"
	"firstsign/backtest/layout"
)

var chinese = phrases{
	title:    "这些阈值的代价与效果",
	subtitle: "依据 %d 个客户，共 %.1f 客户年，%s 至 %s。",
	first:    chineseSentences,
	results: map[backtest.Result]string{
		backtest.RightResult: "属实", backtest.FalseResult: "误报", backtest.UnsettledResult: "沉默尚未结束", backtest.UnjudgedResult: "未评判",
	},
	loss: "已知流失",

	timeTitle:   "这些阈值会在何时预警",
	timeCaption: "按迹象达到阈值的日期统计，%s 至 %s。此图与拟合用的是同一段历史；下方误报表用的则不是。",

	seenTitle:   "变化多久可见",
	seenText:    "变化是在正常客户的副本上试验的。若与“没有变化”的客户一样很少被发现，就等于看不见。",
	seenCaption: "按变化后的天数，已有预警的客户所占比例。",
	noHabit:     "没有客户的习惯足够长，无法试验变化。",
	scenarios: map[Scenario]string{
		Silent: "沉默", Drop75: "往来降到四分之一", Drop50: "往来减半", Drop30: "往来减少 30 %", Decay4: "每周减少 4 %",
		Decay2: "每周减少 2 %", Sentiment: "评分下降一个标准差", BadNews: "多一条坏消息",
		Moved: "换了渠道：不应预警", Unchanged: "没有变化：偶然的预警",
	},
	seenColumns: []layout.Column{
		{Head: "变化"}, {Head: "等级"}, {Head: "客户数", Number: true, Means: "在多少个客户上试验过。当时已有预警的客户不计入。"},
	},
	within: "%d 天内", median: layout.Column{Head: "一半在", Number: true, Means: "经过这么久，一半的变化已被发现。"},
	allGrades: "全部", notWithin: "%d 天内看不出", inDays: "%d 天",
	byGrade:   "按等级（%d）",
	shareSeen: "被发现的比例", daysAcross: "变化后的天数 →",

	alert:     "预警",
	callTitle: "本周最值得致电的客户", callText: "记录结束时，这些客户最接近阈值，或超出最多。",
	callCaption: "每周有往来的天数，%s 至 %s。",
	callLine: func(c *Call) []string {
		quiet := "最后一次往来就在最后一天。"
		if c.Quiet > 0 {
			quiet = fmt.Sprintf("最后一次往来在记录结束前 %d 天。", c.Quiet)
		}
		return []string{
			fmt.Sprintf("风险为 %.3g 客户年，达到阈值的 %.0f %%。", c.Risk, 100*min(c.Raised, 99.99)), quiet,
			fmt.Sprintf("平常每周有 %.1f 天往来，最近 %.1f 天。", c.PerWeek, c.Lately),
		}
	},

	thresholdsTitle: "阈值", byHand: "在 signals.yaml 中手工设定", lowest: "已是最低：预算多于值得发出的预警",
	thresholdColumns: []layout.Column{
		{Head: "等级"}, {Head: "客户数", Number: true, Means: "最近 90 天有往来的客户。"},
		{Head: "预警（raise）", Number: true, Means: "风险达到这一客户年数即预警：正常客户平均这么久才有一次。"},
		{Head: "解除（clear）", Number: true, Means: "低于这一数值 14 天，预警解除。"}, {Head: "说明"},
	},

	falseTitle: "误报", all: "全部",
	falseText: "每次都用另一批客户、另一半时间拟合的曲线计数。",
	falseColumns: []layout.Column{
		{Head: "等级"}, {Head: "每客户年", Number: true, Means: "括号内：真实次数所在范围，置信度 90 %。"},
		{Head: "预警", Number: true}, {Head: "客户年", Number: true, Means: "正常客户合计观察了多久。"},
	},

	blindTitle: "盲区", blindText: "这些客户的往来即使减半，六周之内也看不出来。",
	noBlind: "没有：任何客户的往来减半，都会在六周之内被发现。", others: "其余全部（%d）",
	blindColumns: []layout.Column{
		{Head: "客户"}, {Head: "等级"}, {Head: "每周往来", Number: true},
		{Head: "减半可见", Number: true, Means: "往来减半后，这么多天才有预警。"},
		{Head: "沉默可见", Number: true, Means: "往来中断后，这么多天才有预警。"}, {Head: "如何改善"},
	},
}

var chineseSentences = sentences{
	alerts: func(n int) string { return fmt.Sprintf("%d 次预警", n) },

	none:    "按这些阈值，这段历史中不会有预警。",
	unnamed: "按这些阈值会有 %s。其中有多少属实，无从得知：没有指明流失的客户。",
	known:   "按这些阈值会有 %s，其中 %d 次属实，%d 次误报。",
	partly:  "按这些阈值会有 %s，其中 %d 次属实，%d 次误报，%d 次无法判断。",
	budget:  "每位客户经理每月约有 %.1f 次误报（%.1f 至 %.1f）；预算为 %g 次。",

	wrong:   "其中 %d 次之后往来仍在继续，算作误报。",
	tried:   "试验：%[1]d 个%[2]s，%[4]d 天内有 %[3]d 个收到预警。",
	triedOn: map[Scenario]string{Silent: "沉默的客户", Drop50: "往来减半的客户", Unchanged: "没有变化的客户"},
	blind: func(n, of int) string {
		return fmt.Sprintf("盲区：%d 个有往来的客户中，有 %d 个往来减半六周之内也看不出来。", of, n)
	},
	managers: func(n, of int) string {
		return fmt.Sprintf("%d 位客户经理中，有 %d 位是为没有负责人的客户假定的：请在客户文件中填写负责人。", of, n)
	},
}
