package words

import (
	"fmt"

	"firstsign/alerting/message"
	"firstsign/internal/plural"
)

// OverTime is what the page of the portfolio says of the weeks before. An amount is empty
// where nothing is at risk.
type OverTime struct {
	TrendHead, TrendNote string
	TrendColumn          string
	TrendMoney           func(now, before string, weeks int) string
	TrendAccounts        func(now, before, weeks int) string
	TrendKnown           func(now, before, weeks int) string // how many accounts they rest on
	TrendShort           func(weeks int) string
	TrendWeek            func(day, atRisk string, accounts, known int) string
	Colon                string
}

// weeksAgo is how long ago something was; 12 weeks are the usual case.
func weeksAgo(weeks int) string {
	if weeks == 12 {
		return "twelve weeks ago"
	}
	return plural.Count(weeks, "week") + " ago"
}

var englishOverTime = OverTime{
	TrendHead: "At risk over twelve weeks", TrendColumn: "Twelve weeks", TrendNote: "By the alerts that were open at the end of each week. Money, managers and grades are today's, in every week.",
	TrendMoney: func(now, before string, weeks int) string {
		either := func(amount string) string {
			if amount == "" {
				return "nothing"
			}
			return amount
		}
		return fmt.Sprintf("%s at risk now; %s it was %s.", Capital(either(now)), weeksAgo(weeks), either(before))
	},
	TrendAccounts: func(now, before, weeks int) string {
		return fmt.Sprintf("%s %s drifting away now; %s it was %s.", englishAccounts(now), isOrAre(now), weeksAgo(weeks), message.NumberText(float64(before)))
	},
	TrendKnown: func(now, before, weeks int) string {
		return fmt.Sprintf("Each week counts the accounts that were known by then: %s now, %s %s.", message.NumberText(float64(now)), message.NumberText(float64(before)), weeksAgo(weeks))
	},
	TrendShort: func(weeks int) string {
		return "The figures go back " + plural.Count(weeks, "week") + " only."
	},
	TrendWeek: func(day, atRisk string, n, known int) string {
		of := fmt.Sprintf("%s of %s", message.NumberText(float64(n)), englishAccounts(known))
		if atRisk == "" {
			return fmt.Sprintf("%s: %s drifting away", day, of)
		}
		return fmt.Sprintf("%s: %s at risk in %s", day, atRisk, of)
	},
	Colon: ": ",
}

var chineseOverTime = OverTime{
	TrendHead: "十二周来的潜在损失", TrendColumn: "十二周", TrendNote: "按每周末未解除的预警计算。各周的金额、客户经理和等级均以今天为准。",
	TrendMoney: func(now, before string, weeks int) string {
		either := func(amount string) string {
			if amount == "" {
				return "为零"
			}
			return " " + amount
		}
		return fmt.Sprintf("潜在损失目前%s，%d 周前%s。", either(now), weeks, either(before))
	},
	TrendAccounts: func(now, before, weeks int) string {
		return fmt.Sprintf("正在疏远的客户目前 %s 家，%d 周前 %s 家。", message.NumberText(float64(now)), weeks, message.NumberText(float64(before)))
	},
	TrendKnown: func(now, before, weeks int) string {
		return fmt.Sprintf("各周只计当时已有往来数据的客户：%d 周前 %s 家，目前 %s 家。", weeks, message.NumberText(float64(before)), message.NumberText(float64(now)))
	},
	TrendShort: func(weeks int) string { return fmt.Sprintf("仅有最近 %d 周的数据。", weeks) },
	TrendWeek: func(day, atRisk string, n, known int) string {
		text := fmt.Sprintf("%s：%s 家客户中 %s 家正在疏远", day, message.NumberText(float64(known)), message.NumberText(float64(n)))
		if atRisk != "" {
			text += "，潜在损失 " + atRisk
		}
		return text
	},
	Colon: "：",
}
