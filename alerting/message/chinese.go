package message

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

type chinese struct{}

var chinesePhrases = phrases{
	moved:      "变化：",
	ours:       "我方情况：",
	season:     "历史数据不足两年，尚不能排除季节性因素。",
	complaints: "投诉处理：",

	neglectClears: "应做的维护全部做到并保持一周后，预警自动解除。",

	cut: "……（超出长度限制，此处截断）",
}

func (chinese) phrases() *phrases { return &chinesePhrases }

func (chinese) finish(s string) string { return spaced(s) }

var chineseGrades = map[accounts.Grade]string{
	accounts.Key: "关键客户", accounts.Potential: "潜力客户", accounts.Ordinary: "普通客户",
	accounts.Marginal: "边缘客户", accounts.Problem: "问题客户",
}

func chineseSeverity(critical bool) string {
	if critical {
		return "严重预警"
	}
	return "预警"
}

func chineseDate(d signals.Day) string {
	year, month, day := d.Date()
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}

func chineseSpan(days float64) string {
	s := spanOf(days)
	return number(float64(s.n), 0) + " " + [...]string{"天", "周", "个月", "年"}[s.unit]
}

// chineseEvery is how often something happens: 每天, 每 6 天.
func chineseEvery(days float64) string {
	if s := spanOf(days); s.n == 1 {
		return "每" + [...]string{"天", "周", "月", "年"}[s.unit]
	}
	return "每 " + chineseSpan(days)
}

// series names what moved: 李伟的来电, 我方对李伟的拜访, 来电.
func (chinese) series(r *detector.Reason, who string) string {
	noun := wordOf(r.Signal).zh
	switch {
	case r.Side == detector.Ours && who != "":
		return "我方对" + who + "的" + noun
	case r.Side == detector.Ours:
		return "我方" + noun
	case who != "":
		return who + "的" + noun
	}
	return noun
}

// none says for how many days there were none, up to the day of the message:
// 李伟已 41 天没有来电.
func (chinese) none(r *detector.Reason, who string) string {
	switch {
	case r.Side == detector.Ours && who != "":
		who = "我方对" + who
	case r.Side == detector.Ours:
		who = "我方"
	}
	_, noun := noneOf(r.Signal)
	already := "已"
	if r.Older {
		already = "已超过"
	}
	return fmt.Sprintf("%s%s %d 天没有%s", who, already, silentDays(r), noun)
}

// unanswered says what did not follow: 我方方案已 22 天没有答复.
func (c chinese) unanswered(r *detector.Reason, who string) string {
	_, noun := noneOf(r.Without)
	if r.Signal == "proposal" && r.Without == "proposal_answer" {
		return fmt.Sprintf("我方方案已 %d 天没有%s", int(r.To), noun)
	}
	return fmt.Sprintf("%s之后已 %d 天没有%s", c.series(r, who), int(r.To), noun)
}

func (chinese) deed(r *detector.Reason, who string) string {
	switch {
	case r.Side == detector.Ours:
		who = "我方"
	case who == "":
		who = "对方"
	}
	text := who + "：" + clean(r.Signal)
	if deed := wordOf(r.Signal).zhDeed; deed != "" {
		text = who + deed
	}
	if r.Rival != "" {
		text += "（提到：" + clean(r.Rival) + "）"
	}
	return text
}

// unit follows a number of a count; amounts have none.
func (chinese) unit(r *detector.Reason) string {
	if u := wordOf(r.Signal).zhUnit; u != "" && r.Term != detector.Shrink {
		return " " + u
	}
	return ""
}

// then is the unit, or the space that a number without one needs before a word.
func (c chinese) then(r *detector.Reason) string {
	if u := c.unit(r); u != "" {
		return u
	}
	return " "
}

