package portfolio

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// WriteText prints a portfolio for people.
func (p *Report) WriteText(w io.Writer) error {
	out := &page{w: w}
	p.quadrants(out)
	p.moves(out)
	p.topList(out)
	p.concentration(out)
	p.owed(out)
	p.threads(out)
	p.seen(out)
	return out.err
}

// say returns the text of the language.
func (p *Report) say(english, chinese string) string {
	if p.language == message.Chinese {
		return chinese
	}
	return english
}

var chineseGrades = map[accounts.Grade]string{
	accounts.Key: "关键", accounts.Potential: "潜力", accounts.Ordinary: "普通", accounts.Marginal: "边缘", accounts.Problem: "问题",
}

func (p *Report) grade(g accounts.Grade) string { return p.say(string(g), chineseGrades[g]) }

// quadrants draws the four grades as managers do.
func (p *Report) quadrants(out *page) {
	from := p.say("the portfolio: see top in grading.yaml", "按客户组合推定，见 grading.yaml 的 top")
	if p.money {
		from = p.say("by grading.yaml", "按 grading.yaml")
	}
	out.line(p.say("%d accounts", "共 %d 个客户"), p.Accounts)
	if p.Large > 0 {
		out.line(p.say("large: buys for %s or more a year (%s); strong: %s of that or more from us", "规模大：年采购总额不低于 %s（%s）；关系强：其中 %s 及以上购自我方"),
			p.amount(p.Large), from, percent(p.Strong))
	}
	cell := func(g accounts.Grade) string { return pad(p.grade(g), 10) + fmt.Sprintf("%4d    ", p.Grades[g]) }
	row := func(text string, cells ...string) { out.line("  %s%s", pad(text, 10), strings.Join(cells, "")) }
	out.line("")
	row("", pad(p.say("weak share", "份额低"), 18), p.say("strong share", "份额高"))
	row(p.say("large", "规模大"), cell(accounts.Potential), cell(accounts.Key))
	row(p.say("small", "规模小"), cell(accounts.Marginal), cell(accounts.Ordinary))
	row("", cell(accounts.Problem))
}

// moves lists the accounts with a new grade, and those that nearly got one.
func (p *Report) moves(out *page) {
	moved := p.pick((*accounts.Assessment).Moved)
	first := p.pick(func(a *accounts.Assessment) bool { return a.Was == "" && a.Why != accounts.NoMoney })
	out.head(p.say("Who moves (%d)", "等级变动（%d）"), len(moved)+len(first))
	for _, a := range moved {
		out.row(a.ID, a.Name, fmt.Sprintf(p.say("%s -> %s: %s", "%s → %s：%s"), p.grade(a.Was), p.grade(a.Now), p.why(a)))
	}
	for _, a := range first {
		out.row(a.ID, a.Name, fmt.Sprintf(p.say("%s, graded for the first time: %s", "%s，首次定级：%s"), p.grade(a.Now), p.why(a)))
	}
	p.some(out, p.say("Held where they were: their money is inside the band", "维持原级：金额仍在缓冲区间内"), accounts.Held)
	p.some(out, p.say("Graded by the file: potential, sales or cost is not known", "沿用文件中的等级：采购总额、销售额或服务成本未知"), accounts.NoMoney)
	if len(p.Outgrown) > 0 {
		out.line("")
		out.line(p.say("Bigger than thought, they buy more from us than their potential in the file: %s", "规模被低估，购自我方的金额已超过文件中的采购总额：%s"), strings.Join(p.Outgrown, ", "))
	}
}

// some lists accounts under a headline.
func (p *Report) some(out *page, headline string, reason accounts.Why) {
	list := p.pick(func(a *accounts.Assessment) bool { return a.Why == reason })
	if len(list) == 0 {
		return
	}
	out.head("%s"+p.say(" (%d)", "（%d）"), headline, len(list))
	for _, a := range list {
		text := p.grade(a.Now)
		if reason != accounts.NoMoney {
			text += p.say(": ", "：") + p.why(a)
		}
		out.row(a.ID, a.Name, text)
	}
}

