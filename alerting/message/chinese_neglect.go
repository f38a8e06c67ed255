package message

import (
	"fmt"

	"firstsign/detector"
)

// norm says what our side owes, and what it did.
func (chinese) norm(r *detector.Reason) string {
	owed, done := int(r.From), int(r.To)
	if isWait(r) {
		if r.Window == 0 {
			return chineseDate(r.Since) + "的投诉尚未解决"
		}
		s := fmt.Sprintf("%s的投诉已 %d 天未解决", chineseDate(r.Since), r.Window)
		if owed > 0 {
			s += fmt.Sprintf("（时限 %d 天%s）", owed, map[bool]string{true: "，不计节假日"}[overHolidays(r)])
		}
		return s
	}
	if r.Without != "" {
		return fmt.Sprintf("近一年受邀参加重要活动 %d 次，到场 %d 次", owed, done)
	}
	what := clean(r.Signal)
	switch r.Signal {
	case "visit":
		what = "我方拜访"
	case "contact":
		what = "我方联系"
	}
	return fmt.Sprintf("%d 天内%s %d 次，应为 %d 次", r.Window, what, done, owed)
}

func (chinese) careTitle(kind detector.FindingKind, name, what string) string {
	if kind == detector.CaredFor {
		return name + "：我方维护已达到要求"
	}
	return after("我方对 "+name+" 维护不足", "：", what)
}

func (chinese) neglected(what string) string { return after("我方维护不足", "：", what) }
