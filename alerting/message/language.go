package message

import (
	"firstsign/accounts"
	"firstsign/signals"
)

// Language of messages and lines.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages lists every language; the first is the default.
var Languages = []Language{English, Chinese}

// DateText is a day as messages write it.
func DateText(l Language, d signals.Day) string {
	if l == Chinese {
		return chineseDate(d)
	}
	return englishDate(d)
}

// wordIn is the word for something in a language; empty when there is none.
func wordIn[T comparable](l Language, english, chinese map[T]string, of T) string {
	if l == Chinese {
		return chinese[of]
	}
	return english[of]
}

// GradeText is the grade of an account as messages write it.
func GradeText(l Language, g accounts.Grade) string {
	return wordIn(l, englishGrades, chineseGrades, g)
}

// RankText is what we are among an account's suppliers.
func RankText(l Language, r accounts.Rank) string { return wordIn(l, englishRanks, chineseRanks, r) }

// StanceText is where a person stands towards us.
func StanceText(l Language, s accounts.Stance) string {
	return wordIn(l, englishStances, chineseStances, s)
}

// RoleText is what a person does in a purchase.
func RoleText(l Language, r accounts.Role) string { return wordIn(l, englishRoles, chineseRoles, r) }

// NumberText is a number with as many decimals as are worth reading at its size.
func NumberText(x float64) string { return number(x, leastDecimals(x, x)) }

// RarityText is how rarely a healthy account reaches a risk in account-years, as
// far as so many days of history can show; empty when the risk is 0. With 0 days it
// is not known how many there are.
func RarityText(l Language, risk float64, history int) string {
	if l == Chinese {
		return chinese{}.rare(risk, history)
	}
	return english{}.rare(risk, history)
}

// LabelText is a label as people read it.
func LabelText(l Language, label signals.Label) string {
	return wordIn(l, englishLabels, chineseLabels, label)
}

var englishLabels = map[signals.Label]string{
	signals.FalseAlarm: "a false alarm", signals.Expected: "expected", signals.ActedSaved: "acted, and the account stays",
	signals.ActedLost: "acted, and the account is lost", signals.NotKnown: "not known",
}

var chineseLabels = map[signals.Label]string{
	signals.FalseAlarm: "误报", signals.Expected: "预料之中", signals.ActedSaved: "已采取行动，客户保住了",
	signals.ActedLost: "已采取行动，客户仍流失", signals.NotKnown: "尚不清楚",
}

var englishRoles = map[accounts.Role]string{
	accounts.DecisionMaker: "decision maker", accounts.Influencer: "influencer", accounts.Screener: "technical screener",
	accounts.Purchaser: "purchaser", accounts.User: "user", accounts.OpinionLeader: "opinion leader",
}

var chineseRoles = map[accounts.Role]string{
	accounts.DecisionMaker: "决策人", accounts.Influencer: "影响者", accounts.Screener: "技术把关人",
	accounts.Purchaser: "采购人", accounts.User: "使用者", accounts.OpinionLeader: "意见领袖",
}
