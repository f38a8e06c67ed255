package lookback

import (
	"fmt"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/signals"
)

var chineseUnseen = map[MissReason]string{
	NotThere: "记录中没有", TooYoung: "历史太短", NoHabit: "往来太少", FeedBlind: "数据中断", AsUsual: "往来如常", TooEarly: "时间太短", TooWeak: "迹象未达阈值",
}

var chinese = phrases{
	title: "我们本来能提前知道吗？",
	subtitle: func(b *Report) string {
		return fmt.Sprintf("%d 个客户的 %d 条往来记录，%s 至 %s。仅凭当时已有的记录，逐日判断。", b.Accounts, b.Interactions, b.From, b.To)
	},
	alertsAnswer: chineseAlerts,
	lossAnswer:   func(b *Report) string { return join("", chineseLost(b), chineseLastContact(b), chineseSilent(b)) },
	whyNot: func(reasons []missCount, late int) string {
		var list []string
		for _, u := range reasons {
			list = append(list, fmt.Sprintf("%s（%d 个）", chineseUnseen[u.reason], u.losses))
		}
		s := "没有预警的原因：" + strings.Join(list, "、") + "。"
		if late > 0 {
			s += fmt.Sprintf("其中 %d 个后来有预警，但为时已晚，不计入。", late)
		}
		return s
	},
	short: func(days int) string {
		return fmt.Sprintf("记录仅有 %d 天。了解一个客户的习惯约需 12 周，此处看不出的迹象未必不存在。", days)
	},
	meaningTitle: "词语的含义",
	meanings: []layout.Meaning{
		{Word: "流失", Text: "由您指明的客户，并给出得知流失的日期（--lost、--losses）。"},
		{Word: "沉默", Text: fmt.Sprintf("超过 %d 天没有任何往来，且超过此前最长间隔的两倍；此前至少 %d 天有往来。只有客户一方的行为才算往来。", backtest.SilentDays, backtest.HabitDays)},
		{Word: "计入", Text: fmt.Sprintf("流失的客户：从最后一次往来前 %d 天到流失后 %d 天之间有效的预警。沉默的客户：按上述定义算作沉默之前有效的预警；此后查一张沉默客户名单也能知道。若流失日期就是最后一次往来的日期（相差不超过 %d 天），同沉默的客户一样计算：当天谁也无从得知流失。", backtest.LossBefore, backtest.LossAfter, backtest.SameDay)},
		{Word: "属实", Text: "预警对流失或沉默的客户计入；或者预警首先指出的往来，此后八周仍不到平时的一半（含一半）。钱包份额一类的均值：更接近预警时的水平，而不是平时的水平。"},
		{Word: "误报", Text: "往来继续，或恢复到一半以上。是否有人及时处理过，记录中看不出来。"},
		{Word: "过晚", Text: "流失已超过上述期限，或客户早已沉默。"},
		{Word: "尚无法判断", Text: "此后的记录不足八周，或间隔还不够长，不能算作沉默。"},
	},

	sign: "最初迹象", alert: "预警", loss: "流失", silent: "自此沉默",
	timeTitle: "预警出现的时间", timeCaption: "按得知预警的日期统计，%s 至 %s。下方为流失的日期，以及客户从何时起沉默。",
	weeks:  "每周往来，%s 至 %s。",
	more:   "……另有 %d 个，全部列在网页中（--out 文件.html）。",
	others: "其余全部（%d）",

	lostTitle:          "流失的客户",
	lostIntroduction:   "如果知道得知流失的日期，请填那一天，不要填最后一次订单的日期。",
	silentTitle:        "记录结束时已沉默的客户",
	silentIntroduction: "这些客户没有被指明为流失。确已流失的，请用 --lost 客户:日期 指明。",
	alertsTitle:        "最强的预警",
	alertsIntroduction: "按告知过的最高风险从高到低排列。沉默越久，风险越高，所以排在前面的更常属实。结论只依据记录；您可能知道得更多，请标注每次预警的实际情况。",
	noAlerts:           "没有预警。",
	alertHeads:         []string{"客户", "预警日", "结论", "变化", "之后"},
	alertMeans:         []string{"", "得知预警的日期。", "依据记录得出，见“词语的含义”。", "预警最主要的理由。", "首先指出的信号或联系人此后的情况。"},
	labels:             []string{"误报", "预料之中", "属实"},
	labelHead:          "实际情况",
	verdicts:           [...]string{Right: "属实", Wrong: "误报", TooLate: "过晚", Undecided: "尚无法判断"},
	blindTitle:         "盲区",
	blindIntroduction:  "这些客户最近六周有往来。它们的往来即使减半，六周之内也看不出来。",
	noBlind:            "没有：最近六周有往来的客户，减半都会在六周之内被发现。",
	blindHeads:         []string{"客户", "每周往来", "沉默多久可见", "减半多久可见", "如何改善"},
	blindMeans:         []string{"", "记录的最后几周。", "往来若中断，这么多天后才有预警。", "往来若减半，这么多天后才有预警。", ""},
	lostHeads:          []string{"客户", "流失日期", "最后一次往来", "预警"},
	silentHeads:        []string{"客户", "自此沉默", "此前最长间隔", "预警"},
	noAlert:            "无",

	graded: func(name string, grade accounts.Grade) string {
		return name + "（" + message.GradeText(message.Chinese, grade) + "）"
	},
	lostOn: func(d signals.Day) string { return "，" + d.String() + " 流失" },
	silentSince: func(d *Departure) string {
		return fmt.Sprintf("，自 %s 起沉默（此前最长间隔 %d 天）", d.Day, d.Pause)
	},
	days:     func(n int) string { return fmt.Sprintf("%d 天", n) },
	notThere: "此日之前，记录中没有与该客户的往来。",
	lastContact: func(d *Departure) string {
		return fmt.Sprintf("最后一次往来：%s，%s。", d.Last, chineseBefore(int(d.Day-d.Last), "流失"))
	},
	dateIsLast: func(d *Departure) string {
		return fmt.Sprintf("所给日期就是最后一次往来的日期（%s）。此后 %d 天没有往来即算作沉默，预警计到 %s 为止。", d.Last, d.Limit, d.To)
	},
	contactWent: func(last signals.Day) string {
		return fmt.Sprintf("此日之后仍有往来，最后一次在 %s。", last)
	},
	firstSign: func(d *Departure, lost bool) string {
		return fmt.Sprintf("最初迹象：%s，%s。", d.FirstSign, chineseFrom(d, lost, d.FirstSign))
	},
	told: func(d *Departure, lost bool) string {
		return fmt.Sprintf("预警：%s，%s（%s）：", d.Alert.Told, chineseFrom(d, lost, d.Alert.Told), message.RarityText(message.Chinese, d.Alert.Risk, d.Alert.History))
	},
	when: func(d *Departure, lost bool) string {
		return fmt.Sprintf("%s，%s", d.Alert.Told, chineseFrom(d, lost, d.Alert.Told))
	},
	why: func(d *Departure) string {
		switch d.Unseen {
		case TooYoung:
			return fmt.Sprintf("没有预警：此前仅有 %d 天的历史，尚无习惯可言。", d.Known)
		case NoHabit:
			return fmt.Sprintf("没有预警：往来太少，尚无习惯可言（最后 12 周只有 %d 天有往来）。", d.Days)
		case FeedBlind:
			return fmt.Sprintf("没有预警：数据源 %s 自 %s 起中断，无法区分客户沉默与数据中断。", nameOfFeed(d.Feed), d.Feed.Since)
		case TooEarly:
			return fmt.Sprintf("尚无预警：记录在最后一次往来后 %d 天结束。", d.Ends)
		case AsUsual:
			return fmt.Sprintf("没有预警：到 %s 为止，往来一直正常（最后四周每周 %.1f 次，此前 %.1f 次）。现有记录中看不出迹象，其他信号或许能看出。", d.Last, d.PerWeek, d.Usual)
		}
		return fmt.Sprintf("没有预警：有迹象，但未达阈值：风险最高 %.2g 客户年，达到 %.2g 才预警。", d.Highest, d.Raise)
	},
	closed: func(e *backtest.Episode) string {
		return fmt.Sprintf("此前 %s 有过预警，%s 解除。", e.Told, e.Ended)
	},
	late: func(d *Departure, lost bool) string {
		return fmt.Sprintf("%s 才有预警，%s，为时已晚，不计入。", d.Late.Told, chineseFrom(d, lost, d.Late.Told))
	},
	after: chineseAfter,
	delay: func(days int) string {
		if days == 0 {
			return "90 天内看不出"
		}
		return fmt.Sprintf("%d 天", days)
	},
}

// chineseFrom says how far a day is from the loss, or from the last contact.
func chineseFrom(d *Departure, lost bool, day signals.Day) string {
	if d.sinceLast(lost) {
		return chineseBefore(int(d.Last-day), "最后一次往来")
	}
	return chineseBefore(int(d.Day-day), "流失")
}

// chineseBefore says how many days before or after something.
func chineseBefore(days int, what string) string {
	switch {
	case days == 0:
		return what + "当天"
	case days < 0:
		return fmt.Sprintf("%s后 %d 天", what, -days)
	}
	return fmt.Sprintf("%s前 %d 天", what, days)
}
