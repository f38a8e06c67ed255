package accounts

import (
	"fmt"
	"strings"
	"unicode"

	"firstsign/internal/fault"
)

// spelling is a member of a closed set, or the name of a column, with the
// other words that people have for it.
type spelling struct {
	name string
	also []string
}

var (
	grades = []spelling{
		{string(Key), []string{"关键", "关键客户", "重点", "重点客户", "大客户"}},
		{string(Potential), []string{"潜力", "潜力客户"}},
		{string(Ordinary), []string{"普通", "普通客户", "一般客户"}},
		{string(Marginal), []string{"边缘", "边缘客户"}},
		{string(Problem), []string{"问题", "问题客户"}},
	}
	ranks = []spelling{
		{string(General), []string{"一般供应商", "普通供应商"}},
		{string(Main), []string{"主要供应商", "主力供应商"}},
		{string(Partner), []string{"合作伙伴", "伙伴供应商"}},
		{string(Strategic), []string{"战略供应商", "战略合作伙伴", "战略伙伴"}},
	}
	roles = []spelling{
		{string(DecisionMaker), []string{"决策者", "决策人"}},
		{string(Influencer), []string{"影响者", "影响人"}},
		{string(Screener), []string{"screener", "技术把关者", "技术把关人", "技术筛选者"}},
		{string(Purchaser), []string{"buyer", "采购", "采购者", "采购员"}},
		{string(User), []string{"使用者", "用户"}},
		{string(OpinionLeader), []string{"意见领袖"}},
	}
	stances = []spelling{
		{string(Leaning), []string{"leaning_to_a_competitor", "倾向竞争对手", "偏向竞争对手", "倾向对手"}},
		{string(Opponent), []string{"反对者", "反对"}},
		{string(Neutral), []string{"中立", "中立者"}},
		{string(Supporter), []string{"支持者", "支持"}},
	}
	answers = []spelling{
		{"yes", []string{"true", "y", "x", "1", "是", "√", "✓", "关键人", "关键"}},
		{"no", []string{"false", "n", "0", "否", "×"}},
	}
)

// Spellings of the closed sets, every word that is understood, for editors.
func Spellings() (grade, rank, role, stance []string) {
	return words(grades), words(ranks), words(roles), words(stances)
}

// plain is a word without what does not tell it from others: case, width of
// the letters, and what stands between its parts.
func plain(s string) string {
	s = strings.Map(func(c rune) rune {
		switch c = halfWidth(c); c {
		case ' ', '-', '\u00a0':
			return '_'
		}
		return unicode.ToLower(c)
	}, strings.TrimSpace(s))
	return s
}

// halfWidth is the Latin letter, digit or sign of a full-width one.
func halfWidth(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		return c - '！' + '!'
	case c == '　':
		return ' '
	case c == '￥':
		return '¥'
	}
	return c
}

// find a word in a set; -1 when it is not there.
func find(word string, set []spelling) int {
	word = plain(word)
	for i, s := range set {
		if word == s.name {
			return i
		}
		for _, other := range s.also {
			if word == other {
				return i
			}
		}
	}
	return -1
}

// noneOf says that a word is not in a set.
func noneOf(word string, set []spelling) string {
	return fmt.Sprintf("%q is none of %s%s", word, list(set), fault.DidYouMean(word, words(set)))
}

// list the names of a set.
func list(set []spelling) string {
	names := make([]string, len(set))
	for i, s := range set {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}

// words are all spellings, names first.
func words(set []spelling) []string {
	var all []string
	for _, s := range set {
		all = append(all, s.name)
	}
	for _, s := range set {
		all = append(all, s.also...)
	}
	return all
}