// why explains a grade in words, with the figures that decided.
func (p *Report) why(a *accounts.Assessment) string {
	of := p.names.Get(a.ID)
	figures := fmt.Sprintf(p.say("buys for %s, %s from us", "年采购 %s，其中 %s 购自我方"), p.amount(a.Wallet), percent(a.Share))
	switch a.Why {
	case accounts.ByGrowth:
		return figures + fmt.Sprintf(p.say("; sales grew by %s", "；销售额增长 %s"), percent(a.Growth))
	case accounts.ByCost:
		return fmt.Sprintf(p.say("serving it costs %s, its margin is %s", "服务成本 %s，毛利 %s"), p.amount(of.CostToServe), p.amount(of.Margin))
	case accounts.ByComplaints:
		return fmt.Sprintf(p.say("%d complaints in a year", "一年投诉 %d 次"), of.Complaints)
	case accounts.NoMoney:
		return p.say("its money is not known", "金额未知")
	}
	return figures
}

func (p *Report) topList(out *page) {
	t := &p.Turnover
	out.head(p.say("Key accounts: %d", "关键客户：%d 个"), p.Grades[accounts.Key])
	note := p.say("within", "未超过")
	if t.TooMuch() {
		note = p.say("ABOVE", "超过")
	}
	out.line(p.say("  %s of the list changes (%d joined, %d left), %s the %s that may at once", "  名单变动 %s（进入 %d 个，退出 %d 个），%s一次可变动的 %s"),
		percent(t.Part), len(t.Joined), len(t.Left), note, percent(t.Limit))
}

var chineseFigures = map[string]string{"sales": "销售额", "margin": "毛利", "cost_to_serve": "服务成本", "complaints": "投诉"}

func (p *Report) concentration(out *page) {
	out.head("%s", p.say("How much hangs on how few", "集中度"))
	for _, c := range p.Concentration {
		of := pad(p.say(strings.ReplaceAll(c.Of, "_", " "), chineseFigures[c.Of]), 14)
		out.line(p.say("  %s %s   the largest fifth of %d accounts has %s; four fifths come from %d", "  %s %s   %d 个客户中最大的五分之一占 %s；八成来自 %d 个客户"),
			of, padLeft(p.amount(c.Total), 14), c.Accounts, percent(c.Fifth), c.Most)
		if c.Loss > 0 {
			out.line(p.say("  %s %s   is lost again with the accounts below 0", "  %s %s   又在亏损客户上失去"), pad("", 14), padLeft(p.amount(c.Loss), 14))
		}
	}
}

// owed lists the care that each manager owes.
func (p *Report) owed(out *page) {
	out.head(p.say("What each manager owes in %d days", "各客户经理 %d 天内的维护任务"), detector.CareDays)
	for _, l := range p.Owed {
		text := fmt.Sprintf(p.say("%d accounts, %d of them key: %d visits", "%d 个客户，其中关键 %d 个：拜访 %d 次"), l.Accounts, l.Key, l.Visits)
		if l.Contacts > 0 {
			text += fmt.Sprintf(p.say(", %d contacts of any kind", "，各类往来 %d 次"), l.Contacts)
		}
		out.line("  %s %s", pad(cmp.Or(l.Owner, p.say("nobody", "无负责人")), 20), text)
	}
}

func (p *Report) threads(out *page) {
	out.head(p.say("Hang on one person, by the files (%d)", "按文件只系于一人（%d）"), len(p.Threads))
	for _, t := range p.Threads {
		text := fmt.Sprintf(p.say("%s: %d of %d people listed have a say", "%s：%[3]d 名联系人中 %[2]d 人有决策权"), p.grade(t.Grade), t.Power, t.People)
		switch {
		case t.People == 1:
			text = fmt.Sprintf(p.say("%s: only %s is listed", "%s：只登记了%s"), p.grade(t.Grade), t.Person)
		case t.Power == 1:
			text = fmt.Sprintf(p.say("%s: of %d people listed only %s has a say", "%s：%d 名联系人中只有%s有决策权"), p.grade(t.Grade), t.People, t.Person)
		}
		out.row(t.ID, t.Name, text)
	}
}

