package report

import (
	"fmt"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/plural"
)

// comparePhrases are the words of the page of a comparison in one language.
type comparePhrases struct {
	title, subtitle string // subtitle with from, to and the hashes of both configurations
	answers         func(n *difference) []string
	notes           func(n *difference) []string
	overTime        picture
	changes         map[backtest.Change]string
	tableTitle      string
	tableText       string
	columns         []layout.Column
	result          layout.Column
	others          string
	left            string // how many the page does not hold
	was, feed       string
	graded          string // an account with its grade
	moved           func(d *backtest.Difference) string
}

// difference is what the first sentences say.
type difference struct {
	*backtest.Comparison
	Alerts [2]int // about accounts
}

// right counts the results of one of the two configurations.
func (n *difference) right(which int) *counts {
	return &counts{
		Report: &backtest.Report{LossesSeen: n.Judgement.LossesSeen}, Of: n.Judgement.Results[which], All: n.Alerts[which],
	}
}

// judged tells whether it is known which alerts were right.
func (n *difference) judged() bool { return n.Judgement.LossesSeen > 0 }

// counted are the differences of a change by result.
func (n *difference) counted(c backtest.Change) map[backtest.Result]int {
	of := map[backtest.Result]int{}
	for i := range n.Differences {
		if d := &n.Differences[i]; d.Change == c && d.Result != "" {
			of[d.Result]++
		}
	}
	return of
}

func compareWordsOf(l message.Language) *comparePhrases {
	if l == message.Chinese {
		return &chineseComparison
	}
	return &englishComparison
}

var englishComparison = comparePhrases{
	title:    "What the change would do",
	subtitle: "The same history under two configurations, %s to %s. Rules %s, then %s.",
	answers: func(n *difference) []string {
		if n.judged() {
			return []string{"With the change: " + lower(englishAnswer(n.right(1))), "As it is: " + lower(englishAnswer(n.right(0)))}
		}
		return []string{
			fmt.Sprintf("With the change there would have been %s instead of %d.", plural.Count(n.Alerts[1], "alert"), n.Alerts[0]),
			"How many of them were right is not known, because no loss is named (--losses).",
		}
	},
	notes: englishDifferences,
	overTime: picture{
		"When the alerts came", "Alerts by the day on which people would have heard of them, %s to %s. One that moved stands at its new day. The marks below are the days of changes that are few, and of known losses.",
		"Alerts over time, by what the change does to them",
	},
	changes: map[backtest.Change]string{
		backtest.Same: "the same", backtest.Earlier: "earlier", backtest.Later: "later", backtest.Added: "added", backtest.Removed: "removed",
	},
	tableTitle: "Every alert that changes",
	tableText:  "Look at the removed and the later ones first: that is the price of fewer alerts.",
	columns: []layout.Column{
		{Head: "account"},
		{Head: "change", Means: "Two alerts about one account are the same if their episodes overlap, or if they were told within 28 days of each other."},
		{Head: "alert on", Means: "The day on which people would have heard of it. Of a removed alert it is the day as it is now."},
		{Head: "as it is now", Means: "The day of the same alert under the present configuration."},
		{Head: "what changed"},
	},
	result: layout.Column{Head: "result", Means: "Right: the account was lost, and the alert came from 60 days before its last contact to 30 days after the loss. False: contact went on."},
	others: "Others (%d)", left: "The page leaves out %d more. The JSON has all of them (--json).", was: "%s, %s", feed: "source %s", graded: "%s (%s)",
	moved: func(d *backtest.Difference) string {
		return plural.Count(d.Days, "day") + " " + map[backtest.Change]string{backtest.Earlier: "earlier", backtest.Later: "later"}[d.Change]
	},
}

