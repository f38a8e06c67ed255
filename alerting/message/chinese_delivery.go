package message

import (
	"strings"
	"time"

	"firstsign/signals"
)

var chineseDelivery = DeliveryText{
	NotAnswered: "尚未回应：",
	GoesOn:      "仍在持续：",
	Assigned:    "指派给您：",
	returned: func(closed signals.Day, fresh []string) string {
		s := "上一次预警已于 " + chineseDate(closed) + "解除。"
		if len(fresh) == 0 {
			return s + "此后没有新的变化。"
		}
		return s + "此后新的变化：" + strings.Join(fresh, "；") + "。"
	},
	AnswerLink: "回应，或说明实际情况：",
	ListLink:   "逐一回应：",
	Superior: func(owner string) string {
		if owner == "" {
			return "抄送给您：该客户无人负责，问题在我方，不在客户。"
		}
		return "抄送给您：您是 " + clean(owner) + " 的上级，问题在我方，不在客户。"
	},
	Copied: func(superior string) string {
		return "因问题在我方，已同时抄送 " + clean(superior) + "。"
	},
	StandIn: func(owner string, after time.Duration) string {
		if owner == "" {
			return "此预警已 " + chineseWait(after) + "无人回应，您是代理人，故转给您。"
		}
		return clean(owner) + " 已 " + chineseWait(after) + "未回应此预警，您是其代理人，故转给您。"
	},
	AssignedBy: func(by string) string { return clean(by) + " 将此预警指派给您。" },
	Woken: func(by string, until signals.Day) string {
		return clean(by) + " 将此预警推迟到了 " + chineseDate(until) + "，情况仍在持续。"
	},
	GrownSinceSnooze: func(by string, on signals.Day) string {
		return clean(by) + " 于 " + chineseDate(on) + "推迟了此预警，此后情况加重。"
	},
	GrownSinceLabel: func(by string, on signals.Day, label signals.Label) string {
		return clean(by) + " 于 " + chineseDate(on) + "标记为“" + chineseLabels[label] + "”，此后情况加重。"
	},
	GrownSinceAck: func(by string, on signals.Day) string {
		return clean(by) + " 于 " + chineseDate(on) + "确认了此预警，此后情况加重。"
	},
}

func chineseWait(d time.Duration) string {
	if d < 48*time.Hour {
		return number(float64(wholeHours(d)), 0) + " 小时"
	}
	return chineseSpan(d.Hours() / 24)
}
