package accounts

import "firstsign/internal/spelling"

// The closed sets of the files, with the words that are understood.
var (
	grades = spelling.Set{
		{Name: string(Key), Also: []string{"关键", "关键客户", "重点", "重点客户", "大客户"}},
		{Name: string(Potential), Also: []string{"潜力", "潜力客户"}},
		{Name: string(Ordinary), Also: []string{"普通", "普通客户", "一般客户"}},
		{Name: string(Marginal), Also: []string{"边缘", "边缘客户"}},
		{Name: string(Problem), Also: []string{"问题", "问题客户"}},
	}
	ranks = spelling.Set{
		{Name: string(General), Also: []string{"一般供应商", "普通供应商"}},
		{Name: string(Main), Also: []string{"主要供应商", "主力供应商"}},
		{Name: string(Partner), Also: []string{"合作伙伴", "伙伴供应商"}},
		{Name: string(Strategic), Also: []string{"战略供应商", "战略合作伙伴", "战略伙伴"}},
	}
	roles = spelling.Set{
		{Name: string(DecisionMaker), Also: []string{"决策者", "决策人"}},
		{Name: string(Influencer), Also: []string{"影响者", "影响人"}},
		{Name: string(Screener), Also: []string{"screener", "技术把关者", "技术把关人", "技术筛选者"}},
		{Name: string(Purchaser), Also: []string{"buyer", "采购", "采购者", "采购员"}},
		{Name: string(User), Also: []string{"使用者", "用户"}},
		{Name: string(OpinionLeader), Also: []string{"意见领袖"}},
	}
	stances = spelling.Set{
		{Name: string(Leaning), Also: []string{"leaning_to_a_competitor", "倾向竞争对手", "偏向竞争对手", "倾向对手"}},
		{Name: string(Opponent), Also: []string{"反对者", "反对"}},
		{Name: string(Neutral), Also: []string{"中立", "中立者"}},
		{Name: string(Supporter), Also: []string{"支持者", "支持"}},
	}
	answers = spelling.Set{
		{Name: "yes", Also: []string{"true", "y", "x", "1", "是", "√", "✓", "关键人", "关键"}},
		{Name: "no", Also: []string{"false", "n", "0", "否", "×"}},
	}
)

// Spellings of the closed sets, every word that is understood, for editors.
func Spellings() (grade, rank, role, stance []string) {
	return grades.Words(), ranks.Words(), roles.Words(), stances.Words()
}
