package demo

import (
	"fmt"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest/simulate"
)

// words are the demo's own texts, in the language of its alerts.
type words struct {
	portfolio string // number of companies, of days
	story     string // company, key person
	parts     map[simulate.Scenario]string
	watch     string // headline of the scenarios
	grades    string // how many are key, potential, ordinary, marginal, problem
	moves     string // how many
	fifth     string // percent of sales
	loaded    string // interactions, seconds, address of the page
	goesOn    string // how long a day takes
	over      string
	later     string // company, person: the files change
	erased    string // person, company
}

func wordsOf(l message.Language) *words {
	if l == message.Chinese {
		return &chinese
	}
	return &english
}

var english = words{
	portfolio: "A portfolio of %d simulated companies, %d days of their interactions, in a Kafka and a Redis inside this process.\n",
	story:     "One key account is about to leave: %s, whose key person is %s. Firstsign does not know that.\n",
	watch:     "Others to look at; the rest is well:\n",
	parts: map[simulate.Scenario]string{
		simulate.BuysLess:         "%s buys less of everything; our share stays",
		simulate.HandsOver:        "%s is well: %s is promoted, and a deputy takes over. No alert",
		simulate.Withdraws:        "%s: %s falls silent, nobody takes over, and we call all the more",
		simulate.ComplaintIgnored: "%s complained to us in vain; we know nobody there but %s",
		simulate.Demotes:          "%s is well, until our files say that we lost rank there, and %s",
		simulate.NotVisited:       "%s is well, and our side has forgotten it",
	},
	grades: "By money: %d key, %d potential, %d ordinary, %d marginal, %d problem accounts",
	moves:  "; %d would move",
	fifth:  "; the largest fifth has %.0f %% of our sales (firstsign accounts grade says who).\n",
	loaded: "%d interactions loaded in %.1f s. Page: http://%s/  Ctrl-C ends.\n",
	goesOn: "\nThat was the past, told as it came. From here on it goes on live: a day takes %v.\n",
	over:   "\nThat was the history, told as it came. Nothing comes after it; the page stays. Ctrl-C ends.\n",
	later:  "\nThe sales department saved its files: our rank at %s is lower, and %s leans to a competitor. At the end of the day that is a mark.\n",
	erased: "\n%s of %s has asked to be forgotten: a record in the log removes the person from state and alerts.\n",
}

var chinese = words{
	portfolio: "%d 家模拟客户、%d 天的往来记录，Kafka 和 Redis 都在本进程之内。\n",
	story:     "其中一家关键客户即将流失：%s，关键人是%s。Firstsign 事先并不知道。\n",
	watch:     "另外可留意以下客户，其余客户一切正常：\n",
	parts: map[simulate.Scenario]string{
		simulate.BuysLess:         "%s：各项采购都在减少，我方份额不变",
		simulate.HandsOver:        "%s：一切正常，%s升职，工作由副手接手，不应预警",
		simulate.Withdraws:        "%s：%s不再联系，也无人接手，我方反而打得更勤",
		simulate.ComplaintIgnored: "%s：投诉无人答复；我方在那里只认识%s一人",
		simulate.Demotes:          "%s：一切正常，直到资料显示我方地位下降、失去%s的支持",
		simulate.NotVisited:       "%s：一切正常，我方却忘了去拜访",
	},
	grades: "按金额分级：关键 %d 家，潜力 %d 家，普通 %d 家，边缘 %d 家，问题 %d 家",
	moves:  "；其中 %d 家应调级",
	fifth:  "；最大的五分之一占销售额的 %.0f%%（firstsign accounts grade 可查看明细）。\n",
	loaded: "已载入 %d 条往来记录，用时 %.1f 秒。页面：http://%s/  按 Ctrl-C 结束。\n",
	goesOn: "\n以上是历史，按发生的先后预警。以下为实时演示：每 %v 为一天。\n",
	over:   "\n以上是全部历史，按发生的先后预警。之后不再有数据，页面仍可查看。按 Ctrl-C 结束。\n",
	later:  "\n销售部更新了资料：我方在%s的地位下降，%s倾向竞争对手。当日结束时记为一处变动。\n",
	erased: "\n%[2]s的%[1]s要求删除个人信息：日志中的一条记录会把此人从状态和预警中移除。\n",
}

// cast names the accounts to watch.
func (w *words) cast(s *simulate.Portfolio) string {
	var b strings.Builder
	story := s.Story()
	fmt.Fprintf(&b, w.story, story.Account.Name, story.Contact.Name)
	b.WriteString(w.watch)
	for _, m := range s.Personas() {
		text := w.parts[m.Scenario]
		names := []any{m.Account.Name, m.Contact.Name}
		fmt.Fprintf(&b, "- "+text+"\n", names[:strings.Count(text, "%s")]...)
	}
	return b.String()
}

// grading summarizes the portfolio.
func (w *words) grading(g accounts.Grading, d *accounts.Directory) string {
	g.Keep = false // as with a grading.yaml
	r := g.Review(d)
	var counts []any
	for _, grade := range accounts.Grades {
		counts = append(counts, r.Grades[grade])
	}
	text, moves := fmt.Sprintf(w.grades, counts...), 0
	for i := range r.Graded {
		if r.Graded[i].Moved() {
			moves++
		}
	}
	text += fmt.Sprintf(w.moves, moves)
	for _, c := range r.Concentration {
		if c.Of == "sales" {
			text += fmt.Sprintf(w.fifth, 100*c.Fifth)
		}
	}
	return text
}
