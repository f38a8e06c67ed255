package report

import (
	"fmt"
	"strconv"
	"strings"

	"firstsign/backtest"
	"firstsign/backtest/layout"
)

var chinese = phrases{
	title:    "这些预警本来值多少",
	subtitle: "%d 条往来记录，%d 个客户，%s 至 %s，规则 %s。",
	first:    chineseSentences,
	figures: figures{
		perYear: "次误报，每个客户每年", perYearNote: "%d 次，共 %s 客户年；%.2f 至 %.2f",
		perManager: "次误报，每位客户经理每月", perManagerNote: "%s，共 %.0f 个月；%.2f 至 %.2f",
		found: "的已知流失收到过预警", foundNote: "%.0f / %d；%.0f 至 %.0f %%",
		lead: "收到预警", leadNote: "有预警的流失，取中位数",
		value:    "的流失金额事先有预警",
		managers: func(n int) string { return fmt.Sprintf("%d 位客户经理", n) },
		ahead:    chineseAhead,
	},
	results: map[backtest.Result]string{
		backtest.RightResult: "属实", backtest.EarlyResult: "过早，不计入", backtest.FalseResult: "误报",
		backtest.UnsettledResult: "沉默尚未结束", backtest.UnjudgedResult: "未评判",
	},
	overTime: picture{"预警出现的时间", "按得知预警的日期统计，%s 至 %s。叉号为已知流失的日期。", "各时期的预警，按结论划分"},
	loss:     "已知流失",

	methodsTitle: "与简单方法比较",
	methodsText:  "各方法用于同一批客户，误报次数取与本系统最接近的一档。",
	noLosses:     "没有流失名单（--losses），无法得知它们能发现什么。",
	methods: map[backtest.MethodName]string{
		backtest.Ours: "Firstsign", backtest.AsManyDays: "无往来天数，所有客户同一标准", backtest.ThirtyDays: "30 天无往来",
		backtest.RollingZ: "滚动 z 值，28 天对比此前 84 天", backtest.AtRandom: "随机日期预警",
	},
	asSet: "按配置", days: "%d 天",
	methodColumns: []layout.Column{
		{Head: "方法"},
		{Head: "阈值", Number: true, Means: "达到多少才预警：无往来天数，或标准差的倍数。除 Firstsign 与 30 天外，均为事后选取。"},
		{Head: "误报", Number: true, Means: "往来仍在继续时发出的预警。"},
		{Head: "每客户年", Number: true, Means: "一个客户一年的误报次数。"},
	},
	lossMethodColumns: []layout.Column{
		{Head: "发现的流失", Number: true, Means: "流失前后有预警的已知流失所占比例，见“如何计数”。“过早”指预警更早发出、且一直有效。"},
		{Head: "流失当天已知", Number: true, Means: "到流失当天为止已有预警的比例。"},
		{Head: "提前 30 天", Number: true, Means: "至少提前 30 天有预警的比例。"},
		{Head: "提前量中位数", Number: true, Means: "有预警的流失中，一半至少提前这么久。"},
	},
	unsettledColumn: layout.Column{Head: "尚未结束", Number: true, Means: "记录结束时沉默仍未结束的预警。"},
	plusEarly:       "，另有 %d 个过早",
	detection:       picture{"发现多少，代价几何", "允许这么多误报时，能发现的已知流失所占比例。虚线：到流失当天为止已有预警。", "发现的流失比例与每客户年误报次数"},
	leads:           picture{"提前多久", "按距流失的天数，已有预警的流失所占比例。除“30 天无往来”外，各方法的误报次数与本系统相近。", "按距流失的天数，已有预警的流失比例"},
	falsePerYear:    "每客户年误报次数 →", shareFound: "发现的流失比例", leadAcross: "距流失的天数 →",
	asConfigured: "Firstsign，按现有配置", byItsDay: "到流失当天为止", lossDay: "流失当天",

	gradesTitle: "按客户等级", notGraded: "未分级",
	gradeColumns: []layout.Column{
		{Head: "等级"},
		{Head: "客户数", Number: true},
		{Head: "客户年", Number: true, Means: "正常客户合计观察了多久。"},
		{Head: "预警", Number: true},
		{Head: "误报", Number: true, Means: "往来仍在继续时发出的预警。"},
		{Head: "每客户年误报", Number: true, Means: "括号内：真实次数所在范围，置信度 90 %。"},
	},
	gradeLosses: layout.Column{Head: "发现的流失", Number: true}, of: "%d / %d",

	rarityTitle: "风险值可信吗？",
	rarity:      picture{"", "风险为 3，意为正常客户平均每 3 客户年才有一次如此异常。落在虚线上即为属实；低于虚线，说明预警比承诺的更频繁，可用 firstsign calibrate 校正。", "承诺的罕见程度与实际的罕见程度"},
	promised:    "承诺：每 … 客户年一次", seen: "实际：每 … 客户年一次",

	lossesTitle:  "已知的流失",
	datesAreLast: "其中 %d 个，所给日期就是最后一次往来的日期（以 * 标出）。此后沉默期间的预警，计到客户算作沉默为止。如果知道得知流失的日期，请填那一天。",
	lossColumns: []layout.Column{
		{Head: "客户"}, {Head: "流失日期"}, {Head: "预警日"},
		{Head: "提前量", Number: true, Means: "从预警到流失的天数。负数表示预警晚于流失。"},
		{Head: "结论", Means: "已发现：流失前后有预警。过早：预警更早发出、且一直有效。未发现：两者皆无。"},
	},
	fates: map[backtest.Fate]string{
		backtest.FoundFate: "已发现", backtest.EarlyFate: "过早，不计入", backtest.MissedFate: "未发现", backtest.AbsentFate: "记录中没有",
	},

	countedTitle: "如何计数",
	definitions: []string{
		"预警按得知的日期计：触发预警的那一天结束后的次日；单凭一件坏消息就足以预警的，按当天计。",
		"正常的日子：从第一次往来后 84 天起，到最后一次往来为止；流失的客户，到流失前最后一次往来之前 60 天为止。",
		"误报：在正常的日子里发出的预警。其中有些客户经理未必觉得多余；没有流失名单时，无法确认任何预警属实，因此这个数字是上限。",
		"流失已发现：从流失前最后一次往来之前 60 天，到流失后 30 天之间发出了预警。更早发出、当时仍有效的预警，既不算发现也不算误报：过早。",
		"流失日期就是最后一次往来的日期（相差不超过 2 天）时，当天谁也无从得知流失。此时预警计到客户算作沉默为止：60 天没有往来，或此前最长间隔的两倍，以较长者为准。",
		"记录结束时沉默仍未结束、又不是已知流失的客户，其预警既不算误报也不算发现：尚未结束。",
		"各方法按同样的规则用于同一批客户：一次异常只预警一次，低于阈值 14 天后结束（本系统按配置：低于 clear）。简单方法的阈值，取误报次数与本系统最接近的一档。",
		"区间的置信度为 90 %：次数用精确区间（Garwood），比例用 Wilson 区间。",
	},
}