func (c chinese) head(r *detector.Reason, who string) string {
	from, to := pair(r.From, r.To)
	switch {
	case r.Term == detector.Norm:
		return c.norm(r)
	case r.Term == detector.Only, r.Term == detector.Handover, r.Term == detector.Mark:
		return c.person(r, who)
	case r.Term == detector.Rule && r.Without != "":
		return c.unanswered(r, who)
	case r.Term == detector.Rule:
		return c.deed(r, who)
	case r.Term == detector.Gap:
		return c.none(r, who)
	case r.Term == detector.Incident:
		return c.deed(r, who)
	case r.Term == detector.Shift:
		if r.To > r.From {
			return fmt.Sprintf("%s从 %s 升到 %s", c.series(r, who), from, to)
		}
		return fmt.Sprintf("%s从 %s 降到 %s", c.series(r, who), from, to)
	case r.To <= 0:
		return c.none(r, who)
	}
	if r.Peers {
		return fmt.Sprintf("%s每周 %s%s，通常为 %s%s", c.series(r, who), to, c.unit(r), from, c.unit(r))
	}
	return fmt.Sprintf("%s从每周 %s%s降到 %s%s", c.series(r, who), from, c.then(r), to, c.unit(r))
}

func (chinese) often(what string, r *detector.Reason) string {
	what += " " + number(r.To, 1) + " 次"
	if r.Term == detector.Rule {
		what += "（规则）"
	}
	return what
}

func (chinese) asTold(what string, d signals.Day) string {
	return what + "（与" + chineseDate(d) + "所报相同）"
}

func (c chinese) reason(r *detector.Reason, who string) string {
	text := c.plainly(r, who)
	switch {
	case r.Term == detector.Rule:
		return text + "（依据固定规则：" + chineseRule(r.Rule) + "）"
	case r.Peers:
		return text + "，与同类客户相比"
	}
	return text
}

// plainly is a reason without the note on peers or rules.
func (c chinese) plainly(r *detector.Reason, who string) string {
	head, since := c.head(r, who), chineseDate(r.Since)
	usual, _ := pair(r.From, r.To)
	switch {
	case r.Term == detector.Norm:
		return head
	case r.Term == detector.Only, r.Term == detector.Handover, r.Term == detector.Mark:
		return head
	case r.Term == detector.Rule && r.Without != "":
		if r.From > 0 {
			return fmt.Sprintf("%s，始于 %s，平常约需 %d 天", head, since, max(1, int(math.Round(r.From))))
		}
		return fmt.Sprintf("%s，始于 %s", head, since)
	case r.Term == detector.Rule:
		return head + "：" + chineseCame(r)
	case r.Term == detector.Gap && r.Older:
		return fmt.Sprintf("%s，平常约%s一次", head, chineseEvery(r.From))
	case r.Term == detector.Gap:
		return fmt.Sprintf("%s，平常约%s一次（上次：%s）", head, chineseEvery(r.From), since)
	case r.Term == detector.Incident:
		return head + "：" + chineseCame(r) + "，" + c.usually(r)
	case r.Term == detector.Shift:
		return fmt.Sprintf("%s（自 %s起 %d 天平均）", head, since, r.Window)
	case r.To <= 0:
		text := fmt.Sprintf("%s，平常每周 %s%s", head, usual, c.unit(r))
		if !r.Older {
			text += "（上次：" + since + "）"
		}
		return text
	case r.Term == detector.Shrink:
		return fmt.Sprintf("%s，减少 %d%%（自 %s起）", head, percentLess(r.From, r.To), since)
	}
	return fmt.Sprintf("%s（自 %s起 %d 天）", head, since, r.Window)
}

// chineseCame tells how often something came, and since when.
func chineseCame(r *detector.Reason) string {
	if r.To > 1 {
		return fmt.Sprintf("自 %s起 %s 次", chineseDate(r.Since), number(r.To, 1))
	}
	return fmt.Sprintf("%s %s 次", chineseDate(r.Since), number(r.To, 1))
}

