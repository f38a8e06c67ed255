package message

import (
	"fmt"
	"math"

	"firstsign/accounts"
	"firstsign/detector"
)

// person says who is the only contact, who took over contact, and what changed in
// the files.
func (c chinese) person(r *detector.Reason, who string) string {
	since := chineseDate(r.Since)
	switch r.Term {
	case detector.Handover:
		return fmt.Sprintf("自 %s起由%s接手联系", since, who)
	case detector.Mark:
		return c.mark(r, who) + "（" + since + "）"
	}
	return fmt.Sprintf("只有%s一人与我方联系：占 %d 天内对方联系的 %.0f%%", who, r.Window, math.Floor(100*r.To))
}

var chineseRanks = map[accounts.Rank]string{
	accounts.General: "一般供应商", accounts.Main: "主要供应商", accounts.Partner: "合作伙伴", accounts.Strategic: "战略供应商",
}

var chineseStances = map[accounts.Stance]string{
	accounts.Leaning: "倾向竞争对手", accounts.Opponent: "反对", accounts.Neutral: "中立", accounts.Supporter: "支持",
}

func (c chinese) mark(r *detector.Reason, who string) string {
	switch r.Signal {
	case detector.OwnerMark:
		return "我方更换了客户经理"
	case detector.RankMark:
		moved := "升为"
		if r.To < r.From {
			moved = "降为"
		}
		return fmt.Sprintf("我方地位由%s%s%s", chineseRanks[placed(accounts.Ranks, r.From)], moved, chineseRanks[placed(accounts.Ranks, r.To)])
	case detector.StanceMark:
		return fmt.Sprintf("%s的态度由%s变为%s", who, chineseStances[placed(accounts.Stances, r.From)], chineseStances[placed(accounts.Stances, r.To)])
	}
	return c.deed(r, who)
}