// seen prints what a history adds.
func (p *Report) seen(out *page) {
	if p.Seen == nil {
		out.line("")
		out.line("%s", p.say("Whom we neglect, and whom nobody meets, only a history tells: --events FILE or --from-topic.", "哪些客户被我方疏忽、哪些人无人接触，要看往来记录：--events FILE 或 --from-topic。"))
		return
	}
	out.head(p.say("Neglected on %s (%d)", "截至 %s 我方维护不足（%d）"), p.Seen.Until, len(p.Seen.Neglected))
	for _, n := range p.Seen.Neglected {
		a := p.names.Get(n.ID)
		owner := cmp.Or(a.Owner, p.say("nobody", "无"))
		out.row(n.ID, a.Name, fmt.Sprintf(p.say("%s, owner %s, since %s", "%s，负责人%s，自 %s 起"), p.grade(a.Grade), owner, n.Since))
		for _, f := range n.Facts {
			out.line("      %s", f)
		}
	}
	out.head(p.say("Dormant on %s: too quiet to be judged, until they are in contact again (%d)", "截至 %s 休眠：往来太少，暂不判断，恢复往来后重新判断（%d）"), p.Seen.Until, len(p.Seen.Dormant))
	for _, id := range p.Seen.Dormant {
		a := p.names.Get(id)
		out.row(id, a.Name, p.grade(a.Grade))
	}
	out.head(p.say("In touch with one person only (%d)", "只与一人往来（%d）"), len(p.Seen.Threads))
	for _, t := range p.Seen.Threads {
		p.people(out, t.ID, t.Contact)
	}
	out.head(p.say("Have a say, and nobody meets them (%d)", "有决策权却无人接触（%d）"), len(p.Seen.Unmet))
	for _, u := range p.Seen.Unmet {
		p.people(out, u.ID, u.Contacts...)
	}
}

// people writes a row with contacts of an account, by name and role.
func (p *Report) people(out *page, id string, contacts ...string) {
	a := p.names.Get(id)
	var who []string
	for _, c := range contacts {
		who = append(who, p.personName(a, c))
	}
	out.row(id, a.Name, p.grade(a.Grade)+p.say(": ", "：")+strings.Join(who, p.say(", ", "、")))
}

var chineseRoles = map[accounts.Role]string{
	accounts.DecisionMaker: "决策者", accounts.Influencer: "影响者", accounts.Screener: "技术把关者",
	accounts.Purchaser: "采购", accounts.User: "使用者", accounts.OpinionLeader: "意见领袖",
}

func (p *Report) personName(a *accounts.Account, id string) string {
	c := a.Contact(id)
	switch {
	case c == nil:
		return id
	case c.Role == "":
		return c.Name
	}
	return fmt.Sprintf(p.say("%s (%s)", "%s（%s）"), c.Name, p.say(strings.ReplaceAll(string(c.Role), "_", " "), chineseRoles[c.Role]))
}

// pick returns accounts, the most valuable first.
func (p *Report) pick(which func(*accounts.Assessment) bool) (some []*accounts.Assessment) {
	for i := range p.Graded {
		if a := &p.Graded[i]; which(a) {
			some = append(some, a)
		}
	}
	slices.SortStableFunc(some, func(x, y *accounts.Assessment) int { return cmp.Compare(y.Value, x.Value) })
	return some
}

// amount writes money; Chinese counts in units of ten thousand.
func (p *Report) amount(v float64) string {
	for _, unit := range []struct {
		from float64
		name string
	}{{1e8, "亿"}, {1e4, "万"}} {
		if p.language == message.Chinese && math.Abs(v) >= unit.from {
			return strconv.FormatFloat(math.Round(v/unit.from*100)/100, 'f', -1, 64) + unit.name
		}
	}
	return money(v)
}

// money writes an amount with commas between thousands.
func money(v float64) string {
	digits := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// percent writes a share with one decimal where it has one.
func percent(part float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(100*part, 'f', 1, 64), ".0") + " %"
}
