package lookback

import (
	"fmt"
	"strings"

	"firstsign/detector"
)

// chineseAlerts says how many of the strongest alerts were right.
func chineseAlerts(b *Report) string {
	period := "这段记录中"
	if b.pastYear() {
		period = "过去一年"
	}
	n, strongest := len(b.Alerts), len(b.strongest())
	was := [...]string{Right: "属实", Wrong: "误报", TooLate: "过晚", Undecided: "尚无法判断是否属实"}
	switch counts := chineseCounts(tally(b.strongest())); {
	case n == 0:
		return period + "没有预警。"
	case n == 1:
		return fmt.Sprintf("%s有 1 次预警，%s。", period, was[b.Alerts[0].Outcome.Verdict()])
	case n > strongest:
		return fmt.Sprintf("%s最强的 %d 次预警中，%s。全部 %d 次中，%s。", period, strongest, counts, n, chineseCounts(tally(b.Alerts)))
	default:
		return fmt.Sprintf("%s共有 %d 次预警，%s。", period, n, counts)
	}
}

// chineseCounts says how many alerts were right.
func chineseCounts(n [Undecided + 1]int) string {
	list := []string{fmt.Sprintf("%d 次属实", n[Right]), fmt.Sprintf("%d 次误报", n[Wrong])}
	if n[TooLate] > 0 {
		list = append(list, fmt.Sprintf("%d 次过晚", n[TooLate]))
	}
	if n[Undecided] > 0 {
		list = append(list, fmt.Sprintf("%d 次尚无法判断", n[Undecided]))
	}
	return strings.Join(list, "，")
}

// chineseLost says how many of the lost accounts had an alert, and when.
func chineseLost(b *Report) string {
	known, last := warned(b.Lost, true, false), warned(b.Lost, true, true)
	n, seen := len(b.Lost), known.seen+last.seen
	of := fmt.Sprintf("%d 个流失客户中，有 %d 个会收到预警", n, seen)
	lead := chineseBefore(known.median, "流失")
	switch {
	case n == 0:
		return "没有指明已流失的客户。"
	case seen == 0 && n == 1:
		return "这个流失客户不会收到预警。"
	case seen == 0:
		return fmt.Sprintf("%d 个流失客户，都不会收到预警。", n)
	case n == 1 && last.accounts == 1:
		return fmt.Sprintf("这个流失客户会收到预警，%s。", chineseBefore(last.median, "最后一次往来"))
	case n == 1:
		return fmt.Sprintf("这个流失客户会收到预警，%s。", lead)
	case last.accounts == 0:
		return fmt.Sprintf("%s，中位数为%s。", of, lead)
	case known.seen == 0:
		return of + "。"
	}
	return fmt.Sprintf("%s。流失日期晚于最后一次往来的，中位数为%s。", of, lead)
}

// chineseLastContact says of how many losses the date is the last contact.
func chineseLastContact(b *Report) string {
	last := warned(b.Lost, true, true)
	s := fmt.Sprintf("有 %d 个客户，所给日期就是最后一次往来的日期", last.accounts)
	switch lead := chineseBefore(last.median, "该日"); {
	case last.accounts == 0:
		return ""
	case len(b.Lost) == 1:
		return "所给日期就是最后一次往来的日期。"
	case last.accounts == len(b.Lost) && last.seen > 0:
		return fmt.Sprintf("所给日期都是最后一次往来的日期；预警的中位数为%s。", lead)
	case last.accounts == len(b.Lost):
		return "所给日期都是最后一次往来的日期。"
	case last.accounts == 1 && last.seen == 1:
		return fmt.Sprintf("%s；预警在%s。", s, lead)
	case last.seen > 0:
		return fmt.Sprintf("%s；其中 %d 个有预警，中位数为%s。", s, last.seen, lead)
	}
	return s + "。"
}

// chineseSilent says how many accounts are silent and had an alert.
func chineseSilent(b *Report) string {
	w := warned(b.Silent, false, false)
	lead := chineseBefore(w.median, "最后一次往来")
	switch {
	case w.accounts == 0 && len(b.Lost) == 0:
		return "记录结束时也没有沉默的客户。"
	case w.accounts == 0:
		return ""
	case w.seen == 0:
		return fmt.Sprintf("记录结束时有 %d 个客户已沉默，都没有预警。", w.accounts)
	case w.accounts == 1:
		return fmt.Sprintf("记录结束时有 1 个客户已沉默，会收到预警，%s。", lead)
	}
	return fmt.Sprintf("记录结束时有 %d 个客户已沉默，其中 %d 个会收到预警，中位数为%s。", w.accounts, w.seen, lead)
}

// chineseAfter says what came after an alert.
func chineseAfter(a *PastAlert, what string) string {
	quiet := int(a.Told - a.Loss.Last) // days without contact when it was told
	switch a.Outcome {
	case WasLost:
		return fmt.Sprintf("%s 流失", a.Day)
	case LateLost:
		return chineseBefore(int(a.Day-a.Told), "流失") + "才预警"
	case LateSilent:
		return fmt.Sprintf("沉默 %d 天后才预警", quiet)
	case FellSilent:
		s := fmt.Sprintf("自 %s 起沉默", a.Loss.Last+1)
		if a.Back >= 0 {
			s += fmt.Sprintf("，%d 天后恢复往来", quiet+a.Back)
		}
		return s
	}
	if what != "" {
		what += "："
	}
	unit := " 次"
	if a.Part != nil && a.Part.Term == detector.Shrink {
		unit = "" // money
	}
	mean := a.Part != nil && a.Part.Term == detector.Shift
	switch {
	case a.Outcome == CannotSay && (mean || a.Back >= 0):
		return fmt.Sprintf("%s时间太短，此后仅有 %d 天", what, a.Waited)
	case mean:
		return fmt.Sprintf("%s此后八周 %.2g，此前 %.2g", what, a.After, a.Before)
	case a.Back < 0:
		return fmt.Sprintf("%s最后 %d 天没有；此前每周 %s%s", what, a.Quiet, rate(a.Before), unit)
	case a.Back > pauseDays:
		return fmt.Sprintf("%s%d 天后恢复；此后每周 %s%s，此前 %s%s", what, a.Back, rate(a.After), unit, rate(a.Before), unit)
	}
	return fmt.Sprintf("%s此后八周每周 %s%s，此前 %s%s", what, rate(a.After), unit, rate(a.Before), unit)
}
