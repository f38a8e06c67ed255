package report

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/plural"
)

// comparePhrases are the words of the page of a comparison in one language.
type comparePhrases struct {
	title, subtitle string // subtitle with from, to and the hashes of both configurations
	report          *phrases
	// With the change and as it is: before the answer for each; where no loss is named, with
	// the alerts of both.
	change, present, counts string
	unnamed                 string
	sameRules, sameAlerts   string
	moves                   func(n map[backtest.Change]int) string
	of, unknown             string // with a change; of with what its alerts were
	unjudged                string
	feeds                   string // with those as it is, and with the change
	overTime                picture
	changes                 map[backtest.Change]string
	tableTitle              string
	tableText               string
	columns                 []layout.Column
	result                  layout.Column
	others                  string
	left                    string // how many the page does not hold
	was, feed               string
	graded                  string // an account with its grade
	moved                   func(d *backtest.Difference) string
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

// answers are how many alerts were right, with the change and without it.
func (w *comparePhrases) answers(n *difference) []string {
	first := &w.report.first
	if n.judged() {
		return []string{w.change + lower(first.answer(n.right(1))), w.present + lower(first.answer(n.right(0)))}
	}
	return []string{fmt.Sprintf(w.counts, first.alerts(n.Alerts[1]), n.Alerts[0]), w.unnamed}
}

// lower begins a sentence that goes on after a colon.
func lower(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToLower(first)) + sentence[size:]
}

// notes are the sentences below the answers.
func (w *comparePhrases) notes(n *difference) (list []string) {
	switch {
	case n.Rules[0] == n.Rules[1]:
		return []string{w.sameRules}
	case len(n.Differences) == 0:
		return []string{w.sameAlerts}
	}
	list = append(list, w.moves(n.Counts))
	if n.judged() {
		for _, change := range []backtest.Change{backtest.Added, backtest.Removed} {
			switch of := n.counted(change); {
			case len(of) == 0:
			case of[backtest.RightResult]+of[backtest.FalseResult]+of[backtest.EarlyResult] == 0:
				list = append(list, fmt.Sprintf(w.unknown, w.changes[change]))
			default:
				list = append(list, fmt.Sprintf(w.of, w.changes[change], w.report.first.results(of)))
			}
		}
	} else {
		list = append(list, w.unjudged)
	}
	if n.Feeds != [2]int{} {
		list = append(list, fmt.Sprintf(w.feeds, n.Feeds[0], n.Feeds[1]))
	}
	return list
}

var englishComparison = comparePhrases{
	title:    "What the change would do",
	subtitle: "The same history under two configurations, %s to %s. Rules %s, then %s.",
	report:   &english,
	change:   "With the change: ", present: "As it is: ", counts: "With the change there would have been %s instead of %d.",
	unnamed:   "How many of them were right is not known, because no loss is named (--losses).",
	sameRules: "The two configurations give the detector the same rules.", sameAlerts: "The rules differ, but the alerts on this history are the same.",
	moves: func(n map[backtest.Change]int) string {
		return fmt.Sprintf("The change adds %s, removes %d, moves %d earlier and %d later, and leaves %d where they are.",
			plural.Count(n[backtest.Added], "alert"), n[backtest.Removed], n[backtest.Earlier], n[backtest.Later], n[backtest.Same])
	},
	of: "Of the %s ones, %s.", unknown: "Whether the %s ones were right is not known.", unjudged: "Added alerts are not wrong, and removed ones are not right.",
	feeds: "Alerts about failed sources: %d as it is, %d with the change.",
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

var chineseComparison = comparePhrases{
	title:    "这项改动会带来什么",
	subtitle: "同一段历史，两套配置，%s 至 %s。规则 %s，改后 %s。",
	report:   &chinese,
	change:   "改动之后：", present: "现在：", counts: "改动之后会有 %s，现在是 %d 次。",
	unnamed:   "其中有多少属实，无从得知：没有指明流失的客户（--losses）。",
	sameRules: "两套配置给检测器的规则相同。", sameAlerts: "规则不同，但在这段历史上预警相同。",
	moves: func(n map[backtest.Change]int) string {
		return fmt.Sprintf("新增 %d 次，取消 %d 次，提前 %d 次，推后 %d 次，不变 %d 次。",
			n[backtest.Added], n[backtest.Removed], n[backtest.Earlier], n[backtest.Later], n[backtest.Same])
	},
	of: "%s的预警中，%s。", unknown: "%s的预警是否属实，无从得知。", unjudged: "新增的未必是误报，取消的未必属实。",
	feeds: "关于数据源中断的预警：现在 %d 次，改动之后 %d 次。",
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
