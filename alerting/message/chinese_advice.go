package message

import (
	"fmt"
	"strings"

	"firstsign/detector"
	"firstsign/signals"
)

var chineseSteps = map[step]string{
	askWhatChanged:  "本周致电或拜访%s，了解有何变化。",
	answerUltimatum: "今天就与有权决定条件的同事一起答复%s。",
	meetCompetitor:  "本周与%s面谈竞争对手的条件，并请上级参与：采购已在转移。",
	visitNow:        "趁订单尚在，本周拜访%s，坦诚了解有何变化。",
	visitAndSettle:  "趁订单尚在，本周拜访%s，坦诚了解有何变化，并解决其投诉。",
	adaptVolumes:    "维护好与%s的关系：按其当前需求调整供货量，下次发货前核查信用。",
	chaseProposal:   "向%s了解方案还缺什么、由谁决定。",
	reachOtherwise:  "换一种方式联系%s，并结识该客户的第二位联系人。",
	answerOffer:     "向%s了解竞争对手给出的条件，以及怎样才能留住对方。",
	compareOwn:      "向%s了解自己做的计划、成本和时间表，提出由我方承担或共同完成的部分。",
	settleReference: "向%s了解为什么不再愿意为我方背书，先解决问题，再谈宣传。",
	proposeMeeting:  "请%s自定时间和地点，安排一次简短会面。",
	askContent:      "向%s了解有何不满。",
	askPlans:        "向%s了解未来几个月的采购计划。",
	planVisits:      "把欠缺的拜访和联系列入本周计划，先拜访%s。",
	answerWait:      "今天就答复投诉，并告知%s由谁负责。",
}

func (chinese) advice(steps []step, who string) string {
	if who == "" {
		who = "关键联系人"
	}
	text := "建议："
	for _, s := range steps {
		text += fmt.Sprintf(chineseSteps[s], who)
	}
	return text
}

var chineseVerdicts = map[detector.Verdict]string{
	detector.Defection:      "判断：疑似流失。我方份额下降%s，而对方采购总额与以往持平。",
	detector.Downturn:       "判断：疑似需求下滑。对方采购总额减少，而我方份额与以往持平%s。",
	detector.EarlyDefection: "判断：疑似早期流失。关系转冷，而采购额与我方份额尚与以往持平%s。",
}

func (chinese) verdict(v detector.Verdict) string { return chineseVerdicts[v] }

func (chinese) shareNoted(d signals.Day) string {
	return "（份额最近一次记录于" + chineseDate(d) + "）"
}

func (chinese) stake(f *Facts) string {
	var facts []string
	account := f.Known
	if f.Worth > 0 {
		facts = append(facts, "年价值 "+number(f.Worth, 0))
	}
	if f.AtRisk >= 1 {
		facts = append(facts, "潜在损失 "+number(rounded(f.AtRisk), 0))
	}
	if day, left, soon := f.renewal(); soon {
		facts = append(facts, fmt.Sprintf("合同 %s到期，还有 %d 天", chineseDate(day), left))
	}
	if r := chineseRanks[account.Rank]; r != "" {
		facts = append(facts, "我方地位："+r)
	}
	if s := clean(account.Stage); s != "" {
		facts = append(facts, "采购阶段："+s)
	}
	if account.Proposals > 0 {
		facts = append(facts, fmt.Sprintf("%d 份方案待答复", account.Proposals))
	}
	if s := clean(account.Industry); s != "" {
		facts = append(facts, "行业："+s)
	}
	if s := clean(account.StandIn); s != "" {
		facts = append(facts, "代理人："+s)
	}
	if s := clean(account.ProjectManager); s != "" {
		facts = append(facts, "项目经理："+s)
	}
	if s := clean(account.Expert); s != "" {
		facts = append(facts, "技术专家："+s)
	}
	return strings.Join(facts, " · ")
}

// chineseDrifts are headlines of a verdict.
var chineseDrifts = map[detector.Verdict]string{
	detector.Defection:      "的采购正转向其他供应商",
	detector.Downturn:       "的采购整体减少",
	detector.EarlyDefection: "关系转冷（采购尚未减少）",
}