func (chinese) usually(r *detector.Reason) string {
	switch pause := usualPause(r); {
	case r.Unseen && r.History > 0:
		return chineseSpan(float64(r.History)) + "的历史数据中未曾出现"
	case r.Unseen, pause == 0:
		return "此前从未出现"
	case pause < float64(r.Window):
		return fmt.Sprintf("平常 %d 天约 %s 次", r.Window, number(r.From, 1))
	case pause > hardlyEver:
		return "此前几乎从未出现"
	default:
		return "平常约 " + chineseSpan(pause) + "一次"
	}
}

func (c chinese) title(f *Facts, what string) string {
	name := f.shownName()
	switch f.Kind {
	case detector.Neglected, detector.CaredFor:
		if f.Kind == detector.Neglected && f.Returns {
			return after("我方再次对 "+name+" 维护不足", "：", what)
		}
		return c.careTitle(f.Kind, name, what)
	case detector.FeedDead:
		return "数据源 " + name + " 没有数据，疑似中断"
	case detector.FeedLow:
		return "数据源 " + name + " 的数据远少于平常"
	case detector.AllQuiet:
		return "所有数据源都没有数据：可能是节假日，也可能全部中断"
	case detector.FeedRetired:
		return "数据源 " + name + " 已停用"
	case detector.FeedBack:
		if f.Source == detector.AllSources {
			return "各数据源已恢复"
		}
		if f.Moved {
			return "数据源 " + name + " 的数据已改由其他数据源提供"
		}
		return "数据源 " + name + " 已恢复"
	case detector.Misrouted:
		return "数据源 " + name + " 的记录进了错误的分区"
	case detector.IDsMigrated:
		return c.idsTitle(f)
	case detector.IDsSettled:
		return "客户编号更换一事已结束"
	case detector.Routed:
		return "数据源 " + name + " 的记录已回到正确的分区"
	case detector.Closed:
		return name + "：预警已解除"
	}
	if s := chineseDrifts[f.Verdict]; s != "" {
		return after(name+" "+s, "：", what)
	}
	if f.Kind == detector.RaisedAgain {
		return after(name+" 进一步疏远", "：", what)
	}
	if f.Returns {
		return after(name+" 再次疏远", "：", what)
	}
	return after(name+" 正在疏远", "：", what)
}

func (c chinese) facts(f *Facts) string {
	var parts []string
	if g := chineseGrades[f.Grade]; g != "" {
		parts = append(parts, g)
	}
	parts = append(parts, chineseSeverity(f.Critical), "始于 "+chineseDate(f.Since))
	if rare := f.rarity(c.rare, "依据固定规则"); rare != "" {
		parts = append(parts, rare)
	}
	return strings.Join(parts, " · ")
}

func (chinese) rare(risk float64, history int) string {
	switch {
	case risk <= 0:
		return ""
	case beyond(risk, history):
		return "异常之罕见，" + chineseSpan(float64(history)) + "的历史数据已不足以衡量"
	case risk > MostYears:
		return "正常客户 50 年也难得出现一次这样的异常"
	}
	return "正常客户约 " + chineseSpan(risk*365.25) + "才会出现一次这样的异常"
}

