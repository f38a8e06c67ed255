package alerting

import (
	"strings"
	"time"

	"firstsign/detector"
	"firstsign/signals"
)

// courtesy says in one language why a message comes to its reader.
type courtesy struct {
	superior func(owner string) string
	copied   func(superior string) string
	standIn  func(owner string, after time.Duration) string
	woken    func(by string, until signals.Day) string
	grown    func(answer *Event, on signals.Day) string
	// reminder begins the headline of what was told before.
	reminder map[detector.FindingKind]string
	again    func(closed signals.Day, fresh []string) string
	answer   string // before a link
	list     string // before the link of a digest
}

func (l Language) courtesy() *courtesy {
	if l == Chinese {
		return &chineseCourtesy
	}
	return &englishCourtesy
}

var englishCourtesy = courtesy{
	reminder: map[detector.FindingKind]string{escalated: "Not answered: ", woken: "It goes on: "},
	again: func(closed signals.Day, fresh []string) string {
		s := "The alert before closed on " + englishDate(closed) + ". "
		if len(fresh) == 0 {
			return s + "It is the same as then."
		}
		return s + "New since then: " + strings.Join(fresh, "; ") + "."
	},
	answer: "Answer, or say what it was: ",
	list:   "Answer each of them: ",
	superior: func(owner string) string {
		if owner == "" {
			return "Copied to you because the neglect is ours, not theirs: nobody looks after this account."
		}
		return "Copied to you as the superior of " + clean(owner) + ", because the neglect is ours, not theirs."
	},
	copied: func(superior string) string {
		return "Because the neglect is ours, " + clean(superior) + " has a copy."
	},
	standIn: func(owner string, after time.Duration) string {
		if owner == "" {
			return "Nobody has answered this for " + englishWait(after) + ", so it comes to you as the stand-in."
		}
		return clean(owner) + " has not answered this for " + englishWait(after) + ", so it comes to you as the stand-in."
	},
	woken: func(by string, until signals.Day) string {
		return clean(by) + " let this sleep until " + englishDate(until) + ". It goes on."
	},
	grown: func(answer *Event, on signals.Day) string {
		if answer.Kind == snoozed {
			return clean(answer.By) + " let this sleep on " + englishDate(on) + ". It has grown since."
		}
		if answer.Kind == labelled {
			return clean(answer.By) + " said on " + englishDate(on) + ": " + englishLabels[answer.Label] + ". It has grown since."
		}
		return clean(answer.By) + " acknowledged this on " + englishDate(on) + ". It has grown since."
	},
}

var chineseCourtesy = courtesy{
	reminder: map[detector.FindingKind]string{escalated: "尚未回应：", woken: "仍在持续："},
	again: func(closed signals.Day, fresh []string) string {
		s := "上一次预警于 " + chineseDate(closed) + "解除。"
		if len(fresh) == 0 {
			return s + "此次情况与上次相同。"
		}
		return s + "与上次相比，新的变化：" + strings.Join(fresh, "；") + "。"
	},
	answer: "回应，或说明实际情况：",
	list:   "逐一回应：",
	superior: func(owner string) string {
		if owner == "" {
			return "抄送给您：该客户无人负责，问题在我方，不在客户。"
		}
		return "抄送给您：您是 " + clean(owner) + " 的上级，问题在我方，不在客户。"
	},
	copied: func(superior string) string {
		return "因问题在我方，已同时抄送 " + clean(superior) + "。"
	},
	standIn: func(owner string, after time.Duration) string {
		if owner == "" {
			return "此预警已 " + chineseWait(after) + "无人回应，您是代理人，故转给您。"
		}
		return clean(owner) + " 已 " + chineseWait(after) + "未回应此预警，您是其代理人，故转给您。"
	},
	woken: func(by string, until signals.Day) string {
		return clean(by) + " 将此预警推迟到了 " + chineseDate(until) + "，情况仍在持续。"
	},
	grown: func(answer *Event, on signals.Day) string {
		if answer.Kind == snoozed {
			return clean(answer.By) + " 于 " + chineseDate(on) + "推迟了此预警，此后情况加重。"
		}
		if answer.Kind == labelled {
			return clean(answer.By) + " 于 " + chineseDate(on) + "标记为“" + chineseLabels[answer.Label] + "”，此后情况加重。"
		}
		return clean(answer.By) + " 于 " + chineseDate(on) + "确认了此预警，此后情况加重。"
	},
}

func englishWait(d time.Duration) string {
	if d < 48*time.Hour {
		return plural(wholeHours(d), "hour")
	}
	return englishSpan(d.Hours() / 24)
}

func chineseWait(d time.Duration) string {
	if d < 48*time.Hour {
		return number(float64(wholeHours(d)), 0) + " 小时"
	}
	return chineseSpan(d.Hours() / 24)
}

func wholeHours(d time.Duration) int { return max(1, int(d.Round(time.Hour).Hours())) }