func englishDifferences(n *difference) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	switch {
	case n.Rules[0] == n.Rules[1]:
		return []string{"The two configurations give the detector the same rules."}
	case len(n.Differences) == 0:
		return []string{"The rules differ, but the alerts on this history are the same."}
	}
	say("The change adds %s, removes %d, moves %d earlier and %d later, and leaves %d where they are.", plural.Count(n.Counts[backtest.Added], "alert"),
		n.Counts[backtest.Removed], n.Counts[backtest.Earlier], n.Counts[backtest.Later], n.Counts[backtest.Same])
	if n.judged() {
		for _, c := range []struct {
			change backtest.Change
			name   string
		}{{backtest.Added, "added"}, {backtest.Removed, "removed"}} {
			if of := n.counted(c.change); len(of) > 0 {
				say("Of the %s ones, %s and %s.", c.name, were(of[backtest.RightResult], "right"), were(of[backtest.FalseResult], "false"))
			}
		}
	} else {
		say("Added alerts are not wrong, and removed ones are not right.")
	}
	if n.Feeds != [2]int{} {
		say("Alerts about failed sources: %d as it is, %d with the change.", n.Feeds[0], n.Feeds[1])
	}
	return list
}

// lower begins a sentence that goes on after a colon.
func lower(sentence string) string { return string(sentence[0]|0x20) + sentence[1:] }

var chineseComparison = comparePhrases{
	title:    "这项改动会带来什么",
	subtitle: "同一段历史，两套配置，%s 至 %s。规则 %s，改后 %s。",
	answers: func(n *difference) []string {
		if n.judged() {
			return []string{"改动之后：" + chineseAnswer(n.right(1)), "现在：" + chineseAnswer(n.right(0))}
		}
		return []string{
			fmt.Sprintf("改动之后会有 %d 次预警，现在是 %d 次。", n.Alerts[1], n.Alerts[0]),
			"其中有多少属实，无从得知：没有指明流失的客户（--losses）。",
		}
	},
	notes: chineseDifferences,
	overTime: picture{
		"预警出现的时间", "按得知预警的日期统计，%s 至 %s。时间有变的，按新的日期计。下方标记为次数不多的变化及已知流失的日期。", "各时期的预警，按改动的影响划分",
	},
	changes: map[backtest.Change]string{
		backtest.Same: "不变", backtest.Earlier: "提前", backtest.Later: "推后", backtest.Added: "新增", backtest.Removed: "取消",
	},
	tableTitle: "有变化的预警",
	tableText:  "请先看取消和推后的预警：那是减少预警的代价。",
	columns: []layout.Column{
		{Head: "客户"},
		{Head: "变化", Means: "同一客户的两次预警，异常时段重叠，或得知日期相差不超过 28 天，视为同一次。"},
		{Head: "预警日", Means: "得知预警的日期。取消的预警为现在的日期。"},
		{Head: "现在", Means: "现有配置下同一次预警的日期。"},
		{Head: "迹象"},
	},
	result: layout.Column{Head: "结论", Means: "属实：客户流失了，预警在最后一次往来前 60 天到流失后 30 天之间。误报：往来仍在继续。"},
	others: "其余（%d）", left: "另有 %d 个未列入本页，全部见 JSON（--json）。", was: "%s，%s", feed: "数据源 %s", graded: "%s（%s）",
	moved: func(d *backtest.Difference) string {
		return map[backtest.Change]string{backtest.Earlier: "提前", backtest.Later: "推后"}[d.Change] + fmt.Sprintf(" %d 天", d.Days)
	},
}

func chineseDifferences(n *difference) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	switch {
	case n.Rules[0] == n.Rules[1]:
		return []string{"两套配置给检测器的规则相同。"}
	case len(n.Differences) == 0:
		return []string{"规则不同，但在这段历史上预警相同。"}
	}
	say("新增 %d 次，取消 %d 次，提前 %d 次，推后 %d 次，不变 %d 次。",
		n.Counts[backtest.Added], n.Counts[backtest.Removed], n.Counts[backtest.Earlier], n.Counts[backtest.Later], n.Counts[backtest.Same])
	if n.judged() {
		for _, c := range []struct {
			change backtest.Change
			name   string
		}{{backtest.Added, "新增"}, {backtest.Removed, "取消"}} {
			if of := n.counted(c.change); len(of) > 0 {
				say("%s的预警中，%d 次属实，%d 次误报。", c.name, of[backtest.RightResult], of[backtest.FalseResult])
			}
		}
	} else {
		say("新增的未必是误报，取消的未必属实。")
	}
	if n.Feeds != [2]int{} {
		say("关于数据源中断的预警：现在 %d 次，改动之后 %d 次。", n.Feeds[0], n.Feeds[1])
	}
	return list
}
