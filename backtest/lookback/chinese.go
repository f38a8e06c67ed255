package lookback

import (
	"fmt"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/signals"
)

var chineseUnseen = map[MissReason]string{
	NotThere: "记录中没有", TooYoung: "历史太短", NoHabit: "往来太少", FeedBlind: "数据中断", AsUsual: "往来如常", TooWeak: "迹象未达阈值",
}

var chinese = phrases{
	title: "我们本来能提前知道吗？",
	subtitle: func(b *Report) string {
		return fmt.Sprintf("%d 个客户的 %d 条往来记录，%s 至 %s。仅凭当时已有的记录，逐日判断。", b.Accounts, b.Interactions, b.From, b.To)
	},
	answer: func(b *Report) string {
		switch seen, median := b.warnedLosses(); {
		case len(b.Lost) == 0 && len(b.Silent) == 0:
			return "没有指明已流失的客户，也没有长期沉默的客户。"
		case len(b.Lost) == 0:
			warned, after := b.warnedSilent()
			s := fmt.Sprintf("没有指明已流失的客户。有 %d 个客户在记录结束时已长期沉默，", len(b.Silent)+b.MoreSilent)
			if b.MoreSilent > 0 {
				s += fmt.Sprintf("所列 %d 个中", len(b.Silent))
			} else {
				s += "其中"
			}
			s += fmt.Sprintf("有 %d 个会收到预警", warned)
			if warned > 0 {
				s += "，中位数为" + chineseBefore(-after, "最后一次往来")
			}
			return s + "。"
		case seen == 0 && len(b.Lost) == 1:
			return "这个流失客户不会收到预警。"
		case len(b.Lost) == 1:
			return fmt.Sprintf("这个流失客户会收到预警，%s。", chineseAhead(median))
		case seen == 0:
			return fmt.Sprintf("%d 个流失客户，都不会收到预警。", len(b.Lost))
		default:
			return fmt.Sprintf("%d 个流失客户中，有 %d 个会收到预警，中位数为%s。", len(b.Lost), seen, chineseAhead(median))
		}
	},
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
	sign: "最初迹象", alert: "预警", loss: "流失", silent: "自此沉默",
	more: "……另有 %d 个。", moreAlerts: "过去一年另有 %d 次预警。",

	lostTitle:          "流失的客户",
	lostIntroduction:   "从最后一次往来前 60 天到流失后 30 天之间有效的预警才计入。流失日请填得知流失的日期，不要填最后一次订单的日期，否则所有预警都算过晚。",
	silentTitle:        "记录结束时已沉默的客户",
	silentIntroduction: "沉默超过两个月，且超过自身最长间隔的两倍。并不说明已经流失；确已流失的，请用 --lost 客户:日期 指明。",
	alertsTitle:        "过去一年最强的预警",
	alertsIntroduction: "不含上面已流失或已沉默的客户。请标注每一条属于哪种情况：由此可知今后会有多少误报。",
	noAlerts:           "过去一年没有其他预警。",
	alertHeads:         []string{"客户", "预警日", "罕见程度", "变化", "之后"},
	labels:             []string{"误报", "预料之中", "属实"},
	blindTitle:         "盲区",
	blindIntroduction:  "这些客户的往来即使减半，六周之内也看不出来。",
	noBlind:            "没有：凡有往来的客户，减半都会在六周之内被发现。",
	blindHeads:         []string{"客户", "每周往来", "沉默多久可见", "减半多久可见", "如何改善"},

	graded: func(name string, grade accounts.Grade) string {
		return name + "（" + message.GradeText(message.Chinese, grade) + "）"
	},
	lostOn: func(d signals.Day) string { return "，" + d.String() + " 流失" },
	silentSince: func(d *Departure) string {
		return fmt.Sprintf("，自 %s 起沉默（此前最长间隔 %d 天）", d.Day, d.Pause)
	},
	notThere: "此日之前，记录中没有与该客户的往来。",
	lastContact: func(d *Departure) string {
		return fmt.Sprintf("最后一次往来：%s，%s。", d.Last, chineseAhead(int(d.Day-d.Last)))
	},
	firstSign: func(d *Departure, lost bool) string {
		if lost {
			return fmt.Sprintf("最初迹象：%s，%s。", d.FirstSign, chineseAhead(int(d.Day-d.FirstSign)))
		}
		return fmt.Sprintf("最初迹象：%s。", d.FirstSign)
	},
	told: func(d *Departure, lost bool) string {
		when := fmt.Sprintf("最后一次往来后 %d 天", d.lead(false))
		if lost {
			when = chineseAhead(d.lead(true))
		} else if d.lead(false) <= 0 {
			when = "当时仍有往来"
		}
		return fmt.Sprintf("预警：%s，%s（%s）：", d.Alert.Told, when, message.RarityText(message.Chinese, d.Alert.Risk, d.Alert.History))
	},
	why: func(d *Departure) string {
		switch d.Unseen {
		case TooYoung:
			return fmt.Sprintf("没有预警：此前仅有 %d 天的历史，尚无习惯可言。", d.Known)
		case NoHabit:
			return fmt.Sprintf("没有预警：往来太少，尚无习惯可言（最后 12 周只有 %d 天有往来）。", d.Days)
		case FeedBlind:
			return fmt.Sprintf("没有预警：数据源 %s 自 %s 起中断，无法区分客户沉默与数据中断。", nameOfFeed(d.Feed), d.Feed.Since)
		case AsUsual:
			return fmt.Sprintf("没有预警：直到最后，往来都在自身习惯之内（最后四周每周 %.1f 次，此前 %.1f 次）。现有记录中看不出迹象，其他信号或许能看出。", d.PerWeek, d.Usual)
		}
		return fmt.Sprintf("没有预警：有迹象，但未达阈值：风险最高 %.2g 客户年，达到 %.2g 才预警。", d.Highest, d.Raise)
	},
	closed: func(e *backtest.Episode) string {
		return fmt.Sprintf("此前 %s 有过预警，%s 解除。", e.Told, e.Ended)
	},
	late: func(d *Departure) string {
		return fmt.Sprintf("%s 才有预警，%s，为时已晚，不计入。", d.Late.Told, chineseAhead(int(d.Day-d.Late.Told)))
	},
	rare: func(risk float64, history int) string { return message.RarityText(message.Chinese, risk, history) },
	after: func(a *PastAlert) string {
		switch a.aftermath() {
		case tooSoon:
			return "时间太短，尚不能判断"
		case stillSilent:
			return fmt.Sprintf("%d 天后仍然沉默", a.Waited)
		case cameBack:
			return fmt.Sprintf("%d 天后恢复往来；此后每周 %.1f 次，此前 %.1f 次", a.Back, a.After, a.Before)
		}
		return fmt.Sprintf("往来未断：此后八周每周 %.1f 次，此前 %.1f 次", a.After, a.Before)
	},
	delay: func(days int) string {
		if days == 0 {
			return "90 天内看不出"
		}
		return fmt.Sprintf("%d 天", days)
	},
}

func chineseAhead(days int) string { return chineseBefore(days, "流失") }

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