var chineseSentences = sentences{
	alerts: func(n int) string { return fmt.Sprintf("%d 次预警", n) },
	were:   func(n int, what string) string { return fmt.Sprintf("%d 次%s", n, what) },
	are:    strconv.Itoa,
	list:   func(parts []string) string { return strings.Join(parts, "，") },
	stop:   "。",

	none:    "这段记录中没有预警。",
	unnamed: "%s中有多少属实，无从得知：没有指明流失的客户。",
	of:      "%s中，%s。",
	what: map[backtest.Result]string{
		backtest.RightResult: "属实", backtest.FalseResult: "误报", backtest.EarlyResult: "过早、不计入",
	},
	unknown: "%d 次无法判断",
	single:  "只有 1 次预警，%s。",
	one: map[backtest.Result]string{
		backtest.RightResult: "属实", backtest.FalseResult: "是误报", backtest.EarlyResult: "过早，不计入",
		backtest.UnsettledResult: "沉默尚未结束，还无法判断", backtest.UnjudgedResult: "未评判",
	},

	right:        "属实：客户流失了，预警就在流失前后：从最后一次往来前 %d 天到流失后 %d 天。",
	wrong:        "误报：往来仍在继续。其中有些预警，客户经理未必觉得多余。",
	wrongUnnamed: "其中 %d 次之后往来仍在继续，在此算作误报，尽管客户经理未必觉得多余。",
	unsettled:    "无法判断：%s 次预警的沉默，到记录结束时仍未结束。",
	unjudged:     "%s无法判断：%s 次预警的客户历史太短，或早已流失。", also: "同样",
	perMonth:     "每位客户经理每月会收到 %.1f 次误报。",
	tooYoung:     func(n int) string { return fmt.Sprintf("%d 个客户历史太短，未作评判。", n) },
	feedFailures: func(n int) string { return fmt.Sprintf("运维人员会收到 %d 次数据源中断的通知。", n) },

	lossesTold: "%d 个已知流失中，%d 个在流失前后有预警", lossTold: "这个已知流失有预警", lossMissed: "这个已知流失前后没有预警",
	lead: "，在%s", medianLead: "，中位数为%s",
	ahead:        chineseAhead,
	earlyLosses:  "另有 %d 个，预警过早，不计入。",
	absentLosses: "另有 %d 个，流失日期之前记录中没有往来。",
	simple:       "误报次数相近时，“%.0f 天无往来”一类的规则会发现其中 %.0f 个，随机日期预警约发现 %.0f 个。",
}

// chineseAhead says how many days before or after a loss.
func chineseAhead(days int) string {
	switch {
	case days == 0:
		return "流失当天"
	case days < 0:
		return fmt.Sprintf("流失后 %d 天", -days)
	}
	return fmt.Sprintf("流失前 %d 天", days)
}
