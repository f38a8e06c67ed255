// Package notify answers: how does a message reach a person?
//
// Every shoutrrr URL is a channel: e-mail, Feishu and Lark, WeCom, Slack, a plain
// webhook and many more. Two channels are our own: DingTalk, which shoutrrr lacks,
// and the log. URLs hold tokens; nothing here shows them, not even in errors.
package notify
