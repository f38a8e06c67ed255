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
	TrendCalm            func(weeks int) string
	TrendWeek            func(day, atRisk string, accounts, known int) string
	Colon                string

	TurnoverHead, TurnoverNote string
	TurnoverOf                 func(key, left, joined, weeks int) string
	TurnoverKnown              func(known, accounts int) string
	TurnoverUnknown            func(weeks int, since string) string // since may be empty
	KeyNoMore, KeyNow          string
	GradeSince                 func(grade, day string) string
	GradeNew                   func(grade string) string // by the files of today
	Sales                      func(now, before, change string) string
}

// weeksAgo is how long ago something was; 12 and 26 weeks are the usual cases.
func weeksAgo(weeks int) string {
	switch weeks {
	case 12:
		return "twelve weeks ago"
	case 26:
		return "half a year ago"
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
	TrendCalm: func(weeks int) string {
		if weeks == 1 {
			return "No account is drifting away, and none was a week ago."
		}
		return "No account was drifting away at the end of any of the last " + plural.Count(weeks, "week") + "."
	},
	TrendWeek: func(day, atRisk string, n, known int) string {
		of := fmt.Sprintf("%s of %s", message.NumberText(float64(n)), englishAccounts(known))
		if atRisk == "" {
			return fmt.Sprintf("%s: %s drifting away", day, of)
		}
		return fmt.Sprintf("%s: %s at risk in %s", day, atRisk, of)
	},
	Colon: ": ",

	TurnoverHead: "Who was key, and who is", TurnoverNote: "By the grades in force at each day's close. Days that were loaded later have the grades of the day of loading.",
	TurnoverOf: func(key, left, joined, weeks int) string {
		text := fmt.Sprintf("Of the %s of %s, %s %s key no more.", plural.Count(key, "key account"), weeksAgo(weeks), message.NumberText(float64(left)), isOrAre(left))
		switch {
		case key == 0:
			text = "No account was key " + weeksAgo(weeks) + "."
		case key == 1 && left == 1:
			text = "The key account of " + weeksAgo(weeks) + " is key no more."
		case left == 0:
			text = fmt.Sprintf("All %s of %s are still key.", plural.Count(key, "key account"), weeksAgo(weeks))
			if key == 1 {
				text = "The key account of " + weeksAgo(weeks) + " is still key."
			}
		}
		if joined > 0 {
			text += fmt.Sprintf(" %s became key.", message.NumberText(float64(joined)))
		}
		return text
	},
	TurnoverKnown: func(known, n int) string {
		return fmt.Sprintf("The grade of then is known of %s of %s.", message.NumberText(float64(known)), englishAccounts(n))
	},
	TurnoverUnknown: func(weeks int, since string) string {
		text := "Which accounts were key " + weeksAgo(weeks) + " is not known"
		if since != "" {
			text += ": grades are kept since " + since
		}
		return text + "."
	},
	KeyNoMore: "Key no more", KeyNow: "Became key",
	GradeSince: func(grade, day string) string { return grade + " since " + day },
	GradeNew:   func(grade string) string { return grade + ", new in the account files" },
	Sales: func(now, before, change string) string {
		return fmt.Sprintf("sales %s a year, the year before %s (%s)", now, before, change)
	},
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
	TrendCalm:  func(weeks int) string { return fmt.Sprintf("最近 %d 周，每周末均没有客户疏远。", weeks) },
	TrendWeek: func(day, atRisk string, n, known int) string {
		text := fmt.Sprintf("%s：%s 家客户中 %s 家正在疏远", day, message.NumberText(float64(known)), message.NumberText(float64(n)))
		if atRisk != "" {
			text += "，潜在损失 " + atRisk
		}
		return text
	},
	Colon: "：",

	TurnoverHead: "关键客户的变动", TurnoverNote: "按每天结束时有效的等级。事后导入的日子采用导入当天的等级。",
	TurnoverOf: func(key, left, joined, weeks int) string {
		ago := fmt.Sprintf("%d 周前", weeks)
		if weeks == 26 {
			ago = "半年前"
		}
		text := fmt.Sprintf("%s的 %d 家关键客户中，%d 家已不再是关键客户", ago, key, left)
		switch {
		case key == 0:
			text = ago + "没有关键客户"
		case left == 0:
			text = fmt.Sprintf("%s的 %d 家关键客户目前仍是关键客户", ago, key)
		}
		if joined > 0 {
			text += fmt.Sprintf("；新增关键客户 %d 家", joined)
		}
		return text + "。"
	},
	TurnoverKnown: func(known, n int) string {
		return fmt.Sprintf("%s 家客户中，已知当时等级的有 %s 家。", message.NumberText(float64(n)), message.NumberText(float64(known)))
	},
	TurnoverUnknown: func(weeks int, since string) string {
		text := fmt.Sprintf("%d 周前哪些是关键客户，尚不清楚", weeks)
		if weeks == 26 {
			text = "半年前哪些是关键客户，尚不清楚"
		}
		if since != "" {
			text += "：等级自" + since + "起才有记录"
		}
		return text + "。"
	},
	KeyNoMore: "不再是关键客户", KeyNow: "新成为关键客户",
	GradeSince: func(grade, day string) string { return day + "起为" + grade },
	GradeNew:   func(grade string) string { return grade + "（客户资料刚刚变更）" },
	Sales: func(now, before, change string) string {
		return fmt.Sprintf("年销售额 %s，上年 %s（%s）", now, before, change)
	},
}