func (c chinese) feed(f *Facts) string {
	switch f.Kind {
	case detector.Misrouted:
		return "该数据源的生产者没有按 murmur2 分配分区，会把一个客户拆成两个，看上去都在减少。\n" +
			"数据没有丢失：这些记录在死信主题中等待。请把生产者的分区器设为 murmur2（Java 默认；librdkafka 为 murmur2_random），然后运行 firstsign replay --reason wrong_partition。"
	case detector.IDsMigrated, detector.IDsSettled:
		return c.ids(f)
	case detector.Routed:
		return "整整一周没有再出现。运行 firstsign replay --reason wrong_partition 可取回死信主题中的记录。"
	case detector.FeedLow:
		return "自 " + chineseDate(f.Since) + "起，所有相关客户合计的数据远少于平常，而其他数据源正常，或没有可比的数据源。\n" +
			"恢复之前，不按该数据源判断客户；没有可比数据源时，按各客户在总量中的份额判断。持续八周的水平将被视为新的常态。"
	case detector.AllQuiet:
		return "自 " + chineseDate(f.Since) + "起，所有数据源同时没有数据。calendar.yaml 未列出的节假日会如此，所有数据源共用的环节中断也会如此。\n" +
			"这些日子不判断任何客户。"
	case detector.FeedRetired:
		return "该数据源自 " + chineseDate(f.Since) + "起中断，经人确认不再恢复，因此不再等待：其信号由其他数据源提供的，改按其他数据源判断；没有其他来源的，不再判断。\n" +
			"如果它再次传来数据，将重新开始。"
	case detector.FeedBack:
		if f.Moved {
			return "自 " + chineseDate(f.Since) + "起缺少的数据，已由提供相同信号的其他数据源带来，例如数据源改名或线路切换之后；相关客户改按这些数据源判断。\n" +
				"今后不再期待该数据源的数据；如果它本不该停，请检查。"
		}
		return "自 " + chineseDate(f.Since) + "起的中断已结束，相关客户重新按该数据源判断；补传数据可修复中断期间的记录。"
	}
	return "自 " + chineseDate(f.Since) + "起几乎没有收到数据，而相关客户平常都很活跃。\n" +
		"恢复之前，不按该数据源判断客户，因此没有数据也不会触发客户预警。"
}

func (chinese) ended(f *Facts) string {
	if f.Kind.AboutCare() {
		return "始于 " + chineseDate(f.Since) + "的维护不足已结束：一周以来，应做的维护均已做到。"
	}
	if f.NewLevel {
		return "始于 " + chineseDate(f.Since) + "的变化已持续且稳定，现接受为新的常态；今后以此为准进行判断。"
	}
	return "始于 " + chineseDate(f.Since) + "的异常已结束，该客户已恢复正常。"
}

func (c chinese) clears(r *detector.Reason) string {
	from, _ := pair(r.From, r.To)
	noun := wordOf(r.Signal).zh
	switch r.Term {
	case detector.Mark:
		return "若无其他情况，记录六周后预警自动解除。"
	case detector.Rule:
		if r.Without != "" {
			return "重新出现" + wordOf(r.Without).zh + "并保持一段时间后，预警自动解除。"
		}
		return "一段时间内不再发生，预警自动解除。"
	case detector.Gap:
		return noun + "恢复到平常频率后，预警自动解除。"
	case detector.Incident:
		return "一段时间内不再发生，预警自动解除。"
	case detector.Shift:
		return noun + "回到 " + from + " 左右并保持一段时间后，预警自动解除。"
	}
	return noun + "回到每周 " + from + c.then(r) + "左右并保持一段时间后，预警自动解除。"
}

func (chinese) more(n int) string { return fmt.Sprintf("另有 %d 项", n) }

func (chinese) digest(n int, feeds, care bool) (string, string) {
	const introduction = "这些情况此前已出现，合并为一条摘要；今后的预警将即时发送。"
	if feeds {
		return fmt.Sprintf("有 %d 个数据源没有数据", n), introduction
	}
	if care {
		return fmt.Sprintf("您有 %d 个客户需要关注", n), introduction
	}
	return fmt.Sprintf("您有 %d 个客户正在疏远", n), introduction
}

func (c chinese) item(f *Facts, what string) string {
	name := f.shownName()
	if f.Account == "" {
		return "数据源 " + name + " 自 " + chineseDate(f.Since) + "起没有数据"
	}
	detail := "始于 " + chineseDate(f.Since)
	if rare := f.rarity(c.rare, "依据固定规则"); rare != "" {
		detail += "，" + rare
	}
	if f.AtRisk >= 1 {
		detail += "，潜在损失 " + number(rounded(f.AtRisk), 0)
	}
	if g := chineseGrades[f.Grade]; g != "" {
		name += "（" + g + "）"
	}
	return after(name, "：", what) + "（" + detail + "）"
}

// spaced puts a space between Latin words and Chinese characters.
func spaced(s string) string {
	var b strings.Builder
	var before rune
	for _, r := range s {
		if latin(before) && unicode.Is(unicode.Han, r) || unicode.Is(unicode.Han, before) && latin(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }
