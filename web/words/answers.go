package words

import (
	"fmt"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// Answers is what the page behind a link and the forms say by themselves, in the language of messages.
type Answers struct {
	Actions
	Lang                         string // of the document
	Acknowledge, Sleep, AnswerAs string // buttons, and what stands over them
	AckMeans                     string
	Thanks, Over, Grown          string // after an answer
	NoAlert                      string // title when there is no alert to show
	Forged, Unknown              string
	NoAnswer, Trouble            string
	Expired                      func(on signals.Day) string
	Outdated                     func(raised signals.Day) string
	Acknowledged                 func(by string, on signals.Day) string
	Snoozed                      func(by string, until signals.Day) string
	Labelled                     func(by string, on signals.Day, what string) string
	WhatWasIt, Retire            string // over the labels, and that of a feed
	Meanings                     map[signals.Label]string
	Yours                        func(n int, of string) string
	NextPage                     string
	NotYours, OldForm, Back      string // of the forms of pages
	States                       map[alerting.State]string
}

// AnswersOf are those of a language.
func AnswersOf(l message.Language) *Answers {
	if l == message.Chinese {
		return &chineseAnswers
	}
	return &englishAnswers
}

var englishAnswers = Answers{
	Actions:     englishActions,
	Lang:        "en",
	Acknowledge: "Acknowledge", Sleep: "Snooze for 7 days", AckMeans: "I will take care of it", AnswerAs: "You answer as",
	Thanks:   "Your answer is recorded.",
	Over:     "This alert is closed.",
	Grown:    "The alert was raised again while you were reading, so your answer was not taken. This is the present state.",
	NoAlert:  "No alert behind this link",
	Forged:   "This link is incomplete or was changed. Open it from the message again, or copy all of it.",
	Unknown:  "This alert is too old and is no longer kept.",
	NoAnswer: "The answer did not arrive complete. Please choose again.",
	Trouble:  "Your answer may not be recorded, because a part of the service does not answer. Please try again in a minute.",
	Expired: func(on signals.Day) string {
		return fmt.Sprintf("This link expired on %s. The newest message about the account has one that works.", message.DateText(message.English, on))
	},
	Outdated: func(raised signals.Day) string {
		return fmt.Sprintf("Your message is outdated: the alert was raised again on %s. This is the present state.", message.DateText(message.English, raised))
	},
	Acknowledged: func(by string, on signals.Day) string {
		return fmt.Sprintf("%s acknowledged this on %s. You will hear of it again if it grows.", by, message.DateText(message.English, on))
	},
	Snoozed: func(by string, until signals.Day) string {
		return fmt.Sprintf("%s snoozed this until %s. You will hear of it earlier if it grows.", by, message.DateText(message.English, until))
	},
	Labelled: func(by string, on signals.Day, what string) string {
		return fmt.Sprintf("%s said on %s what it was: %s.", by, message.DateText(message.English, on), what)
	},
	WhatWasIt: "What was it?", Retire: "it will not come back: stop waiting for it",
	Meanings: map[signals.Label]string{
		signals.FalseAlarm: "nothing was wrong: fewer alerts about this account for some months",
		signals.Expected:   "the reason is known: the present level becomes the new normal",
	},
	Yours: func(n int, of string) string {
		if n == 0 {
			return "No alerts of " + of
		}
		return plural.Count(n, "alert") + " of " + of
	},
	NextPage: "Next page",
	NotYours: "You may read this alert, and your role does not let you answer it.",
	OldForm:  "This page was open for too long, or its form came from elsewhere. Your answer was not taken: go back and answer again.",
	Back:     "Back",
	States:   map[alerting.State]string{alerting.Open: "not answered", alerting.Acknowledged: "acknowledged", alerting.Snoozed: "snoozed"},
}

var chineseAnswers = Answers{
	Actions:     chineseActions,
	Lang:        "zh-CN",
	Acknowledge: "确认", Sleep: "推迟 7 天", AckMeans: "由我跟进", AnswerAs: "回应人：",
	Thanks:   "已记录您的回应。",
	Over:     "此预警已解除。",
	Grown:    "在您阅读期间此预警再次触发，您的回应未被记录。以下是最新情况。",
	NoAlert:  "此链接没有对应的预警",
	Forged:   "链接不完整或已被改动。请从消息中重新打开，或完整复制链接。",
	Unknown:  "此预警年代较久，已不再保留。",
	NoAnswer: "回应未能完整送达，请重新选择。",
	Trouble:  "服务的某个部分没有响应，您的回应可能未被记录。请一分钟后再试。",
	Expired: func(on signals.Day) string {
		return fmt.Sprintf("此链接已于 %s过期。请使用该客户最新一条消息中的链接。", message.DateText(message.Chinese, on))
	},
	Outdated: func(raised signals.Day) string {
		return fmt.Sprintf("您收到的消息已过时：此预警于 %s再次触发。以下是最新情况。", message.DateText(message.Chinese, raised))
	},
	Acknowledged: func(by string, on signals.Day) string {
		return fmt.Sprintf("%s 已于 %s确认。情况加重时会再次通知您。", by, message.DateText(message.Chinese, on))
	},
	Snoozed: func(by string, until signals.Day) string {
		return fmt.Sprintf("%s 已将此预警推迟到 %s。情况加重时会提前通知。", by, message.DateText(message.Chinese, until))
	},
	Labelled: func(by string, on signals.Day, what string) string {
		return fmt.Sprintf("%s 于 %s说明：%s。", by, message.DateText(message.Chinese, on), what)
	},
	WhatWasIt: "实际情况是？", Retire: "不会再恢复，无需等待",
	Meanings: map[signals.Label]string{
		signals.FalseAlarm: "没有异常：此后数月减少该客户的预警",
		signals.Expected:   "原因已知：目前水平成为新的常态",
	},
	Yours: func(n int, of string) string {
		if n == 0 {
			return of + " 目前没有预警"
		}
		return fmt.Sprintf("%s 的 %d 条预警", of, n)
	},
	NextPage: "下一页",
	NotYours: "您可以查看此预警，但您的角色不能回应它。",
	OldForm:  "页面打开时间过长，或表单来自其他网站。您的回应未被记录：请返回后重新回应。",
	Back:     "返回",
	States:   map[alerting.State]string{alerting.Open: "未回应", alerting.Acknowledged: "已确认", alerting.Snoozed: "已推迟"},
}
